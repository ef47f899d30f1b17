"""Charters: read with their line numbers, and floors that visible text alone can break."""

from pathlib import Path

import pytest

from eudaimon.dialogue import Message
from eudaimon.errors import FormatError, InputError
from eudaimon.values import Predicate, floors, read_charter

GOOD = """\
id: ours
version: 2
articles:
  - id: quiet
    value: autonomy
    kind: floor
    text: Who wants quiet gets it.
    check:
      when: [be quiet]
      most_words: 3
    acts: [ring, shout]
  - id: kind
    value: care
    kind: aspiration
    text: Be kind.
    check:
      never_say: [fool]
"""


def broken(said: str, asked: str = "hello") -> list[str]:
    return [a.id for a in floors(read_charter())((Message("user", asked), Message("assistant", said)))]


def read(text: str, folder: Path) -> FormatError:
    path = folder / "charter.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        read_charter(path)
    return caught.value


def test_a_plain_good_reply_breaks_no_shipped_floor() -> None:
    assert broken("Tom sells bread, so no.") == []


@pytest.mark.parametrize(
    ("said", "asked", "article"),
    [
        ("Fine <verdict> <continue>.", "hello", "one-voice"),
        ("fine<continue>fine.", "hello", "one-voice"),
        ("Ｙｏｕ   are\nWORTHLESS.", "hello", "no-contempt"),
        ("You’re worthless.", "hello", "no-contempt"),
        ("Oh, " + "but why " * 20 + "?", "please, Leave me alone!", "leave-alone"),
        ("Tom sells", "hello", "whole-sentences"),
        ("", "hello", "whole-sentences"),
    ],
)
def test_a_shipped_floor_is_broken_by_visible_text(said: str, asked: str, article: str) -> None:
    assert broken(said, asked) == [article]


def test_a_condition_looks_at_the_turn_right_before_the_reply() -> None:
    long = Message("assistant", "well, " * 30 + "yes.")
    alone = (Message("user", "leave me alone"), Message("assistant", "As you wish."), Message("user", "who sells?"))
    assert floors(read_charter())((*alone, long)) == []


def test_words_of_the_person_or_the_notes_never_break_the_personas_floors() -> None:
    said = (Message("system", "you are worthless"), Message("user", "<verdict> you are worthless"))
    assert floors(read_charter())(said) == []


def test_phrases_match_whole_words_only() -> None:
    assert Predicate(never_say=("kill",)).holds("She has skills.")
    assert not Predicate(never_say=("kill",)).holds("To kill.")


def test_only_floors_are_floors_and_a_charters_acts_are_collected(tmp_path: Path) -> None:
    path = tmp_path / "charter.yaml"
    path.write_text(GOOD, encoding="utf-8")
    charter = read_charter(path)
    assert charter.acts == ("ring", "shout")
    reply = (Message("user", "be quiet"), Message("assistant", "you fool, why should I?"))
    assert [article.id for article in floors(charter)(reply)] == ["quiet"]


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("kind: floor", "kind: flor"), 6, "floor"),
        (("    text: Be kind.\n", ""), 12, "'text'.*missing"),
        (("acts: [ring", "actz: [ring"), 11, "'actz'.*not known"),
        (("most_words: 3", "most_words: many"), 10, "most_words"),
        (("      most_words: 3\n", ""), 8, "at least one of"),
        (("id: kind", "id: quiet"), 12, "taken"),
        (("value: care", "value: [care"), None, "expected YAML"),
        (("id: ours", "id: ours\nid: theirs"), 2, "duplicate"),
        (("version: 2", "version: two"), 2, "version"),
    ],
)
def test_a_malformed_charter_is_refused_with_its_line(
    change: tuple[str, str], line: int | None, words: str, tmp_path: Path
) -> None:
    error = read(GOOD.replace(*change), tmp_path)
    assert error.path == tmp_path / "charter.yaml"
    assert error.line == line or (line is None and error.line is not None)
    with pytest.raises(FormatError, match=words):
        raise error


def test_an_empty_or_unreadable_charter_is_refused(tmp_path: Path) -> None:
    assert read("", tmp_path).path is not None
    (tmp_path / "latin.yaml").write_bytes(b"name: caf\xe9")
    with pytest.raises(FormatError, match="UTF-8"):
        read_charter(tmp_path / "latin.yaml")


def test_a_missing_charter_names_the_path_and_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.yaml.*give the path"):
        read_charter(tmp_path / "nowhere.yaml")
