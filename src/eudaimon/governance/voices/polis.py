"""Polis's export: `participants-votes.csv` and `comments.csv` (compdemocracy.org), read into `Opinions`.

What is wrong is refused with file and line; what is odd but harmless is kept, and said in `Opinions.notes`. Nothing
that somebody voted is ever dropped in silence.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from eudaimon.errors import FormatError, InputError
from eudaimon.governance.voices.csvfile import Table, read_table
from eudaimon.governance.voices.opinions import Floats, Opinions, Statement

VOTES, COMMENTS, SUMMARY = "participants-votes.csv", "comments.csv", "summary.csv"
CELLS = {"": np.nan, "1": 1.0, "0": 0.0, "-1": -1.0, "1.0": 1.0, "0.0": 0.0, "-1.0": -1.0, "nan": np.nan, "NaN": np.nan}


def read_export(folder: str | Path) -> Opinions:
    """The conversation exported to `folder`.

    Raises:
        InputError: `participants-votes.csv` is not there (some of Polis's open data holds summaries alone).
        FormatError: a file is not what Polis exports; names its line and the remedy.
    """
    folder = Path(folder)
    if not (folder / VOTES).is_file():
        raise InputError(f"there is no {VOTES}; give the folder of a Polis export with voter-level data", path=folder)
    table = read_table(folder / VOTES)
    participants = table.require("participant")
    places = [i for i, name in enumerate(table.head) if name.isdigit()]
    if not places:
        raise FormatError("there is no statement's column (a number); export again", path=table.path, line=1)
    votes = np.asarray([_cells(table, number, places) for number in range(len(table.rows))], dtype=np.float64)
    votes = votes.reshape(len(table.rows), len(places))
    keep, votes, notes = _merged(table, participants, votes)
    ids = tuple(table.head[i] for i in places)
    groups = table.column("group-id") or ("",) * len(participants)
    statements, said = _statements(folder / COMMENTS, ids)
    notes = [*_encodings(table), *notes, *_voters(votes), *_totals(table, keep, votes), *said]
    kept = tuple(participants[i] for i in keep)
    return Opinions(kept, statements, votes, tuple(groups[i] for i in keep), _topic(folder / SUMMARY), tuple(notes))


def _cells(table: Table, number: int, places: Sequence[int]) -> list[float]:
    row = table.rows[number]
    try:
        return [CELLS[row[place]] for place in places]
    except KeyError as wrong:
        place = next(place for place in places if row[place] == wrong.args[0])
        raise FormatError(
            f"a vote is 1, 0, -1 or nothing, but participant '{row[0]}' has {wrong.args[0]!r} on statement "
            f"{table.head[place]}; mend the cell",
            path=table.path,
            line=table.lines[number],
        ) from None


def _merged(table: Table, names: Sequence[str], votes: Floats) -> tuple[list[int], Floats, list[str]]:
    """Rows of one participant are one participant, unless they contradict each other."""
    first: dict[str, int] = {}
    merged = votes.copy()
    twice = []
    for number, name in enumerate(names):
        if not name:
            raise FormatError("a row names no participant; give it an id", path=table.path, line=table.lines[number])
        if name not in first:
            first[name] = number
            continue
        mine, more = merged[first[name]], votes[number]
        if np.any((mine != more) & ~np.isnan(mine) & ~np.isnan(more)):
            raise FormatError(
                f"participant '{name}' stands here and on line {table.lines[first[name]]}, with different votes; "
                "remove one of the two rows",
                path=table.path,
                line=table.lines[number],
            )
        merged[first[name]] = np.where(np.isnan(mine), more, mine)
        twice.append(name)
    keep = list(first.values())
    notes = [f"{len(twice)} repeated rows were merged with their participant's first: {', '.join(twice[:5])}"]
    return keep, merged[keep], notes if twice else []


def _encodings(table: Table) -> Iterator[str]:
    if table.encoding not in ("utf-8", "utf-8-sig"):
        yield f"{table.path.name} was read as {table.encoding}"


def _voters(votes: Floats) -> Iterator[str]:
    silent = int(np.isnan(votes).all(axis=1).sum())
    passing = int((np.nan_to_num(votes) == 0).all(axis=1).sum()) - silent
    if silent:
        yield f"{silent} participants voted on nothing; they are in no group"
    if passing:
        yield f"{passing} participants passed on everything they saw"


def _totals(table: Table, keep: Sequence[int], votes: Floats) -> Iterator[str]:
    """Where the totals that came with the export are not those of its cells."""
    ours = {"n-votes": ~np.isnan(votes), "n-agree": votes == 1, "n-disagree": votes == -1}
    for name, mask in ours.items():
        cells = table.column(name)
        if cells is not None:
            off = sum(cells[i] != str(int(n)) for i, n in zip(keep, mask.sum(axis=1), strict=True))
            if off:
                yield f"the column {name} differs from the votes for {off} of {len(keep)} participants; votes count"


def _statements(path: Path, ids: Sequence[str]) -> tuple[tuple[Statement, ...], list[str]]:
    if not path.is_file():
        return tuple(Statement(one) for one in ids), [f"there is no {path.name}: statements have no text"]
    table = read_table(path)
    known: dict[str, Statement] = {}
    bodies, numbers = table.require("comment-body"), table.require("comment-id")
    for row, (number, body) in enumerate(zip(numbers, bodies, strict=True)):
        if number in known:
            line = table.lines[row]
            raise FormatError(f"the comment-id {number} is there twice; remove one", path=path, line=line)
        known[number] = Statement(
            number,
            body,
            _integer(table, row, "moderated", 1),
            _cell(table, row, "is-meta").lower() == "true",
            _number(table, row, "group-informed-consensus"),
        )
    lacking = [one for one in ids if one not in known]
    notes = list(_encodings(table))
    if lacking:
        notes.append(f"{len(lacking)} statements have votes but no text: {', '.join(lacking[:8])}")
    if unseen := len(set(known) - set(ids)):
        notes.append(f"{unseen} statements have a text but no column of votes")
    return tuple(known.get(one, Statement(one)) for one in ids), notes


def _cell(table: Table, row: int, name: str) -> str:
    return table.rows[row][table.head.index(name)] if name in table.head else ""


def _integer(table: Table, row: int, name: str, default: int) -> int:
    cell = _cell(table, row, name)
    if cell in ("", "-1", "0", "1"):
        return int(cell) if cell else default
    line = table.lines[row]
    raise FormatError(f"'{name}' is -1, 0 or 1, not {cell!r}; mend the cell", path=table.path, line=line)


def _number(table: Table, row: int, name: str) -> float | None:
    cell = _cell(table, row, name)
    try:
        return float(cell) if cell else None
    except ValueError:
        line = table.lines[row]
        raise FormatError(f"'{name}' is a number, not {cell!r}; mend the cell", path=table.path, line=line) from None


def _topic(path: Path) -> str:
    """The topic that the summary names; it has no head and may be of any shape, so that nothing rests on it."""
    try:
        rows = csv.reader(path.read_text(encoding="utf-8-sig", errors="replace").splitlines())
        return next((row[1] for row in rows if len(row) > 1 and row[0] == "topic"), "")
    except (OSError, csv.Error):
        return ""
