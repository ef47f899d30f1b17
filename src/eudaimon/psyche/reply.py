"""How a persona is set to speak, and what it then said."""

from __future__ import annotations

from dataclasses import dataclass, field

from eudaimon.dialogue import Passage, Reflection, digest
from eudaimon.language import Blend
from eudaimon.psyche.points import Points


@dataclass(frozen=True, slots=True)
class Settings:
    """How a persona speaks.

    Attributes:
        max_tokens: length of what stands of a reply, the words of letting go aside.
        passage_tokens: at most so many between pauses.
        parting_tokens: at most so many for the words of letting go.
        temperature, seed: as in `Extend`; every stretch of speech has a seed of its own, drawn from this one.
        points: where to pause.
        tries: revisions of one passage before the persona lets go.
        patience: revisions in one reply before it lets go.
        reflect: False never pauses.
        withheld: True lets no word for an irreversible act (`points.acts`) be said: the passage is taken back without
            anybody being asked, and the persona lets go. For personas from whom acting was taken.
        sealed: True speaks with the base weights.
        undertone: archetypes that colour the speech, where the backend can blend.
    """

    max_tokens: int = 96
    passage_tokens: int = 32
    parting_tokens: int = 48
    temperature: float = 1.0
    seed: int = 0
    points: Points = field(default_factory=Points)
    tries: int = 2
    patience: int = 6
    reflect: bool = True
    withheld: bool = False
    sealed: bool = False
    undertone: Blend | None = None

    def __post_init__(self) -> None:
        for name in ("max_tokens", "passage_tokens", "parting_tokens"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, but it is {getattr(self, name)}; give a positive number")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a persona said in one turn, and how it came to say it.

    Attributes:
        text: the whole reply: what was given of it, then the passages, one after the other.
        passages: what stands, in order; after letting go, the last one is the words of letting go.
        reflections: every decision, in the order of the pauses, those on withdrawn passages too.
        drafts: the passages that were withdrawn, in the order in which they were.
        tokens: how many were spoken, drafts included; a stretch without any counts as one.
        finish: `end` (it said what it had to say), `length`, or `surrender` (it let go).
    """

    text: str
    passages: tuple[Passage, ...]
    reflections: tuple[Reflection, ...]
    drafts: tuple[Passage, ...]
    tokens: int
    finish: str


def derived_seed(*parts: object) -> int:
    """A seed in [0, 2^31) that depends on all of `parts` (JSON values) and on nothing else."""
    return int(digest(list(parts))[:8], 16) >> 1
