"""What two personas said to the same people at a morning gate, where that was worth most and least to the council."""

from __future__ import annotations

from dataclasses import dataclass

from eudaimon.dialogue import Episode
from eudaimon.night.gate import CANDIDATE, CURRENT, SOURCE
from eudaimon.report.record import Record
from eudaimon.report.said import Said, said
from eudaimon.report.wording import Shown, number

MOST = 2
"""Gains, and losses, that are shown."""


@dataclass(frozen=True, slots=True)
class Stood:
    """How one persona stood before somebody: as the `current` one or the `candidate`."""

    who: str
    said: Said
    score: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Both personas before the same person, the current one first."""

    sides: tuple[Stood, Stood]


def compared(record: Record, night: int) -> Shown[Compared]:
    """The greatest gains of a night's candidate, greatest first, then its greatest losses; what was worth the same is
    never shown."""
    stood = {one.id: one for one in record.episodes if one.source == SOURCE and one.day == night}
    people = [name.removesuffix(CURRENT) for name in stood if name.endswith(f"/{CURRENT}")]
    both = [(stood[name + CURRENT], stood[name + CANDIDATE]) for name in people if name + CANDIDATE in stood]
    ranked = sorted(both, key=lambda pair: (_score(pair[0]) - _score(pair[1]), pair[0].id))
    gains = [pair for pair in ranked if _score(pair[1]) > _score(pair[0])][:MOST]
    losses = [pair for pair in reversed(ranked) if _score(pair[1]) < _score(pair[0])][:MOST]
    shown = [_compared(*pair, record.lower_case) for pair in (*gains, *losses)]
    return Shown(shown, len(both) - len(shown))


def _score(episode: Episode) -> float:
    return float(str(episode.visible.get("score", 0.0)))


def _compared(current: Episode, candidate: Episode, lower_case: bool) -> Compared:
    ours, theirs = (
        Stood(who, said(episode, lower_case), number(_score(episode)))
        for who, episode in ((CURRENT, current), (CANDIDATE, candidate))
    )
    return Compared((ours, theirs))
