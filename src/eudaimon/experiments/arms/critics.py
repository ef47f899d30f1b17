"""Judges that are like the council but for one thing: whose comments are another's, whose verdicts are, or who is the
labeller of lore itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from eudaimon.dialogue import Comment, Conversation, Decision, Verdict
from eudaimon.experiments.arms.known import Known
from eudaimon.experiments.arms.nights import council
from eudaimon.gold import FAMILIES, Concern, Hidden, Worth
from eudaimon.life import Life, VillageWorld
from eudaimon.night import CouncilCritic, Critic, CriticScore, Said
from eudaimon.psyche import Archetype, Archetypes, Council, Everyone, Judge, Pause, read_pools
from eudaimon.psyche.hearing import Heard
from eudaimon.psyche.rule import Rule
from eudaimon.worlds.village import KINDS, Situation, parse
from eudaimon.worlds.village.facts import Notes
from eudaimon.worlds.village.lore import Errors, Recipe
from eudaimon.worlds.village.scene import exchange
from eudaimon.worlds.village.village import recall
from eudaimon.worlds.village.voices import DOING, VERDICT, judge

JUDGE = Archetype(
    name="judge",
    symbol="scale",
    concern="good or not",
    voice="plain",
    card="You are a judge. If what was said is good, let it go on. If it is not, ask for it to be said again.",
    holds_floor=True,
)
"""The generic judge: born models know it as a voice."""
SURE = 0.9
"""What a labeller gives the verdict that it means; the rest is shared by the others."""


def met(life: Life) -> Known:
    """The situations of a life's days so far, and of those at the gates that follow them."""
    episodes = life.store.episodes(source=VillageWorld.name)
    visible = [episode.visible for episode in episodes]
    visible += [talk.visible for day in sorted({one.day for one in episodes}) for talk in life.world.gate(day)]
    return Known([recall(one) for one in visible])


def exchanged(values: Sequence[object], strata: Sequence[Hashable], rng: Random) -> list[int]:
    """For each place the place whose value it gets: a permutation within each stratum."""
    groups: dict[Hashable, list[int]] = {}
    for place, stratum in enumerate(strata):
        groups.setdefault(stratum, []).append(place)
    found = list(range(len(values)))
    for places in groups.values():
        for here, there in zip(places, rng.sample(places, len(places)), strict=True):
            found[here] = there
    return found


def verdicts_shuffled(life: Life, seed: int, judge: Callable[[Life], Critic] = council) -> Critic:
    """A judge's verdicts, dealt out anew: tests the labels. It knows nothing of any reply but what kind of situation it
    is in, so that any two such judges teach the same."""
    return VerdictsShuffled(judge(life), _kinds(life), seed)


def comments_shuffled(life: Life, seed: int) -> Critic:
    """The council's comments, dealt out anew: tests the text."""
    return CommentsShuffled(council(life), _kinds(life), seed)


def generic(life: Life) -> Critic:
    """One judge of good or not, taught on the archetypes' labels, in the place of the council."""
    archetypes = {JUDGE.name: JUDGE}
    judge = Council(life.model, archetypes, Everyone((JUDGE.name,)), comment_tokens=life.manner.comment_tokens)
    return CouncilCritic.of(judge, life.nights.speech.points, life.nights.whole)


def labeller(life: Life, seed: int) -> Critic:
    """Lore's labelling rules in the place of the council: what distillation alone would give."""
    sitting = {name: life.archetypes[name] for name in read_pools(life.archetypes)[life.manner.pool]}
    holders = frozenset(name for name, one in sitting.items() if one.holds_floor)
    judge: Judge = Labeller(met(life), sitting, Recipe(), seed)
    return CouncilCritic(judge, holders)


def approving(life: Life, hidden: Hidden) -> Critic:
    """The person's approval in the place of the council."""
    return Feeling(met(life), lambda worth: worth.approval, hidden)


