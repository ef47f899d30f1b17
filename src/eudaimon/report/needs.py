"""How the villagers' needs moved over the days, with approval beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, quantiles

from markupsafe import Markup

from eudaimon.gold import NEEDS
from eudaimon.gold.book import START
from eudaimon.report.chart import Point, lines, scale
from eudaimon.report.record import Record


@dataclass(frozen=True, slots=True)
class Needs:
    """The section on needs.

    Attributes:
        villagers: how many.
        charts: one for each need, then approval.
        header, rows: the same means as a table; a row for each day.
    """

    villagers: int
    charts: tuple[Markup, ...]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def needs(record: Record) -> Needs | None:
    """The section on needs; None where nobody computed any."""
    book = record.book.needs
    if not book:
        return None
    days = [0, *book]
    series = {need: _levels(book, need, days) for need in NEEDS}
    series["approval"] = [_approvals(record, day) for day in days]
    points = {name: [_point(x, level) for x, level in enumerate(levels) if level] for name, levels in series.items()}
    axis = scale([point for name in NEEDS for point in points[name]])
    charts = [
        lines(
            f"need-{name}",
            name.capitalize(),
            _about(name, days, points[name]),
            [_label(day) for day in days],
            points[name],
            axis if name in NEEDS else scale(points[name]),
            unit="level, 0 to 1" if name in NEEDS else "approval, 0 to 1",
            across="after day" if name in NEEDS else "on day",
        )
        for name in series
    ]
    rows = [_row(day, [levels[x] for levels in series.values()]) for x, day in enumerate(days)]
    return Needs(len(_villagers(book)), tuple(charts), ("after", *series), tuple(rows))


def _villagers(book: Mapping[int, Mapping[str, Mapping[str, float]]]) -> list[str]:
    return sorted({who for levels in book.values() for who in levels})


def _levels(book: Mapping[int, Mapping[str, Mapping[str, float]]], need: str, days: Sequence[int]) -> list[list[float]]:
    """Everybody's level of `need` after each day; who has not come yet stands where everybody starts."""
    return [[book.get(day, {}).get(who, {}).get(need, START) for who in _villagers(book)] for day in days]


def _approvals(record: Record, day: int) -> list[float]:
    entries = record.book.entries
    return [entries[episode.id].worth.approval for episode in record.days.get(day, []) if episode.id in entries]


def _point(x: int, values: Sequence[float]) -> Point:
    """The mean, and the band that holds four in five of the values."""
    if len(values) < 2:
        return Point(x, values[0], values[0], values[0])
    tenths = quantiles(values, n=10, method="inclusive")
    return Point(x, fmean(values), tenths[0], tenths[-1])


def _label(day: int) -> str:
    return f"day {day}" if day else "start"


def _about(name: str, days: Sequence[int], points: Sequence[Point]) -> str:
    whom = "villagers" if name in NEEDS else "that day's conversations"
    figures = ", ".join(f"{_label(days[p.x])}: {p.value:.2f}" for p in points)
    return f"Mean over {whom}: {figures}. The band holds four in five of them."


def _row(day: int, values: Sequence[Sequence[float]]) -> tuple[str, ...]:
    return (_label(day), *(f"{fmean(one):.2f}" if one else "–" for one in values))
