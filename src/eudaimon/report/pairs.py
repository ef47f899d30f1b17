"""The same question before and after: conversations side by side, with their pauses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eudaimon.dialogue import Conversation, Episode
from eudaimon.report.choosing import in_turns
from eudaimon.report.record import Record
from eudaimon.report.said import Said, replies, said
from eudaimon.report.wording import count

MOST = 6
"""Pairs that are shown."""


@dataclass(frozen=True, slots=True)
class Side:
    """A conversation, when it took place, and its gold where that was computed."""

    when: str
    said: Said
    gold: float | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two conversations, the earlier first; or one alone."""

    kind: str
    sides: tuple[Side, ...]
    same: bool


@dataclass(frozen=True, slots=True)
class Pairs:
    """The section: what the pairs are, how they were chosen, and some of them."""

    what: str
    chosen: str
    shown: tuple[Pair, ...]


Couple = tuple[Episode, ...]


def pairs(record: Record, kinds: Mapping[str, str]) -> Pairs:
    """The pairs of `record` that show most.

    In this order, whichever there is: probes before any night and after the last one that was probed; questions of the
    first day that were asked again on the last; two conversations of the same kind on those days; single ones.
    """
    what, couples = _couples(record, kinds)
    chosen = _choose(couples, kinds)
    shown = [
        Pair(
            kinds[couple[0].id],
            tuple(_side(record, episode) for episode in couple),
            len(couple) == 2 and _answers(couple[0]) == _answers(couple[1]),
        )
        for couple in chosen
    ]
    return Pairs(what, _how(couples, len(chosen)), tuple(shown))


def opening(messages: Conversation) -> Conversation:
    """What was said before the first reply: the notes and the question."""
    first = next((place for place, message in enumerate(messages) if message.role == "assistant"), len(messages))
    return messages[:first]


def _couples(record: Record, kinds: Mapping[str, str]) -> tuple[str, list[Couple]]:
    last = record.probed
    if last and record.one_voice:
        same = "The persona that spoke before any night speaks still, so there is no after: these stand alone."
        return same, [(episode,) for episode in record.lived]
    if last and (found := _probed(record, last)):
        return f"The same questions were asked before any night and after night {last}.", found
    days = list(record.days)
    if len(days) > 1:
        first, final = record.days[days[0]], record.days[days[-1]]
        if found := _matched(first, final, lambda episode: opening(episode.messages)):
            return f"These questions were asked on day {days[0]} and again on day {days[-1]}.", found
        if found := _matched(first, final, lambda episode: kinds[episode.id]):
            note = "No question was asked twice; these are two different questions of the same kind, which shows less"
            return f"{note}: one of day {days[0]}, one of day {days[-1]}.", found
    return "There is no after yet: these conversations stand alone.", [(episode,) for episode in record.lived]


def _probed(record: Record, last: int) -> list[Couple]:
    before, after = record.probes.get(0, {}), record.probes[last]
    return [(before[name], after[name]) for name in before if name in after]


def _matched(first: Sequence[Episode], last: Sequence[Episode], key: Callable[[Episode], object]) -> list[Couple]:
    later: dict[object, list[Episode]] = {}
    for episode in last:
        later.setdefault(key(episode), []).append(episode)
    return [(episode, waiting.pop(0)) for episode in first if (waiting := later.get(key(episode), []))]


def _choose(couples: Sequence[Couple], kinds: Mapping[str, str]) -> list[Couple]:
    """Those that differ first, then those with more to open; each kind once before any comes twice."""
    ranked = sorted(couples, key=lambda couple: (len({_answers(one) for one in couple}) == 1, -_stops(couple)))
    return in_turns(ranked, lambda couple: kinds[couple[0].id])[:MOST]


def _how(couples: Sequence[Couple], shown: int) -> str:
    if not couples:
        return "There is none."
    of = f"Shown: {shown} of {count(len(couples), 'pair' if len(couples[0]) == 2 else 'conversation')}"
    if len(couples[0]) < 2:
        return f"{of}, those with most to open first, each kind once before any comes twice."
    other = sum(_answers(before) != _answers(after) for before, after in couples)
    return f"{of}; {other} were answered otherwise, and those come first, each kind once before any comes twice."


def _answers(episode: Episode) -> tuple[str, ...]:
    return tuple(replies(episode.messages))


def _stops(couple: Couple) -> int:
    """Pauses at which something other than going on was decided, or somebody dissented."""
    return sum(
        bool(reflection.decision.dissent) + 2 * (reflection.decision.verdict != "continue")
        for episode in couple
        for reflection in episode.reflections
    )


def _side(record: Record, episode: Episode) -> Side:
    night = next(
        (night for night, asked in record.probes.items() if any(one.id == episode.id for one in asked.values())), None
    )
    when = f"Day {episode.day}" if night is None else f"After night {night}" if night else "Before any night"
    entry = record.book.entries.get(episode.id)
    return Side(when, said(episode, record.lower_case), entry.worth.gold if entry else None)