def approving_going_on(life: Life, hidden: Hidden, bonus: float) -> Critic:
    """The person's approval, which pays for going on: sigmoid(logit(approval) + bonus where something is done)."""
    known = met(life)

    def paid(reply: str, approval: float) -> float:
        goes_on = any(act.kind in DOING for act in parse(reply))
        return 1 / (1 + (1 / approval - 1) * math.exp(-bonus * goes_on)) if approval else 0.0

    return Paid(Feeling(known, lambda worth: worth.approval, hidden), paid)


def approving_within_floors(life: Life, hidden: Hidden) -> Critic:
    """The person's approval, of what the council's floors let pass; the rest is worth nothing."""
    return Bounded(approving(life, hidden), council(life))


def by_family(hiddens: Sequence[Hidden]) -> dict[str, Callable[[Life], Critic]]:
    """Judges by arm: the council; the approval of each family, numbered as in FAMILIES, whose people `hiddens` are; and
    where two concerns conflict that approval within floors, and gold."""
    judges: dict[str, Callable[[Life], Critic]] = {"council": council}
    judges |= {f"approval {n}": partial(approving, hidden=hidden) for n, hidden in enumerate(hiddens)}
    for n, hidden in enumerate(hiddens):
        if FAMILIES[n].concern is Concern.TWO:
            judges[f"floors {n}"] = partial(approving_within_floors, hidden=hidden)
            judges[f"gold {n}"] = partial(cheating, hidden=hidden)
    return judges


def cheating(life: Life, hidden: Hidden) -> Critic:
    """Gold itself in the place of the council: what no night can know, as a ceiling."""
    return Feeling(met(life), lambda worth: worth.gold, hidden)


def _kinds(life: Life) -> Callable[[Conversation], str]:
    known = met(life)
    return lambda conversation: known.of(conversation).kind


@dataclass(frozen=True)
class VerdictsShuffled:
    """The council, whose verdicts and scores are dealt out anew among the replies of the same kind of situation.

    Attributes:
        critic: whose.
        kind: tells the kind of a conversation.
        seed: of the dealing.
    """

    critic: Critic
    kind: Callable[[Conversation], str]
    seed: int

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        """See `Critic.score`."""
        found = self.critic.score(said)
        rng = Random(f"verdicts {self.seed} {[reply for _, reply in said]}")
        dealt = exchanged(found, [self.kind(conversation) for conversation, _ in said], rng)
        return [_dealt(own, found[there]) for own, there in zip(found, dealt, strict=True)]


def _dealt(own: CriticScore, other: CriticScore) -> CriticScore:
    """The score of `other` on what `own` is about: its gravest decision is about the last of these passages."""
    decisions = [replace(one, verdict=Verdict.CONTINUE) for one in own.decisions]
    if other.worst and decisions:
        last = decisions[-1]
        decisions[-1] = replace(other.worst, pause=last.pause, passage=last.passage)
    return CriticScore(other.score, other.verdict, tuple(decisions))


@dataclass(frozen=True)
class CommentsShuffled:
    """The council, whose comments are dealt out anew among decisions of the same kind of situation and verdict; its
    verdicts and scores stay.

    Attributes: as of `VerdictsShuffled`.
    """

    critic: Critic
    kind: Callable[[Conversation], str]
    seed: int

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        """See `Critic.score`."""
        found = self.critic.score(said)
        kinds = [self.kind(conversation) for conversation, _ in said]
        told = [
            ((kind, comment.archetype, comment.verdict), comment.text)
            for kind, one in zip(kinds, found, strict=True)
            for comment in one.comments
        ]
        rng = Random(f"comments {self.seed} {[reply for _, reply in said]}")
        dealt = exchanged(told, [stratum for stratum, _ in told], rng)
        texts = iter(told[there][1] for there in dealt)
        return [replace(one, decisions=tuple(_retold(decision, texts) for decision in one.decisions)) for one in found]


