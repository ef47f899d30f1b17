"""Trying replies: what was said at a turn and what might have been said, each with the critic's score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eudaimon.dialogue import Conversation, Message, Verdict, with_reply
from eudaimon.language import Extend, LanguageModel
from eudaimon.night.critic import Critic, CriticScore
from eudaimon.night.settings import Settings
from eudaimon.night.turns import Turn, branches
from eudaimon.psyche import deciding, derived_seed
from eudaimon.values import Charter, floors

Known = Mapping[tuple[str, int], CriticScore]
"""What the critic has said already of the replies of the day, by episode and turn."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A reply at a turn.

    Attributes:
        text: the reply.
        score: the critic's, in [0, 1]; 0 where it breaks a floor of the charter, or never came to its end.
        judged: everything that the critic said of it.
    """

    text: str
    score: float
    judged: CriticScore

    @property
    def objection(self) -> str:
        """Why not, in plain English."""
        worst = self.judged.worst
        if worst and worst.reasons:
            return worst.reasons[0]
        return "it breaks a floor or does not end" if self.score < self.judged.score else "it is worse"


@dataclass(frozen=True, slots=True)
class Bench:
    """What replies are tried with: the persona as it is now, who judges, the charter whose floors on visible text are
    not to be broken, the night's settings, and the seed of all that is said."""

    model: LanguageModel
    critic: Critic
    charter: Charter
    settings: Settings
    seed: int

    def tried(self, places: Sequence[Turn], known: Known) -> list[list[Tried]]:
        """The different replies at each turn: what was said, where the critic knows it, then the branches that say
        something."""
        drawn = branches(self.model, places, self.settings.branches, self.settings.speech, self.seed)
        fresh = [
            [branch for branch in some if branch.text not in ("", turn.said.strip())]
            for turn, some in zip(places, drawn, strict=True)
        ]
        asked = [(turn.conversation, b.text) for turn, some in zip(places, fresh, strict=True) for b in some]
        judged = iter(self.critic.score(asked))
        return [
            [*self._said(turn, known), *(self._tried(turn, b.text, next(judged), b.whole) for b in some)]
            for turn, some in zip(places, fresh, strict=True)
        ]

    def parted(self, gone_on: Sequence[tuple[Turn, Tried]]) -> list[Tried]:
        """How the persona lets go, once it is told so as by day, of replies of which the critic would have let go."""
        told = [_told(turn, one.judged) for turn, one in gone_on]
        asked = [self._parting(turn, heard) for (turn, _), (_, heard) in zip(gone_on, told, strict=True)]
        spoken = self.model.extend(asked) if asked else []
        points = self.settings.speech.points
        texts = [_joined(before, points.clean(one.text)) for (before, _), one in zip(told, spoken, strict=True)]
        judged = self.critic.score([(turn.conversation, text) for (turn, _), text in zip(gone_on, texts, strict=True)])
        return [
            self._tried(turn, text, score, one.finish == "end")
            for (turn, _), text, score, one in zip(gone_on, texts, judged, spoken, strict=True)
        ]

    def _said(self, turn: Turn, known: Known) -> Iterator[Tried]:
        if turn.said.strip() and (turn.episode, turn.at) in known:
            yield self._tried(turn, turn.said.strip(), known[turn.episode, turn.at])

    def _tried(self, turn: Turn, text: str, judged: CriticScore, whole: bool = True) -> Tried:
        fit = whole and text and not floors(self.charter)(with_reply(turn.conversation[-1:], text))
        return Tried(text, judged.score if fit else 0.0, judged)

    def _parting(self, turn: Turn, told: Conversation) -> Extend:
        speech, seed = self.settings.speech, derived_seed(self.seed, "parting", turn.episode, turn.at)
        return Extend(told, speech.parting_tokens, temperature=speech.temperature, seed=seed)


def lets_go_of(tried: Sequence[Tried]) -> Tried | None:
    """The first of some replies of which the critic would have let go."""
    return next((one for one in tried if one.judged.decisions and one.judged.verdict is Verdict.SURRENDER), None)


def _told(turn: Turn, judged: CriticScore) -> tuple[str, Conversation]:
    """What stands of a reply when the critic lets go of it, and the conversation with the critic's word on the rest."""
    decision = judged.worst
    assert decision is not None
    passage, comment = decision.passage, deciding(decision)
    word = Message("council", comment.text if comment else "", comment.archetype if comment else "council", "surrender")
    return passage.before, (*with_reply(turn.conversation, passage.before + passage.text), word)


def _joined(before: str, text: str) -> str:
    """`text` said after `before`, with the space between them."""
    return f"{before.rstrip()} {text.strip()}".strip()
