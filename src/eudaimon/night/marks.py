"""Marks: where in its replies the persona should have wished to reflect, and where it need not have.

Self-alignment seed: reflection points "can't just be chosen for when it needs to correct something". A council that
hears every clause shows which places are worth a pause: those that it did not let pass, those at which it was split,
and, in a reply that the night found a better one for, the weakest. There the mark belongs; at places that everybody let
pass it does not. What is learned is the probability of the mark given the text so far, at clause and sentence ends,
where alone it is listened for; acts and the end of a reply are paused at anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from eudaimon.dialogue import (
    MARK,
    Conversation,
    Decision,
    Episode,
    Signal,
    SignalKind,
    Verdict,
    digest,
    with_reply,
)
from eudaimon.night.critic import UNREAD
from eudaimon.night.turns import turns

CALM = 3
"""Places without a mark for each with one, at most. With one for each, three newborns marked .16, .25 and .20 of the
unseen places that nobody minded, with three .04, .15 and .08; of those that somebody minded .87, .73 and .44, and .81,
.67 and .44."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The end of a passage.

    Attributes:
        episode: id of the episode of the day.
        said: the conversation up to it, the reply open.
        unease: 1 minus the mean probability of going on, by all who heard it.
        why: why the persona should have wished to reflect here; empty where it need not have.
    """

    episode: str
    said: Conversation
    unease: float
    why: str

    @property
    def name(self) -> str:
        """Unique in a night."""
        return f"{self.episode}/{len(self.said) - 1}/{digest(self.said[-1].content)[:12]}"


def mark(
    day: Sequence[Episode], commented: Sequence[Episode], signals: Sequence[Signal], most: int, number: int
) -> list[Signal]:
    """At most `most` marks, by id: some that are wished for, and for each of them one to CALM that are not. None where
    one sort is missing.

    Those wished for are the most uneasy places, the others any: what is plain to everybody teaches little.

    Args:
        day: what was replayed; drafts that were taken back are in its reflections.
        commented: the night's commentary on it, which hears every clause also where the persona did not pause.
        signals: what else was drawn; what was said and is the worse side of a pair is regretted.
        most: how many.
        number: the night.
    """
    heard = [place for one in day for place in _judged(one.id, one)]
    again = [place for one in commented for place in _judged(str(one.visible["of"]), one)]
    found: dict[str, _Place] = {}
    for place in (*heard, *again, *_regretted(day, again, signals)):
        known = found.get(place.name)
        if known is None or (bool(place.why), place.unease) > (bool(known.why), known.unease):
            found[place.name] = place
    wished = sorted((one for one in found.values() if one.why), key=lambda one: (-one.unease, one.name))
    calm = sorted((one for one in found.values() if not one.why), key=lambda one: digest(one.name))
    some = min(len(wished), len(calm), most // (1 + CALM))
    chosen = (*wished[:some], *calm[: CALM * some])
    return sorted((_signal(one, number) for one in chosen), key=lambda signal: signal.id)


def _judged(name: str, episode: Episode) -> Iterator[_Place]:
    """The places of the episode of this name that somebody judged and could be read."""
    for reflection in episode.reflections:
        decision, before = reflection.decision, episode.messages[: reflection.turn]
        read = [one.probabilities[0] for one in decision.comments if one.probabilities != UNREAD]
        if decision.passage.place != "end" and (read or decision.verdict is not Verdict.CONTINUE):
            said = with_reply(before, decision.passage.before + decision.passage.text)
            yield _Place(name, said, 1 - fmean(read) if read else 1.0, _objection(decision))


def _regretted(day: Iterable[Episode], again: Sequence[_Place], signals: Iterable[Signal]) -> Iterator[_Place]:
    """The weakest place of each reply that is the worse side of a pair."""
    said = {(turn.episode, turn.conversation): turn.said.strip() for one in day for turn in turns(one)}
    for signal in signals:
        where = (signal.episode, signal.prompt)
        if signal.kind is SignalKind.PAIR and said.get(where) == signal.rejected:
            reply = [place for place in again if (place.episode, place.said[:-1]) == where]
            for weakest in sorted(reply, key=lambda place: -place.unease)[:1]:
                yield replace(weakest, why=f"the night found something better to say, by {signal.margin:.2f}")


def _objection(decision: Decision) -> str:
    """Why a passage was worth a pause; empty where everybody let it pass."""
    if decision.verdict is not Verdict.CONTINUE:
        return f"{decision.verdict}: {'; '.join(decision.reasons[:1])}"
    others = ", ".join(one.archetype for one in decision.dissent)
    return f"let pass against {others}" if others else ""


def _signal(place: _Place, number: int) -> Signal:
    why = place.why or "everybody let it pass"
    return Signal(
        f"night-{number}/{SignalKind.MARK}/{place.name}",
        number,
        SignalKind.MARK,
        place.episode,
        place.said,
        MARK if place.why else "",
        margin=place.unease,
        reason=why,
    )
