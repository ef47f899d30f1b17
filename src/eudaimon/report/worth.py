"""The book of gold as a report reads it: what each conversation was worth, and the villagers' needs after each day."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from eudaimon.errors import FormatError
from eudaimon.gold import Entry

_DAY = re.compile(r"day-\d+\.json")


@dataclass(frozen=True, slots=True)
class Page:
    """One file: the entries of a day by episode and its needs by villager, or entries alone (of a morning's probes)."""

    episodes: dict[str, Entry]
    day: int = 0
    needs: dict[str, dict[str, float]] = field(default_factory=dict)
    family: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    """Gold.

    Attributes:
        entries: by episode.
        needs: after each day, by day: every villager's level of each need, in [0, 1].
        family: which cell of the prior the village was drawn from.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    needs: Mapping[int, Mapping[str, Mapping[str, float]]] = field(default_factory=dict)
    family: Mapping[str, str] = field(default_factory=dict)


def read_book(folder: Path) -> Book:
    """All pages in `folder`: its `day-N.json` with needs, and entries from every other `*.json` (folders within too).

    Raises:
        FormatError: a page is malformed.
    """
    pages = {path: _read(path) for path in sorted(folder.rglob("*.json"))}
    days = [page for path, page in pages.items() if path.parent == folder and _DAY.fullmatch(path.name)]
    return Book(
        entries={name: entry for page in pages.values() for name, entry in page.episodes.items()},
        needs={page.day: page.needs for page in sorted(days, key=lambda page: page.day)},
        family=days[0].family if days else {},
    )


def _read(path: Path) -> Page:
    try:
        return TypeAdapter(Page).validate_python(json.loads(path.read_bytes(), parse_constant=_refuse))
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        fault = f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}"
    except ValueError as wrong:
        fault = str(wrong)
    message = f"expected a page of gold's book, but {fault}; restore the file, or move it away and report without it"
    raise FormatError(message, path=path)


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no figure")
