"""What a request may wish for, and gets."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.life.newborn import tiny_newborn
from tests.serving.conftest import BETTER, FIRST, Door, opened
from tests.serving.test_chat import events

from eudaimon.language.backend import open_model
from eudaimon.memory import Owner
from eudaimon.serving.cutting import Cutter

WORDS = st.text(alphabet="ab", max_size=12)


@pytest.fixture(scope="module")
def born(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The door of a model that runs here, untaught."""
    place = tmp_path_factory.mktemp("born")
    with opened(place / "life", open_model(tiny_newborn(place / "model"))) as door:
        yield door


def test_n_choices_speak_apart_and_each_is_kept(door: Door) -> None:
    with door.client("ann") as client:
        choices = door.chat(client, "well?", n=6, seed=3).json()["choices"]
        told = events(door.chat(client, "well?", n=6, seed=3, stream=True).text)
    assert [choice["index"] for choice in choices] == list(range(6))
    assert len({choice["message"]["content"] for choice in choices}) > 1
    for choice in choices:
        pieces = [one["choices"][0] for _, one in told]
        words = [piece["delta"].get("content", "") for piece in pieces if piece["index"] == choice["index"]]
        assert "".join(words) == choice["message"]["content"]
    assert len(door.house.life.store.episodes_of(Owner("ann"))) == 12


def test_a_stop_string_ends_the_reply_before_it(door: Door) -> None:
    with door.client("ann") as client:
        answers = [door.chat(client, "well?", seed=seed, stop=["bread", "know"]).json() for seed in range(8)]
        said = {one["choices"][0]["message"]["content"] for one in answers}
        told = events(door.chat(client, "well?", seed=0, stop="bread", stream=True).text)
    assert FIRST[0].partition("bread")[0] in said
    assert BETTER.partition("know")[0] in said
    assert not any("bread" in text or "know" in text for text in said)
    assert "bread" not in "".join(one["choices"][0]["delta"].get("content", "") for _, one in told)


@given(WORDS, st.lists(st.text(alphabet="ab", min_size=1, max_size=3), max_size=3), st.lists(st.integers(0, 12)))
def test_wherever_text_is_cut_into_pieces_what_is_shown_ends_before_the_first_stop(
    text: str, stop: list[str], cuts: list[int]
) -> None:
    cutter, shown = Cutter(tuple(stop)), ""
    for end in sorted({*(cut for cut in cuts if cut < len(text)), len(text)}):
        shown += cutter.feed(text[:end])
    shown += cutter.feed(text, last=True)
    ends = [text.find(one) for one in stop if one in text]
    assert shown == text[: min(ends, default=len(text))]
    assert cutter.stopped == bool(ends)


def test_a_begun_reply_is_gone_on_with_and_only_what_is_new_is_answered(door: Door) -> None:
    messages = [{"role": "user", "content": "well?"}, {"role": "assistant", "content": "Tom says"}]
    with door.client("ann") as client:
        answer = client.post("/v1/chat/completions", json={"model": "eudaimon", "messages": messages}).json()
    assert not answer["choices"][0]["message"]["content"].startswith("Tom says")
    (episode,) = door.house.life.store.episodes_of(Owner("ann"))
    assert episode.messages[-1].content.startswith("Tom says")
    assert len(episode.messages) == 2


def test_reflect_false_never_pauses(door: Door) -> None:
    with door.client("ann") as client:
        choices = door.chat(client, "well?", n=8, eudaimon={"reflect": False}).json()["choices"]
    assert not any(choice["eudaimon"]["reflections"] for choice in choices)


def test_the_pool_chooses_who_sits(door: Door) -> None:
    with door.client("ann", **{"X-Eudaimon-Pool": "soldier"}) as client:
        choice = door.chat(client, "well?").json()["choices"][0]
        other = door.chat(client, "well?", eudaimon={"pool": "companion"}).json()["choices"][0]
    sat, others = (
        {word["archetype"] for pause in one["eudaimon"]["reflections"] for word in pause["comments"]}
        for one in (choice, other)
    )
    assert "father" in sat - others
    assert "anima" in others - sat


def test_usage_is_told_at_the_end_of_a_stream_that_asks_for_it(born: Door) -> None:
    with born.client("ann") as client:
        answer = born.chat(client, "who sells bread?", max_tokens=8, seed=1)
        told = events(
            born.chat(client, "who sells bread?", max_tokens=8, seed=1, stream=True,
                      stream_options={"include_usage": True}).text
        )  # fmt: skip
    assert told[-1][1]["usage"] == answer.json()["usage"]
    assert told[-1][1]["choices"] == []
    assert answer.json()["usage"]["prompt_tokens"] > 4


def test_log_probabilities_are_those_of_the_words_that_stand(born: Door) -> None:
    plain = {"max_tokens": 8, "seed": 2, "eudaimon": {"reflect": False}}
    with born.client("ann") as client:
        choice = born.chat(client, "who sells bread?", logprobs=True, top_logprobs=2, **plain).json()
        text = client.post(
            "/v1/completions",
            json={"model": "eudaimon", "prompt": "who sells bread?", "logprobs": 2, **plain},
        ).json()
    tokens = choice["choices"][0]["logprobs"]["content"]
    assert tokens
    assert "".join(token["token"] for token in tokens) == choice["choices"][0]["message"]["content"]
    assert all(len(token["top_logprobs"]) == 2 and token["logprob"] < 0 for token in tokens)
    told = text["choices"][0]["logprobs"]
    assert told["token_logprobs"] == pytest.approx([token["logprob"] for token in tokens], abs=1e-4)
    assert text["choices"][0]["text"] == choice["choices"][0]["message"]["content"]
    for start, token in zip(told["text_offset"], told["tokens"], strict=True):
        assert text["choices"][0]["text"][start:].startswith(token)


def test_a_completion_is_streamed_too_and_echoes(door: Door) -> None:
    body = {"model": "eudaimon", "prompt": "well?", "echo": True, "seed": 1}
    with door.client("ann") as client:
        whole = client.post("/v1/completions", json=body).json()
        told = events(client.post("/v1/completions", json={**body, "stream": True}).text)
    assert whole["object"] == "text_completion"
    assert whole["choices"][0]["text"].startswith("well?")
    assert "".join(one["choices"][0]["text"] for _, one in told) == whole["choices"][0]["text"]


def test_those_who_come_at_once_are_answered_in_the_same_rounds_as_they_would_be_alone(born: Door) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def ask(number: int) -> str:
        with born.client(f"person{number}") as client:
            answer = born.chat(
                client, f"who sells {('bread', 'milk', 'salt')[number % 3]}?", seed=number, max_tokens=12
            )
            return str(answer.json()["choices"][0]["message"]["content"])

    alone = [ask(number) for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        beside = list(pool.map(ask, range(6)))
    assert beside == alone
    assert len(set(itertools.chain(alone))) > 1
