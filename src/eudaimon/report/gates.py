"""What two personas said to the same people at a morning gate, where that was worth most and least to the council."""

from __future__ import annotations

from dataclasses import dataclass

from eudaimon.dialogue import Episode
from eudaimon.night.gate import CANDIDATE, CURRENT, SOURCE
from eudaimon.report.record import Record
from eudaimon.report.said import Said, said
from eudaimon.report.wording import signed

MOST = 2
"""Gains, and losses, that are shown."""
ALIKE = 0.005
"""Scores in [0, 1] that are nearer are worth the same: two places are shown."""

Couple = tuple[Episode, Episode]


@dataclass(frozen=True, slots=True)
class Stood:
    """How one persona stood before somebody: as the `current` one or the `candidate`."""

    who: str
    said: Said
    score: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Both personas before the same person, the current one first, and what the candidate gained, with its sign."""

    sides: tuple[Stood, Stood]
    gain: str


@dataclass(frozen=True, slots=True)
class Gate:
    """Before how many people the candidate gained, lost, and was worth the same; the greatest gains, greatest first,
    and then the greatest losses."""

    gained: int
    lost: int
    alike: int
    shown: tuple[Compared, ...]


def gate(record: Record, night: int) -> Gate | None:
    """How both personas stood at a night's gate; None where nobody stood there, or nothing of it is stored."""
    stood = {one.id: one for one in record.episodes if one.source == SOURCE and one.day == night}
    people = [name.removesuffix(CURRENT) for name in stood if name.endswith(f"/{CURRENT}")]
    both = [(stood[name + CURRENT], stood[name + CANDIDATE]) for name in people if name + CANDIDATE in stood]
    if not both:
        return None
    ranked = sorted(both, key=lambda couple: (-_gain(couple), couple[0].id))
    gains = [couple for couple in ranked if _gain(couple) >= ALIKE]
    losses = [couple for couple in reversed(ranked) if _gain(couple) <= -ALIKE]
    shown = (*gains[:MOST], *losses[:MOST])
    return Gate(
        len(gains),
        len(losses),
        len(both) - len(gains) - len(losses),
        tuple(_compared(couple, record.lower_case) for couple in shown),
    )


def _score(episode: Episode) -> float:
    return float(str(episode.visible.get("score", 0.0)))


def _gain(couple: Couple) -> float:
    current, candidate = couple
    return _score(candidate) - _score(current)


def _compared(couple: Couple, lower_case: bool) -> Compared:
    current, candidate = (
        Stood(who, said(episode, lower_case), f"{_score(episode):.2f}")
        for who, episode in zip((CURRENT, CANDIDATE), couple, strict=True)
    )
    return Compared((current, candidate), signed(_gain(couple)))
