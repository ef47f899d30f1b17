"""Polis's export: what is wrong is refused with its line, what is odd is said, and no vote is lost."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planted import export, planted

from eudaimon.errors import FormatError, InputError
from eudaimon.governance.voices import Opinions, Statement, read_export, read_opinions, write_opinions


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return export(tmp_path / "export", planted(sizes=(6, 4), statements=8)[0])


def change(folder: Path, name: str, old: str, new: str, count: int = 1) -> Path:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")
    return folder


def test_an_export_is_read_vote_by_vote(tmp_path: Path) -> None:
    opinions, _ = planted(sizes=(6, 4), statements=8)
    found = read_export(export(tmp_path, opinions))
    assert found.participants == opinions.participants
    np.testing.assert_array_equal(found.votes, opinions.votes)
    assert [one.text for one in found.statements] == [one.text for one in opinions.statements]
    assert found.notes == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_read_and_said(encoding: str, tmp_path: Path) -> None:
    votes = np.asarray([[1.0, -1.0], [0.0, 1.0]])
    opinions = Opinions(("ä", "b"), (Statement("0", "Wärme für alle"), Statement("1", "nö")), votes)
    found = read_export(export(tmp_path, opinions, encoding))
    assert found.statements[0].text == "Wärme für alle"
    assert found.participants[0] == "ä"
    np.testing.assert_array_equal(found.votes, votes)
    assert any(encoding in note for note in found.notes) == (encoding != "utf-8-sig")


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "words"),
    [
        ("participants-votes.csv", "participant,", "person,", 1, "'participant'"),
        ("participants-votes.csv", ",0,1,2,3,4,5,6,7\n", ",a,b,c,d,e,f,g,h\n", 1, "no statement's column"),
        ("participants-votes.csv", ",6,7\n", ",6,6\n", 1, "there twice"),
        ("participants-votes.csv", "\np1,", "\np1,,", 3, "expected 14 cells, but found 15"),
        ("participants-votes.csv", "\np3,", "\n,", 5, "names no participant"),
        ("comments.csv", "comment-body", "text", 1, "'comment-body'"),
        ("comments.csv", "0,then,1,", "0,then,0,", 3, "comment-id 0 is there twice"),
        ("comments.csv", '0,0,0,1,"statement 4"', '0,0,0,7,"statement 4"', 6, "'moderated'"),
        ("comments.csv", '"statement 4"', '"statement 4', 6, "expected CSV"),
    ],
)
def test_a_broken_export_is_refused_with_its_line(
    name: str, old: str, new: str, line: int, words: str, folder: Path
) -> None:
    with pytest.raises(FormatError, match=words) as caught:
        read_export(change(folder, name, old, new))
    assert (caught.value.path, caught.value.line) == (folder / name, line)


def test_a_vote_that_is_none_is_refused_with_who_and_on_what(folder: Path) -> None:
    path = folder / "participants-votes.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].rsplit(",", 1)[0] + ",2"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FormatError, match=r"'p1' has '2' on statement 7") as caught:
        read_export(folder)
    assert caught.value.line == 3


def test_a_repeated_row_is_merged_and_a_contradicting_one_refused(folder: Path) -> None:
    path = folder / "participants-votes.csv"
    before = read_export(folder)
    text = path.read_text(encoding="utf-8")
    second = text.splitlines()[2]
    path.write_text(text + second + "\n", encoding="utf-8")
    merged = read_export(folder)
    np.testing.assert_array_equal(merged.votes, before.votes)
    assert "1 repeated rows" in " ".join(merged.notes)
    cells = second.split(",")
    place = next(i for i, cell in enumerate(cells) if i > 5 and cell in ("1", "-1"))
    cells[place] = str(-int(cells[place]))
    path.write_text(text + ",".join(cells) + "\n", encoding="utf-8")
    with pytest.raises(FormatError, match=r"'p1' stands here and on line 3") as caught:
        read_export(folder)
    assert caught.value.line == 12


def test_silent_and_passing_voters_are_kept_and_counted(tmp_path: Path) -> None:
    votes = np.asarray([[1.0, -1.0], [0.0, 0.0], [np.nan, np.nan]])
    found = read_export(export(tmp_path, Opinions(("a", "b", "c"), (Statement("0"), Statement("1")), votes)))
    assert len(found.participants) == 3
    assert found.notes == (
        "1 participants voted on nothing; they are in no group",
        "1 participants passed on everything they saw",
    )


def test_totals_that_differ_from_the_votes_are_said(folder: Path) -> None:
    path = folder / "participants-votes.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    lines[1] = ",".join([*cells[:3], "99", *cells[4:]])
    path.write_text("\n".join(lines), encoding="utf-8")
    assert "n-votes differs from the votes for 1 of 10" in " ".join(read_export(folder).notes)


def test_statements_without_text_and_an_export_without_texts_are_read(folder: Path) -> None:
    (folder / "comments.csv").unlink()
    found = read_export(folder)
    assert "statements have no text" in " ".join(found.notes)
    assert {one.text for one in found.statements} == {""}


def test_a_folder_without_voters_and_an_empty_file_are_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="voter-level data"):
        read_export(folder / "elsewhere")
    (folder / "participants-votes.csv").write_text("", encoding="utf-8")
    with pytest.raises(FormatError, match="empty"):
        read_export(folder)


def test_the_papers_of_a_conversation_come_back_and_a_changed_file_is_noticed(tmp_path: Path) -> None:
    opinions, _ = planted(sizes=(5, 4), statements=6)
    path = tmp_path / "voices.json"
    write_opinions(path, opinions)
    found = read_opinions(path)
    assert found.statements == opinions.statements
    np.testing.assert_array_equal(found.votes, opinions.votes)
    path.write_text(path.read_text(encoding="utf-8").replace("statement 1", "statement one"), encoding="utf-8")
    with pytest.raises(FormatError, match="changed since"):
        read_opinions(path)


@given(st.binary(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_conversation_or_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "participants-votes.csv"
    path.write_bytes(b"participant,0,1\na,1,-1\n" + content)
    try:
        votes = read_export(tmp_path).votes[0]
    except FormatError as error:
        place = error.path
    else:
        place = path if tuple(votes[:2]) == (1.0, -1.0) else None
    assert place == path
