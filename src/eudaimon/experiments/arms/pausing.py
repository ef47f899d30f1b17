"""Whoever a persona may pause before, and personas whose pauses are counted or whose replies are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from statistics import fmean
from typing import Any

from eudaimon.dialogue import Comment, Conversation, Decision, Verdict
from eudaimon.evals.actors import Asked, Speaker
from eudaimon.experiments.arms.critics import JUDGE
from eudaimon.language import Branch, LanguageModel, Score, Voice
from eudaimon.psyche import Judge, Pause, derived_seed


@dataclass
class Tallied:
    """A speaker whose work is counted.

    Attributes:
        speaker: who speaks.
        tokens: that it spoke, drafts included.
        quit: situations in which the persona let go: at the judge's word, or because its tries were spent.
    """

    speaker: Speaker
    tokens: int = 0
    quit: set[str] = field(default_factory=set)

    @property
    def quits(self) -> int:
        """In how many situations the persona let go."""
        return len(self.quit)

    def reply(self, asked: Sequence[Asked]) -> list[str]:
        """See `Actor.reply`."""
        replies = self.speaker.replies(asked)
        self.tokens += sum(reply.tokens for reply in replies)
        for (situation, _), reply in zip(asked, replies, strict=True):
            if reply.finish == "surrender":
                self.quit.add(situation.key)
        return [reply.text for reply in replies]


@dataclass(frozen=True)
class Persistent:
    """A judge that never lets go: where `judge` would, it asks for another try.

    Attributes:
        judge: whose word it is otherwise.
    """

    judge: Judge

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        """See `Judge.hear`."""
        return [
            replace(decision, verdict=Verdict.REVISE) if decision.verdict is Verdict.SURRENDER else decision
            for decision in self.judge.hear(pauses)
        ]


class Indulgent:
    """Lets everything go on: what a persona says that pauses as often, and is never stopped."""

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        """See `Judge.hear`."""
        return [Decision(pause.id, Verdict.CONTINUE, pause.passage, ("nobody minds",)) for pause in pauses]


@dataclass(frozen=True)
class Dice:
    """Rules by chance, as often so as another judge does.

    Attributes:
        rates: probability of each verdict.
        seed: of the dice.
    """

    rates: dict[str, float]
    seed: int

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        """See `Judge.hear`."""
        return [self._decide(pause) for pause in pauses]

    def _decide(self, pause: Pause) -> Decision:
        rng = Random(derived_seed(self.seed, pause.id, *(message.content for message in pause.conversation)))
        (verdict,) = rng.choices(list(self.rates), list(self.rates.values()))
        return Decision(pause.id, Verdict(verdict), pause.passage, ("the dice fell so",))


@dataclass(frozen=True)
class Votes:
    """The model asks itself whether it was good, several times, and goes by the majority.

    Attributes:
        model: who asks itself, on the base weights, as the generic judge.
        votes: how often, each time with a comment of its own.
        seed: of the comments.
        comment_tokens: length of a comment.
    """

    model: LanguageModel
    votes: int = 8
    seed: int = 0
    comment_tokens: int = 40

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        """See `Judge.hear`."""
        asked = [self._branch(pause.conversation, n) for pause in pauses for n in range(self.votes)]
        heard = [voices[0] for voices in self.model.branch(asked)] if asked else []
        groups = [heard[start : start + self.votes] for start in range(0, len(heard), self.votes)]
        return [self._decide(pause, group) for pause, group in zip(pauses, groups, strict=True)]

    def _branch(self, conversation: Conversation, number: int) -> Branch:
        seed = derived_seed(self.seed, number)
        return Branch(conversation, (JUDGE.message,), self.comment_tokens, temperature=1.0, seed=seed)

    def _decide(self, pause: Pause, votes: Sequence[Voice]) -> Decision:
        chances = [fmean(vote.probabilities[i] for vote in votes) for i in range(3)]
        comment = Comment(JUDGE.name, votes[0].text, (chances[0], chances[1], chances[2]))
        for_it = sum(vote.probabilities[0] >= 0.5 for vote in votes)
        verdict = Verdict.CONTINUE if 2 * for_it >= self.votes else Verdict.REVISE
        return Decision(pause.id, verdict, pause.passage, (f"{for_it} of {self.votes} votes",), (comment,))


@dataclass(frozen=True)
class Exchanged:
    """A model whose voices answer to each other's names: every one to the next one's.

    Attributes:
        model: whose voices.
        names: who takes part, in order.
    """

    model: LanguageModel
    names: tuple[str, ...]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
        """See `LanguageModel.branch`."""
        other = dict(zip(self.names, (*self.names[1:], self.names[0]), strict=True))
        swapped = [
            replace(one, voices=tuple(replace(voice, name=other.get(voice.name, voice.name)) for voice in one.voices))
            for one in requests
        ]
        return self.model.branch(swapped)


@dataclass(frozen=True)
class Repeated:
    """A persona that replies several times, and gives the reply whose words are likeliest under the base.

    Attributes:
        speaker: who replies.
        count: how often on average; where it is no whole number, chance rounds it.
    """

    speaker: Speaker
    count: float

    def reply(self, asked: Sequence[Asked]) -> list[str]:
        """See `Actor.reply`."""
        drawn = [self._texts(asked, n) for n in range(int(self.count) + (self.count % 1 > 0))]
        groups = [[texts[i] for texts in drawn if texts[i]] or [""] for i in range(len(asked))]
        if all(len(group) == 1 for group in groups):
            return [group[0] for group in groups]
        scored = self.speaker.model.score(
            [Score(messages, tuple(group)) for (_, messages), group in zip(asked, groups, strict=True)]
        )
        return [
            max(zip(group, chances, strict=True), key=lambda one: one[1] / max(1, len(one[0].split())))[0]
            for group, chances in zip(groups, scored, strict=True)
        ]

    def _texts(self, asked: Sequence[Asked], number: int) -> list[str]:
        """One reply for each that is replied to so often; the others' are empty."""
        settings = replace(self.speaker.settings, seed=derived_seed(self.speaker.settings.seed, number))
        chosen = [i for i, one in enumerate(asked) if number < self.count - self._rest(one)]
        found = [""] * len(asked)
        said = replace(self.speaker, settings=settings).reply([asked[i] for i in chosen]) if chosen else []
        for i, text in zip(chosen, said, strict=True):
            found[i] = text
        return found

    def _rest(self, one: Asked) -> float:
        """A number in [0, 1), by which chance rounds `count`."""
        situation, messages = one
        return Random(derived_seed(self.speaker.settings.seed, situation.key, len(messages))).random()