def _retold(decision: Decision, texts: Iterator[str]) -> Decision:
    retold = tuple(replace(comment, text=next(texts)) for comment in decision.comments)
    by_old = dict(zip(decision.comments, retold, strict=True))
    return replace(decision, comments=retold, dissent=tuple(by_old[one] for one in decision.dissent))


@dataclass(frozen=True)
class Feeling:
    """Scores a reply by what it is worth to the person, as hidden state has it.

    Attributes:
        known: the situations of all conversations.
        what: which figure of its worth, in [0, 1].
        hidden: the hidden half of the village.
    """

    known: Known
    what: Callable[[Worth], float]
    hidden: Hidden

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        """See `Critic.score`."""
        worths = (self.hidden.worth(self.known.of(heard), [reply]) for heard, reply in said)
        return [CriticScore(self.what(worth), Verdict.CONTINUE) for worth in worths]


@dataclass(frozen=True)
class Paid:
    """A critic whose score is changed by what the reply says.

    Attributes:
        critic: whose score.
        paid: the new score, from the reply and the old one.
    """

    critic: Critic
    paid: Callable[[str, float], float]

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        """See `Critic.score`."""
        found = zip(said, self.critic.score(said), strict=True)
        return [replace(one, score=self.paid(reply, one.score)) for (_, reply), one in found]


@dataclass(frozen=True)
class Bounded:
    """A critic whose score counts only where another one's floors hold.

    Attributes:
        critic: whose score.
        floors: the council, whose floors.
    """

    critic: Critic
    floors: Critic

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        """See `Critic.score`."""
        return [
            one if found.verdict is Verdict.CONTINUE else replace(one, score=0.0)
            for one, found in zip(self.critic.score(said), self.floors.score(said), strict=True)
        ]


@dataclass(frozen=True)
class Labeller:
    """The rules by which lore's voices were written, run as the council: what distillation alone would give.

    They see the situation and read the conversation's own notes, with lore's rate of error and its correlation.

    Attributes:
        known: the situations of all conversations.
        archetypes: who sits.
        recipe: of the lore: error and correlation.
        seed: of the errors.
    """

    known: Known
    archetypes: Archetypes
    recipe: Recipe
    seed: int

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        """See `Judge.hear`."""
        return [self._decide(pause) for pause in pauses]

    def _decide(self, pause: Pause) -> Decision:
        situation = self.known.of(pause.conversation)
        notes = Notes.parse(pause.conversation[0].content)
        turn = sum(message.role == "user" for message in pause.conversation) - 1
        said = list(parse(pause.passage.before + pause.passage.text))
        rng = Random(f"labeller {self.seed} {situation.key} {notes.text()}")
        errors, twin = Errors(self.recipe, rng), _twin(situation, notes)
        cast = []
        for archetype in self.archetypes.values():
            read = twin if errors.misreads(archetype.name) else notes
            own = replace(situation, notes=notes, twin=twin)
            look = judge(archetype.name, KINDS[situation.kind], own, read, turn, said[:-1], said[-1])
            cast.append(Heard(archetype, _comment(archetype.name, VERDICT[look.mood])))
        ruling = Rule().decide(cast)
        comments = tuple(one.comment for one in cast)
        return Decision(pause.id, ruling.verdict, pause.passage, ruling.reasons, comments, voice=ruling.voice)


def _comment(archetype: str, verdict: str) -> Comment:
    low = (1 - SURE) / 2
    chances = [SURE if one.value == verdict else low for one in Verdict]
    return Comment(archetype, verdict, (chances[0], chances[1], chances[2]))


def _twin(situation: Situation, notes: Notes) -> Notes:
    """The twin of some notes that hold those of the situation: the same two facts exchanged."""
    pivot = [fact for fact in situation.notes if fact not in situation.twin]
    return exchange(notes, pivot[0], pivot[1]) if len(pivot) == 2 else notes
