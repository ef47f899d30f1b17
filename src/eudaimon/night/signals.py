"""Signals: what a night learns from, drawn from what was said and what might have been said.

Self-alignment seed: "at every reflection point, we have a new branch of possibility". At each turn of the day and of
the dreams the persona tries some replies; the critic scores all of them, with what was said and what was withdrawn.
Where none is good enough, the persona is told the critic's comment on the best of them and says it anew.
What is learned follows from the good-enough rule: between two replies that are both good enough there is *no*
preference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from eudaimon.dialogue import Signal, SignalKind, digest
from eudaimon.language.shares import shared_out
from eudaimon.night.settings import Settings
from eudaimon.night.trying import Bench, Known, Tried, lets_go_of
from eudaimon.night.turns import Turn
from eudaimon.psyche import Progress
from eudaimon.values import Level

TOGETHER = 40
"""Turns that are worked on at once: enough to fill a batch, few enough to be shared out."""


@dataclass(frozen=True, slots=True)
class Tries:
    """What was tried at a turn.

    Attributes:
        turn: where.
        replies: what was said, the branches, and what was said anew where nothing of it was good enough.
        gone_on: of those, the one that the critic would have let go of.
        parting: how that was let go; both or none.
    """

    turn: Turn
    replies: tuple[Tried, ...]
    gone_on: Tried | None = None
    parting: Tried | None = None


def try_all(
    bench: Bench, places: Sequence[Turn], known: Known, progress: Progress = lambda done, total: None
) -> list[Tries]:
    """What is tried at all turns.

    Args:
        bench: what replies are tried with.
        places: turns of the day and of the dreams.
        known: what the critic has said of the replies of the day.
        progress: told how many turns are done.
    """
    blocks = [places[start : start + TOGETHER] for start in range(0, len(places), TOGETHER)]
    tried = shared_out(bench.model, [partial(_tried, bench, some, known) for some in blocks], progress)
    return [one for some in tried for one in some]


def _tried(bench: Bench, some: Sequence[Turn], known: Known, progress: Progress) -> list[Tries]:
    """What is tried at some turns."""
    progress(0, len(some))
    tried = bench.revised(some, bench.tried(some, known))
    gone_on = {turn: bad for turn, replies in zip(some, tried, strict=True) if (bad := lets_go_of(replies))}
    parting = dict(zip(gone_on, bench.parted(list(gone_on.items())), strict=True))
    progress(len(some), len(some))
    return [
        Tries(turn, tuple(replies), gone_on.get(turn), parting.get(turn))
        for turn, replies in zip(some, tried, strict=True)
    ]


def draw(tries: Sequence[Tries], settings: Settings, number: int) -> list[Signal]:
    """The signals of night `number`, the most telling of each kind within the bounds of the settings; by id."""
    found = [
        signal
        for one in tries
        for signal in (*_preferred(one.turn, one.replies, settings, number), *_let_go(one, settings, number))
    ]
    return sorted(_within_bounds(found, settings), key=lambda signal: signal.id)


def choose(tried: Sequence[Tried], settings: Settings) -> Tried:
    """What to learn of some replies: the first good-enough one, or else the best; unbounded, always the best.

    The first, since above the aspiration nothing is better than anything else, and who need not change should not.
    """
    enough = [one for one in tried if settings.standard.judge(one.score) is Level.GOOD_ENOUGH]
    return enough[0] if enough and settings.bounded else max(tried, key=lambda one: one.score)


def prefers(chosen: float, rejected: float, settings: Settings) -> bool:
    """Whether one score is to be preferred to another, by the standard and the margin."""
    allowed = not settings.bounded or settings.standard.pair(chosen, rejected) == 0
    return allowed and chosen - rejected >= settings.margin


def _preferred(turn: Turn, tried: Sequence[Tried], settings: Settings, number: int) -> Iterator[Signal]:
    """A label for what is good enough, and a pair where something else falls short of it."""
    if not tried:
        return
    chosen, rejected = choose(tried, settings), min(tried, key=lambda one: one.score)
    if settings.standard.judge(chosen.score) is Level.GOOD_ENOUGH:
        why = f"good enough: {chosen.score:.2f}, aspired to is {settings.standard.aspiration:.2f}"
        yield _signal(SignalKind.LABEL, turn, number, chosen.text, "", chosen.score, why)
    if prefers(chosen.score, rejected.score, settings):
        why = f"{chosen.score:.2f} over {rejected.score:.2f}: {rejected.objection}"
        margin = chosen.score - rejected.score
        yield _signal(SignalKind.PAIR, turn, number, chosen.text, rejected.text, margin, why)


def _let_go(tries: Tries, settings: Settings, number: int) -> Iterator[Signal]:
    """Letting go over going on, where the critic finds that it was better so."""
    gone_on, parting = tries.gone_on, tries.parting
    if gone_on and parting and parting.text != gone_on.text and prefers(parting.score, gone_on.score, settings):
        why = f"letting go {parting.score:.2f} over going on {gone_on.score:.2f}: {gone_on.objection}"
        margin = parting.score - gone_on.score
        yield _signal(SignalKind.LETTING_GO, tries.turn, number, parting.text, gone_on.text, margin, why)


def _signal(kind: SignalKind, turn: Turn, number: int, chosen: str, rejected: str, margin: float, why: str) -> Signal:
    name = f"night-{number}/{kind}/{turn.episode}/{turn.at}"
    return Signal(name, number, kind, turn.episode, turn.conversation, chosen, rejected, margin, why)


def most_telling(signals: Sequence[Signal], count: int) -> list[Signal]:
    """At most `count` signals. Of pairs and partings those with the widest margins; of labels any, since those the
    critic is surest of are not those that there is most to learn from."""
    return sorted(signals, key=_rank)[:count]


def _rank(signal: Signal) -> tuple[float, str]:
    return (0.0, digest(signal.id)) if signal.kind is SignalKind.LABEL else (-signal.margin, signal.id)


def _within_bounds(found: Sequence[Signal], settings: Settings) -> Iterator[Signal]:
    """The most telling of each kind."""
    most = {
        SignalKind.PAIR: settings.pairs,
        SignalKind.LETTING_GO: settings.partings,
        SignalKind.LABEL: settings.labels,
    }
    for kind, bound in most.items():
        yield from most_telling([signal for signal in found if signal.kind is kind], bound)
