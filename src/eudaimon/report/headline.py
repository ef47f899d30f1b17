"""What changed, said first and said plainly: gold and approval by day, the same questions with nights and without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from eudaimon.dialogue import Night, Stage
from eudaimon.report import interval
from eudaimon.report.chart import Mark, Point, lines, scale
from eudaimon.report.findings import Finding, by_day, findings
from eudaimon.report.interval import Interval
from eudaimon.report.nights import outcome
from eudaimon.report.record import Record
from eudaimon.report.wording import count, plain

TIERS = {
    "W": "W, weights: verdict probabilities are exact, and its nights train an adapter",
    "L": "L, log-probabilities: verdict probabilities are exact, but there are no gradients, so its nights write "
    "lessons and a data pack and no weights",
    "T": "T, text only: verdict probabilities are counted from samples, and there are no gradients, so its nights "
    "write lessons and a data pack and no weights",
}
WORLDS = {"village": "the generated village", "people": "real people's questions"}
LONGEST = 200
"""Characters of a setting that are shown, at most."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The head of the report.

    Attributes:
        lead: what was lived and slept, in a sentence or two.
        findings: the results.
        charts: figures over days or nights.
        days: rows of the table behind them: day, conversations, gold, approval.
        has_gold: whether anything was valued.
        facts: whose life it is, term by term.
        settings: what it was begun with, likewise.
    """

    lead: str
    findings: tuple[Finding, ...]
    charts: tuple[tuple[str, Markup], ...]
    days: tuple[tuple[str, ...], ...]
    has_gold: bool
    facts: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]


def headline(record: Record) -> Headline:
    """The head of the report on `record`."""
    golds, approvals = by_day(record, "gold"), by_day(record, "approval")
    return Headline(
        lead=lead(record),
        findings=tuple(findings(record)),
        charts=tuple(_charts(record, golds, approvals)),
        days=tuple(_rows(record, golds, approvals)),
        has_gold=bool(golds),
        facts=tuple(_facts(record)),
        settings=tuple(_settings(record.life.settings)) if record.life else (),
    )


def lead(record: Record) -> str:
    """What was lived and slept."""
    over = [stages[-1] for stages in record.nights if stages[-1].stage is Stage.MORNING]
    talks, pauses = len(record.lived), sum(len(episode.reflections) for episode in record.lived)
    text = [
        f"{count(len(record.days), 'day')} lived and {count(len(over), 'night')} slept: "
        f"{count(talks, 'conversation')}, in which the council was asked {count(pauses, 'time')}."
    ]
    text += [
        f"Night {stages[-1].number} was interrupted when it had come to “{stages[-1].stage}”."
        for stages in record.nights
        if stages[-1].stage is not Stage.MORNING
    ]
    last = max(record.days, default=0)
    if last > max((stages[-1].number for stages in record.nights), default=0):
        text.append(f"Day {last} has not been slept on yet.")
    return " ".join(text)


def _charts(
    record: Record, golds: Mapping[int, list[float]], approvals: Mapping[int, list[float]]
) -> list[tuple[str, Markup]]:
    found = []
    if golds:
        found.append(_over_days(record, "gold", golds))
    if approvals:
        found.append(_over_days(record, "approval", approvals))
    return [*found, *_over_probes(record)]


def _over_days(record: Record, what: str, values: Mapping[int, list[float]]) -> tuple[str, Markup]:
    days = list(record.days)
    means = {days.index(day): interval.mean(one) for day, one in values.items()}
    labels, title, unit = [f"day {day}" for day in days], f"{what.capitalize()}, by day", f"{what}, 0 to 1"
    return _chart(f"{what}-by-day", title, labels, means, unit, "day lived", _moons(record))


def _over_probes(record: Record) -> list[tuple[str, Markup]]:
    """Gold on the same questions before any night and after each, where it was computed more than once."""
    entries = record.book.entries
    golds = [[entries[e.id].worth.gold for e in asked.values() if e.id in entries] for asked in record.probes.values()]
    means = {place: interval.mean(values) for place, values in enumerate(golds) if values}
    if len(means) < 2:
        return []
    labels = [f"night {night}" if night else "none" for night in record.probes]
    return [_chart("gold-same", "Gold, same questions", labels, means, "gold, 0 to 1", "asked after", [])]


def _chart(
    name: str, title: str, labels: list[str], means: Mapping[int, Interval], unit: str, across: str, marks: list[Mark]
) -> tuple[str, Markup]:
    points = [
        Point(place, one.value, *((one.value, one.value) if one.open else (one.low, one.high)))
        for place, one in means.items()
    ]
    figures = ", ".join(f"{labels[place]}: {one.value:.2f} (n={one.n})" for place, one in means.items())
    about = f"{figures}. Upright bars are 95% intervals over the conversations."
    axis = scale(points)
    return title, lines(name, title, about, labels, points, axis, unit=unit, across=across, marks=marks, band=False)


def _moons(record: Record) -> list[Mark]:
    """A moon for each night between two days that were lived."""
    ends: dict[int, Night] = {stages[-1].number: stages[-1] for stages in record.nights}
    days = list(record.days)
    return [
        Mark(place, kind, f"Night {day}: {kind.replace('-', ' ')}")
        for place, day in enumerate(days[:-1])
        if day in ends
        for kind in [outcome(ends[day])]
    ]


def _rows(
    record: Record, golds: Mapping[int, list[float]], approvals: Mapping[int, list[float]]
) -> list[tuple[str, ...]]:
    return [
        (f"{day}", f"{len(episodes)}", *(_valued(values.get(day), len(episodes)) for values in (golds, approvals)))
        for day, episodes in record.days.items()
    ]


def _valued(values: list[float] | None, of: int) -> str:
    """A mean, and over how many it is where nobody valued the others."""
    some = f", over {len(values)}" if values and len(values) < of else ""
    return f"{_with_interval(values)}{some}"


def _with_interval(values: list[float] | None) -> str:
    if not values:
        return "not computed"
    one = interval.mean(values)
    return f"{one.value:.2f}" if one.open else f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})"


def _facts(record: Record) -> list[tuple[str, str]]:
    life = record.life
    if life is None:
        return []
    facts = [
        ("Model", life.model),
        ("Backend", TIERS.get(life.tier, life.tier)),
        ("World", WORLDS.get(life.world, life.world)),
        ("Pool of archetypes", life.pool),
        ("Seed", str(life.seed)),
        ("Version", f"eudaimon {life.version}"),
    ]
    if record.book.family:
        cell = [f"{name} {value}" for name, value in record.book.family.items()]
        facts.append(("Village's prior", ", ".join(cell)))
    return facts


def _settings(settings: Mapping[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    """Term and value of every setting, those of a group after the group's name; empty ones are left out, long ones cut
    short."""
    for name, value in settings.items():
        term = f"{before}{plain(name)}"
        if isinstance(value, Mapping):
            yield from _settings(value, f"{term}: ")
        elif value not in ("", [], None):
            yield term, str(value) if len(str(value)) <= LONGEST else f"{str(value)[:LONGEST]}…"
