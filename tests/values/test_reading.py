"""A file of the wrong shape is told in plain English, with its line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from eudaimon.errors import FormatError
from eudaimon.psyche.archetype import read_archetypes
from eudaimon.values import read_charter, read_yaml


def archetypes(path: Path) -> object:
    return read_archetypes(path, {})


CHARTER = "expected a mapping with id, version, articles, but found"
LIST = "expected a list, each entry a mapping with name, symbol, concern, voice, but found"


@pytest.mark.parametrize(
    ("read", "text", "line", "said"),
    [
        (read_charter, "- a\n- b\n", 1, f"{CHARTER} a list"),
        (read_charter, "hello\n", 1, f"{CHARTER} the text 'hello'"),
        (read_charter, "", 1, f"{CHARTER} nothing"),
        (read_charter, "3\n", 1, f"{CHARTER} the value 3"),
        (read_charter, "id: a\nversion: 1\narticles: none\n", 3, "expected a list, each entry a mapping with id,"),
        (read_charter, "id: a\nversion: 1\narticles:\n  - none\n", 4, "expected a mapping with id,"),
        (archetypes, "name: grandmother\n", 1, f"{LIST} a mapping"),
        (archetypes, "grandmother\n", 1, f"{LIST} the text 'grandmother'"),
        (archetypes, "# mine\n- grandmother\n", 2, "expected a mapping with name, symbol, concern, voice, but found"),
    ],
)
def test_a_file_of_the_wrong_shape_is_told_what_was_expected_and_found(
    tmp_path: Path, read: Callable[[Path], object], text: str, line: int, said: str
) -> None:
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError) as wrong:
        read(tmp_path / "mine.yaml")
    assert f"mine.yaml:{line}: {said}" in str(wrong.value)
    assert "Input should be" not in str(wrong.value)


def test_a_character_that_json_escapes_as_two_is_one(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(json.dumps({"\N{OWL} a": ["\N{OWL}", "é", "plain"]}), encoding="utf-8")
    assert read_yaml(tmp_path / "mine.yaml", dict[str, list[str]]).value == {"\N{OWL} a": ["\N{OWL}", "é", "plain"]}


@pytest.mark.parametrize("text", ['a: [b]\nb: ["c",\n  "\\ud83d"]\n', 'a: [b]\n\n"\\ud83d c": [d]\n'])
def test_half_a_character_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=r"mine\.yaml:3: expected YAML, but '.ud83d.*half of a char"):
        read_yaml(tmp_path / "mine.yaml", dict[str, list[str]])
