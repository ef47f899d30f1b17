"""What changed, result by result, each with its interval and what may be made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eudaimon.dialogue import Episode, Verdict
from eudaimon.report import interval
from eudaimon.report.interval import Interval
from eudaimon.report.record import Record
from eudaimon.report.said import replies
from eudaimon.report.wording import count, listed, percent, signed


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: what it is about, the figure, and how far it can be trusted."""

    term: str
    value: str
    about: str


def findings(record: Record) -> list[Finding]:
    """The results, those on the same questions first, since only these say what nights do."""
    found = [
        *_same_questions(record),
        *_over_days("Gold, by day", "gold", by_day(record, "gold")),
        *_over_days("Approval, by day", "approval", by_day(record, "approval")),
        *_let_pass(record),
        *_unheard(record),
    ]
    return [*found, _nights(record)] if record.nights else found


def by_day(record: Record, what: str) -> dict[int, list[float]]:
    """`gold` or `approval` of every conversation that was valued, by day."""
    entries = record.book.entries
    found = {
        day: [float(getattr(entries[episode.id].worth, what)) for episode in episodes if episode.id in entries]
        for day, episodes in record.days.items()
    }
    return {day: values for day, values in found.items() if values}


def told(change: Interval) -> str:
    """A difference and what may be made of it."""
    if change.open:
        return f"{signed(change.value)}; too few conversations to say whether that is chance."
    judged = "hardly chance" if change.beyond_chance else "may be chance"
    return f"{signed(change.value)}, 95% interval {signed(change.low)} to {signed(change.high)}: {judged}."


def passing(episodes: Sequence[Episode]) -> list[float]:
    """For every first try at a passage that the council looked at whether it let it pass."""
    return [
        float(reflection.decision.verdict is Verdict.CONTINUE)
        for episode in episodes
        for reflection in episode.reflections
        if reflection.attempt == 0 and not reflection.decision.unheard
    ]


def _over_days(term: str, what: str, values: Mapping[int, list[float]]) -> list[Finding]:
    if not values:
        return []
    first, last = min(values), max(values)
    before, after = interval.mean(values[first]), interval.mean(values[last])
    if first == last:
        return [
            Finding(term, f"{before.value:.2f}", f"Mean {what} of {count(before.n, 'conversation')} on day {first}.")
        ]
    change = told(interval.difference(values[first], values[last]))
    return [Finding(term, f"{before.value:.2f} → {after.value:.2f}", f"Day {first} to day {last}: {change}")]


def _same_questions(record: Record) -> list[Finding]:
    """Without nights (before any) and with them (after the last): the same questions, pair by pair."""
    last = record.probed
    asked = [name for name in record.probes[0] if name in record.probes[last]] if last else []
    if not asked:
        return []
    pairs = [(record.probes[0][name], record.probes[last][name]) for name in asked]
    other = sum(replies(before.messages) != replies(after.messages) for before, after in pairs)
    about = f"The same {count(len(asked), 'question')} before any night and after night {last}"
    entries = record.book.entries
    valued = [(entries[b.id].worth.gold, entries[a.id].worth.gold) for b, a in pairs if {b.id, a.id} <= set(entries)]
    if not valued:
        unvalued = f"{about}. Nobody computed what these answers were worth."
        return [Finding("Without nights, with nights", f"{other} of {len(asked)} answered otherwise", unvalued)]
    before, after = (interval.mean(values).value for values in zip(*valued, strict=True))
    if record.one_voice:
        alike = f"{about}: the persona that speaks is the one that spoke before any night, and it answered alike."
        return [Finding("Gold without nights, with nights", f"{before:.2f}", alike)]
    change = told(interval.paired(*zip(*valued, strict=True)))
    value = f"{before:.2f} → {after:.2f}"
    return [Finding("Gold without nights, with nights", value, f"{about}; {other} answered otherwise: {change}")]


def _let_pass(record: Record) -> list[Finding]:
    days = {day: shares for day, episodes in record.days.items() if (shares := passing(episodes))}
    if not days:
        return []
    first, last = min(days), max(days)
    value = percent(interval.mean(days[first]).value)
    if first != last:
        value = f"{value} → {percent(interval.mean(days[last]).value)}"
    about = "First drafts of a passage that the sealed council let pass: its own opinion, which is not gold."
    return [Finding("Let pass at first hearing", value, about)]


def _unheard(record: Record) -> list[Finding]:
    """At how many pauses nobody looked; nothing where somebody always did."""
    decisions = [one.decision for day in record.days.values() for episode in day for one in episode.reflections]
    unheard = sum(decision.unheard for decision in decisions)
    if not unheard:
        return []
    about = f"Of {count(len(decisions), 'pause')}: no voice that holds a floor could be read, and nobody looked."
    return [Finding("Pauses unheard", f"{unheard}", about)]


def _nights(record: Record) -> Finding:
    ends = [stages[-1] for stages in record.nights]
    judged = [night for night in ends if night.gate]
    adopted = [night for night in judged if night.gate and night.gate.adopted]
    back = [f"night {night.number}" for night in judged if night not in adopted]
    about = [f"Rolled back: {listed(back)}." if back else "None was rolled back."] if judged else []
    if len(judged) < len(ends):
        about.append(f"{count(len(ends) - len(judged), 'night')} without a decision yet.")
    return Finding("Nights adopted", f"{len(adopted)} of {len(ends)}", " ".join(about))
