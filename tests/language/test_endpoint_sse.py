"""The reader of server-sent events: wherever the network cuts, the same events come out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eudaimon.language.sse import EventReader


def read(*chunks: bytes) -> list[str]:
    reader = EventReader()
    return [event for chunk in chunks for event in reader.feed(chunk)] + reader.close()


def cut(content: bytes, places: list[int]) -> list[bytes]:
    ends = sorted(place % (len(content) + 1) for place in places)
    return [content[a:b] for a, b in zip([0, *ends], [*ends, len(content)], strict=True)]


events = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1), max_size=5)
line_ends = st.sampled_from(["\n", "\r\n", "\r"])
noise = st.lists(st.sampled_from([b"data:", b"data", b": ", b"\r", b"\n", b"\xf0\x9f", b"\xff", b"{", b"event: x"]))


@given(st.binary(max_size=200) | noise.map(b"".join), st.lists(st.integers(0, 10_000), max_size=8))
def test_any_bytes_are_read_without_an_error_and_chunk_boundaries_do_not_matter(content: bytes, places: list[int]):
    assert read(*cut(content, places)) == read(content)


@given(events, line_ends, st.lists(st.integers(0, 10_000), max_size=8))
def test_what_is_written_with_any_line_end_is_read_back(written: list[str], end: str, places: list[int]):
    content = "".join(f"data: {text}{end}{end}" for text in written).encode()
    assert read(*cut(content, places)) == written


def test_comments_keepalives_and_other_fields_say_nothing():
    assert read(b": ping\n\n:\n\nevent: ping\nid: 7\nretry: 10\n\ndata: a\n\n") == ["a"]


def test_several_data_lines_are_one_event_of_several_lines():
    assert read(b"data: a\ndata:b\ndata:  c\n\n") == ["a\nb\n c"]


def test_a_last_event_without_its_blank_line_is_read():
    assert read(b"data: a\n\ndata: [DONE]") == ["a", "[DONE]"]


def test_a_byte_order_mark_is_skipped_and_broken_utf8_is_replaced():
    assert read(b"\xef\xbb\xbfdata: a\n\n", b"data: \xe4\xff\n\n") == ["a", "��"]


def test_unicode_line_separators_do_not_end_a_line():
    assert read("data: a\u2028b\u0085c\x0bd\n\n".encode()) == ["a\u2028b\u0085c\x0bd"]
