"""Whatever a file says, it is a charter or it is refused in words: nothing else comes of it."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.values.charter.examples import FULL

from eudaimon.errors import FormatError, InputError
from eudaimon.values import Charter, read_charter

LINES = FULL.splitlines()
PIECES = st.sampled_from(
    ["", "x", "null", "[]", "{}", "3", "-1", "true", "2026-01-01", "2026-99-99", "[a, b]", "{a: b}", "'", "&a", "*a",
     "!!x 1",      "age < 3", "not", "own-choice", "1e400", ".nan", "|", "\t", "\u0000", "é", "---"]
)  # fmt: skip


@st.composite
def mangled(draw: st.DrawFn) -> str:
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("drop", "double", "value", "key", "dedent", "swap"))):
            case "drop":
                lines[at : at + 1] = []
            case "double":
                lines.insert(at, lines[at])
            case "value":
                lines[at] = lines[at].partition(":")[0] + ": " + draw(PIECES)
            case "key":
                lines[at] = draw(PIECES) + ":" + lines[at].partition(":")[2]
            case "dedent":
                lines[at] = lines[at][1:]
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
        lines = lines or ["x"]
    return "\n".join(lines)


@settings(max_examples=250)
@given(text=mangled())
@pytest.mark.long
def test_a_mangled_charter_is_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "mangled.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        charter, refused = read_charter(path), ""
    except InputError as error:
        charter, refused = None, str(error)
    assert refused.startswith(f"{path}") if charter is None else isinstance(charter, Charter)


@pytest.mark.parametrize("content", [b"", b"- a\n- b\n", b"3", b"\xff\xfe\x00", b"id: a\nversion: 1\narticles: {}\n"])
def test_what_is_no_charter_at_all_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "no.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_charter(path)


@pytest.mark.long
def test_a_scope_too_tangled_to_decide_is_refused_and_hangs_nothing(tmp_path: Path) -> None:
    pigeons, holes = range(9), range(8)  # more pigeons than holes: false, and hard to see
    somewhere = " and ".join("(" + " or ".join(f"p{i}h{j}" for j in holes) + ")" for i in pigeons)
    alone = " and ".join(f"not (p{i}h{j} and p{k}h{j})" for j in holes for i in pigeons for k in range(i))
    words = "".join(f"  p{i}h{j}: flag\n" for i in pigeons for j in holes)
    path = tmp_path / "hard.yaml"
    scope = f"    scope: {somewhere} and {alone}\n"
    articles = f"articles:\n  - id: a\n    value: v\n    kind: norm\n    text: T.\n{scope}"
    path.write_text(f"id: c\nversion: 1\ncontext:\n{words}{articles}", encoding="utf-8")
    with pytest.raises(FormatError, match=r"the article 'a': the scope is too tangled .* say it more simply") as caught:
        read_charter(path)
    assert caught.value.line == 3 + 72 + 1 + 5
