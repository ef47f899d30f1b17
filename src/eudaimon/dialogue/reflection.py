"""What was decided about what was said: passages, comments, decisions, reflections.

Self-alignment seed: "at every reflection point, we have a new branch of possibility".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What a voice, or the council as a whole, says of a passage. The order is that of all probability triples."""

    CONTINUE = "continue"
    REVISE = "revise"
    SURRENDER = "surrender"


VERDICTS: tuple[Verdict, ...] = (Verdict.CONTINUE, Verdict.REVISE, Verdict.SURRENDER)

UNHEARD = "the council could not be heard"
"""The first reason of a decision for which no holder of a floor could be read."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of the persona's open reply that lies before the council.

    Attributes:
        text: the words under judgement (since the last good place).
        before: the part of the same reply that was already good enough.
        place: why the persona paused here: `clause`, `sentence`, `act` (before something irreversible), `mark` (it
            said itself that it wished to) or `end`.
    """

    text: str
    before: str = ""
    place: str = "clause"


@dataclass(frozen=True, slots=True)
class Comment:
    """One archetype's word on a passage.

    Attributes:
        archetype: its name.
        text: a short comment in dreamlike symbols; empty in verdict-only councils.
        probabilities: (continue, revise, surrender), summing to 1.
        seal: content hash of the archetype that spoke.
    """

    archetype: str
    text: str
    probabilities: tuple[float, float, float]
    seal: str = ""

    @property
    def verdict(self) -> Verdict:
        """The most probable verdict; ties go to the earlier of continue, revise, surrender."""
        return VERDICTS[max(range(3), key=lambda i: (self.probabilities[i], -i))]


@dataclass(frozen=True, slots=True)
class Decision:
    """The council's answer to one pause. It names the pause, because it may come late.

    Attributes:
        pause: the id of the `Pause` that it answers.
        verdict: continue, revise or surrender.
        passage: what was judged.
        reasons: short plain-English reasons, the rule that decided first.
        comments: every comment, in the order of casting.
        dissent: the comments whose own verdict differs from the council's. Never thrown away.
        voice: the archetype whose word decided, and by whose comment the persona is told why; empty where none did.
    """

    pause: int
    verdict: Verdict
    passage: Passage
    reasons: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    dissent: tuple[Comment, ...] = ()
    voice: str = ""

    @property
    def unheard(self) -> bool:
        """Whether no holder of a floor could be read, so that nobody looked at what was said."""
        return self.reasons[:1] == (UNHEARD,)


@dataclass(frozen=True, slots=True)
class Reflection:
    """A pause in an episode, as it is stored.

    Attributes:
        turn: index, in the episode's messages, of the reply in which the persona paused.
        attempt: 0 for the first try at this passage, 1 after one revision, and so on.
        decision: the council's answer.
    """

    turn: int
    attempt: int
    decision: Decision
