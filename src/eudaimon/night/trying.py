"""Trying replies: what was said at a turn and what might have been said, each with the critic's score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from eudaimon.dialogue import Conversation, Message, Verdict, unspaced, with_reply
from eudaimon.errors import NotTaken
from eudaimon.language import Extend, LanguageModel, fitted
from eudaimon.night.critic import Critic, CriticScore
from eudaimon.night.settings import Settings
from eudaimon.night.turns import Turn, branches
from eudaimon.psyche import deciding, derived_seed
from eudaimon.values import Charter, Level, floors

Known = Mapping[tuple[str, int], CriticScore]
"""What the critic has said already of the replies of the day, by episode and turn."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A reply at a turn.

    Attributes:
        text: the reply.
        judged: everything that the critic said of it.
        fit: whether it breaks no floor of the charter, and came to its end.
    """

    text: str
    judged: CriticScore
    fit: bool = True

    @property
    def score(self) -> float:
        """The critic's, in [0, 1]; 0 for a reply that is not fit."""
        return self.judged.score if self.fit else 0.0

    @property
    def objection(self) -> str:
        """Why not, in plain English."""
        worst = self.judged.worst
        if worst and worst.reasons:
            return worst.reasons[0]
        return "it is worse" if self.fit else "it breaks a floor or does not end"


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
        speech = replace(self.settings.speech, temperature=self.settings.temperature)
        drawn = branches(self.model, places, self.settings.branches, speech, self.seed)
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

    def revised(self, places: Sequence[Turn], tried: Sequence[Sequence[Tried]]) -> list[list[Tried]]:
        """What was tried; and, where nothing of it is good enough, one more: the best that may be mended, said anew
        from where the critic's word on it came, once the persona is told that word, as by day."""
        asked = [(turn, some, bad) for turn, some in zip(places, tried, strict=True) if (bad := self._mendable(some))]
        spoken = self._said_anew([(turn, bad) for turn, _, bad in asked], Verdict.REVISE)
        fresh = [
            (turn, text, whole)
            for (turn, some, _), (text, whole) in zip(asked, spoken, strict=True)
            if text and text not in {one.text for one in some}
        ]
        judged = self.critic.score([(turn.conversation, text) for turn, text, _ in fresh])
        more = {
            turn: self._tried(turn, text, one, whole) for (turn, text, whole), one in zip(fresh, judged, strict=True)
        }
        return [[*some, *([more[turn]] if turn in more else [])] for turn, some in zip(places, tried, strict=True)]

    def parted(self, gone_on: Sequence[tuple[Turn, Tried]]) -> list[Tried]:
        """How the persona lets go, once it is told so as by day, of replies of which the critic would have let go."""
        spoken = self._said_anew(gone_on, Verdict.SURRENDER)
        said = [(turn, text, whole) for (turn, _), (text, whole) in zip(gone_on, spoken, strict=True)]
        judged = self.critic.score([(turn.conversation, text) for turn, text, _ in said])
        return [self._tried(turn, text, one, whole) for (turn, text, whole), one in zip(said, judged, strict=True)]

    def _mendable(self, tried: Sequence[Tried]) -> Tried | None:
        """Of replies none of which is good enough, the best that the critic would have had said anew."""
        if any(self.settings.standard.judge(one.score) is Level.GOOD_ENOUGH for one in tried):
            return None
        asked = [one for one in tried if one.judged.worst and one.judged.verdict is Verdict.REVISE]
        return max(asked, key=lambda one: one.score, default=None)

    def _said_anew(self, bad: Sequence[tuple[Turn, Tried]], verdict: Verdict) -> list[tuple[str, bool]]:
        """The replies after the critic's word on others, with what stands of those, and whether they came to an end;
        none where the model does not take that word."""
        speech, told = self.settings.speech, [_told(turn, one.judged, verdict) for turn, one in bad]
        most = speech.parting_tokens if verdict is Verdict.SURRENDER else speech.max_tokens
        seeds = (derived_seed(self.seed, _HOW[verdict], turn.episode, turn.at) for turn, _ in bad)
        asked = [
            Extend(heard, most, temperature=speech.temperature, seed=seed)
            for (_, heard), seed in zip(told, seeds, strict=True)
        ]
        return [
            ("", False)
            if isinstance(one, NotTaken)
            else (_joined(before, speech.points.clean(one.text)), one.finish == "end")
            for (before, _), one in zip(told, fitted(asked, self.model.extend), strict=True)
        ]

    def _said(self, turn: Turn, known: Known) -> Iterator[Tried]:
        if turn.said.strip() and (turn.episode, turn.at) in known:
            yield self._tried(turn, turn.said.strip(), known[turn.episode, turn.at], turn.whole)

    def _tried(self, turn: Turn, text: str, judged: CriticScore, whole: bool = True) -> Tried:
        fit = whole and bool(text) and not floors(self.charter)(with_reply(turn.conversation[-1:], text))
        return Tried(text, judged, fit)


def lets_go_of(tried: Sequence[Tried]) -> Tried | None:
    """The first of some replies of which the critic would have let go."""
    return next((one for one in tried if one.judged.decisions and one.judged.verdict is Verdict.SURRENDER), None)


_HOW = {Verdict.REVISE: "revising", Verdict.SURRENDER: "parting"}
"""What seeds the replies after the critic's word."""


def _told(turn: Turn, judged: CriticScore, verdict: Verdict) -> tuple[str, Conversation]:
    """What stands of a reply that the critic minds, and the conversation with the critic's word on the rest."""
    decision = judged.worst
    assert decision is not None
    passage, comment = decision.passage, deciding(decision)
    word = Message(
        "council", comment.text if comment else "", comment.archetype if comment else "council", verdict.value
    )
    return passage.before, (*with_reply(turn.conversation, passage.before + passage.text), word)


def _joined(before: str, text: str) -> str:
    """`text` said after `before`, with the space between them, where their script has any."""
    before, text = before.rstrip(), text.strip()
    return f"{before}{text}" if unspaced(before, text) else f"{before} {text}".strip()
