"""The council: sealed archetypes, summoned for a passage, heard apart from each other, ruled by a rule."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Self

from eudaimon.dialogue import Comment, Decision
from eudaimon.language import Branch, LanguageModel, Voice
from eudaimon.psyche.archetype import Archetypes
from eudaimon.psyche.casting import Casting, Everyone, Touched
from eudaimon.psyche.hearing import Case, Heard, asking, seated
from eudaimon.psyche.pause import Pause
from eudaimon.psyche.pool import pool_of
from eudaimon.psyche.rule import Rule

Deliberation = Generator[Branch, tuple[Voice, ...], Decision]
"""A council on its way to a decision."""


SEATS, COMMENT_TOKENS = 5, 40
"""Of a life's council, where nothing else is wished."""

_COUNTING = Lock()


@dataclass(slots=True)
class Tally:
    """What a council did since it was called together, in this process.

    Attributes:
        pauses: decisions given.
        voices: voices in them.
        unread: how many of those voices could not be read.
        unheard: decisions for which no holder of a floor could be read.
    """

    pauses: int = 0
    voices: int = 0
    unread: int = 0
    unheard: int = 0


@dataclass
class Council:
    """Judges what a persona says, on the sealed base weights of `model`; what it reads is data, its cards are its own.

    Attributes:
        model: whose archetypes are heard.
        archetypes: everybody by name, sealed.
        casting: who sits for a passage.
        rule: what follows from what they say.
        comment_tokens: length of a comment; 0 for verdicts alone.
        temperature, seed: for the comments; 0 is greedy.
        tally: what it did so far.
    """

    model: LanguageModel
    archetypes: Archetypes
    casting: Casting
    rule: Rule = field(default_factory=Rule)
    comment_tokens: int = 24
    temperature: float = 0.0
    seed: int = 0
    tally: Tally = field(default_factory=Tally)

    @classmethod
    def seated(
        cls,
        model: LanguageModel,
        archetypes: Archetypes,
        pool: str = "village",
        seats: int = SEATS,
        comment_tokens: int = COMMENT_TOKENS,
    ) -> Self:
        """A council whose members take seats in turn: `seats` of the pool for each passage, those whose concern is
        touched; 0: the whole pool, always.

        Raises:
            InputError: there is no pool of this name, or nobody in it holds a floor; see `pool_of`.
        """
        names = pool_of(archetypes, pool)
        casting: Casting = Touched(model, archetypes, names, seats) if seats else Everyone(names)
        return cls(model, archetypes, casting, comment_tokens=comment_tokens)

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        """One decision for each pause, in order; all voices of all pauses in one `branch`."""
        session = self.summon(pauses)
        return session.decisions(self.model.branch(session.requests) if session.requests else [])

    def summon(self, pauses: Sequence[Pause]) -> Session:
        """Call those together who sit for each pause; what they are to be asked is left to the caller."""
        conversations = [pause.conversation for pause in pauses]
        return self.convene(pauses, self.casting.cast(conversations) if conversations else [])

    def convene(self, pauses: Sequence[Pause], casts: Sequence[tuple[str, ...]]) -> Session:
        """The same of those who were cast before."""
        cases = [Case(pause.conversation, cast) for pause, cast in zip(pauses, casts, strict=True)]
        requests = asking(
            self.archetypes, cases, max_tokens=self.comment_tokens, temperature=self.temperature, seed=self.seed
        )
        return Session(self, pauses, cases, requests)

    def deliberate(self, pause: Pause) -> Deliberation:
        """Decide on one pause, for whoever can have voices heard at any time: yields what the model is to be asked, and
        is sent the voices."""
        answers = yield from _asked(self.casting.asks(pause.conversation))
        session = self.convene([pause], [self.casting.seated(answers)])
        (decision,) = session.decisions((yield from _asked(session.requests)))
        return decision

    def decide(self, pause: Pause, cast: Sequence[Heard]) -> Decision:
        """What follows from what those who sit said."""
        ruling = self.rule.decide(cast, act=pause.passage.place == "act")
        with _COUNTING:  # talks with an endpoint are held in threads
            self.tally.pauses += 1
            self.tally.voices += len(cast)
            self.tally.unread += sum(not one.parsed for one in cast)
            self.tally.unheard += not ruling.heard
        return Decision(
            pause=pause.id,
            verdict=ruling.verdict,
            passage=pause.passage,
            reasons=ruling.reasons,
            comments=tuple(one.comment for one in cast),
            dissent=tuple(one.comment for one in cast if one.parsed and one.comment.verdict != ruling.verdict),
            voice=ruling.voice,
        )


@dataclass(frozen=True, slots=True)
class Session:
    """A council that sits on some pauses.

    Attributes:
        council, pauses, cases: who judges what.
        requests: what the model is to be asked, by `branch`.
    """

    council: Council
    pauses: Sequence[Pause]
    cases: list[Case]
    requests: list[Branch]

    def decisions(self, answers: Sequence[tuple[Voice, ...]]) -> list[Decision]:
        """One decision for each pause, in order, by the answers to the requests."""
        heard = seated(self.council.archetypes, self.cases, answers)
        return [self.council.decide(pause, cast) for pause, cast in zip(self.pauses, heard, strict=True)]


def _asked(
    requests: Sequence[Branch],
) -> Generator[Branch, tuple[Voice, ...], list[tuple[Voice, ...]]]:
    """The answers to all `requests`, one after the other."""
    answers: list[tuple[Voice, ...]] = []
    for request in requests:
        answers += [(yield request)]
    return answers


def deciding(decision: Decision) -> Comment | None:
    """The comment by which the persona is told why: that of the voice that decided, or else the strongest for the
    council's verdict; None where nobody spoke."""
    by_name = {comment.archetype: comment for comment in decision.comments}
    if decision.voice in by_name:
        return by_name[decision.voice]
    place = list(type(decision.verdict)).index(decision.verdict)
    return max(decision.comments, key=lambda comment: comment.probabilities[place], default=None)
