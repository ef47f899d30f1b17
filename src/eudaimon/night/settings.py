"""How a night is spent."""

from __future__ import annotations

from dataclasses import dataclass, field

from eudaimon import psyche, training
from eudaimon.values import Standard


@dataclass(frozen=True, slots=True)
class Settings:
    """How a night is spent.

    Attributes:
        replays: at most so many of the day's episodes are replayed.
        by_chance: the share of them that is drawn by chance, where not all can be.
        dreams: how many situations are dreamt; as many as episodes are replayed, where it is None.
        dream_notes: at most so many notes of another situation are mixed into a dream.
        branches: replies that are tried at each turn, besides what was said and what was withdrawn.
        temperature: of these replies; higher than by day, since what is never said teaches nothing.
        standard: what is good enough, on the critic's scores.
        margin: a preference needs scores at least so far apart.
        bounded: good enough is enough: what is learned is the first good-enough reply, and between two of them nothing.
            False learns the highest score against the lowest, always.
        pairs, labels, partings: at most so many signals of each kind.
        marks: at most so many places, a quarter or more of them worth a pause, by which the persona learns where to
            reflect; drawn where its speech listens for marks (`speech.points.marks`). 0 teaches none.
        whole: the council judges each reply once, at its end, instead of at every clause.
        speech: how the persona speaks, by day as in its dreams.
        training: how its weights are consolidated.
        lesson_words: length of the lessons, where there are no weights to train.
        confidence: of the gate, that the candidate is better.
        least_gain: mean gain of score, in [0, 1], that is worth a change of persona.
        fluency: how much less likely the candidate's words may be under the base than the current persona's, in nats
            per word.
        kl: how far the candidate's replies at the gate may be from the base, in nats per word.
    """

    replays: int = 60
    by_chance: float = 0.25
    dreams: int | None = None
    dream_notes: int = 6
    branches: int = 4
    temperature: float = 1.0
    standard: Standard = field(default_factory=Standard)
    margin: float = 0.1
    bounded: bool = True
    pairs: int = 240
    labels: int = 80
    partings: int = 40
    marks: int = 240
    whole: bool = False
    speech: psyche.Settings = field(default_factory=psyche.Settings)
    training: training.Settings = field(default_factory=training.Settings)
    lesson_words: int = 160
    confidence: float = 0.95
    least_gain: float = 0.005
    fluency: float = 0.5
    kl: float = 0.3

    def __post_init__(self) -> None:
        if not 0 <= self.by_chance <= 1:
            raise ValueError(f"by_chance is a share and must lie in [0, 1], but it is {self.by_chance}; mend it")
        if not 0.5 <= self.confidence < 1:
            raise ValueError(f"confidence must lie in [.5, 1), but it is {self.confidence}; .95 is usual")
