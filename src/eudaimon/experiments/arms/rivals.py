"""Rivals of a night at equal effort: training while awake, and thinking longer instead of sleeping.

Both are counted in fractions (of passes, to a step), and their costs are measured: training has costs that do not grow
with its passes (the reference, and how far it went from the base), and of all replies to one prompt the prompt is read
once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from eudaimon.dialogue import Conversation, Signal, SignalKind
from eudaimon.evals.actors import Asked
from eudaimon.evals.lessons import lessons
from eudaimon.experiments.arms.field import Field
from eudaimon.experiments.arms.nights import DAY, Figures, measured, wear, work
from eudaimon.experiments.arms.speech import by_day
from eudaimon.experiments.arms.spending import at_effort
from eudaimon.language import Extend, Extension, LanguageModel
from eudaimon.life import Life, VillageWorld
from eudaimon.night.turns import turns
from eudaimon.psyche import Settings, derived_seed
from eudaimon.training import consolidate
from eudaimon.worlds.village import Situation

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel


def train_awake(
    desk: Desk, model: LocalModel, arm: str, signals: Callable[[Life], Sequence[Signal]], effort: float | None = None
) -> Figures:
    """Supervised training on `signals` of the day, into the folder `arm`, in as many passes as cost `effort`
    operations, by default as many as a night takes; figures of the training, its operations (`flops`) and `passes`.
    Every try is a unit, the last one is kept."""
    with Life.open(desk.folder / DAY, model) as life:
        examples, settings = signals(life), life.nights.training
    model.load_adapter(None)

    def trained(passes: float) -> Figures:
        before = work(model)
        figures = consolidate(model, examples, replace(settings, epochs=passes), desk.folder / arm)
        return {**figures, "flops": work(model) - before, "passes": passes}

    def tried(passes: float) -> Figures:
        return desk.once(f"training {arm} {passes:g}", partial(trained, passes))

    return tried(settings.epochs if effort is None else at_effort(effort, lambda passes: tried(passes)["flops"]))


def said_by_day(life: Life) -> list[Signal]:
    """Everything that the persona said by day, as labels."""
    return [
        Signal(f"awake/{turn.episode}/{turn.at}", 1, SignalKind.LABEL, turn.episode, turn.conversation, turn.said)
        for episode in life.store.episodes(1, VillageWorld.name)
        for turn in turns(episode)
        if turn.said.strip()
    ]


def good_lore(count: int, life: Life) -> list[Signal]:
    """Replies of lore's good helpers, as labels."""
    taught = islice(lessons(life.record.seed), count)
    return [Signal(f"lore/{n}", 1, SignalKind.LABEL, "lore", one.messages, one.reply) for n, one in enumerate(taught)]


def best_of(desk: Desk, model: LocalModel, field: Field, effort: float) -> Figures:
    """What the likeliest of several replies each are worth on the field, of as many as cost `effort` operations in all,
    the first one included; and how many they are (`count`). Every try is a unit."""

    def spoken(count: float) -> Figures:
        figures = measured(model, field, BestOf(wear(desk, model, ""), count, by_day(desk.life.seed)))
        return {**figures, "count": count}

    def tried(count: float) -> Figures:
        return desk.once(f"test best of {count:g}", partial(spoken, count))

    return tried(at_effort(effort, lambda count: tried(count)["flops"]))


@dataclass(frozen=True)
class BestOf:
    """A persona that says what it finds likeliest, per token, of `count` replies.

    Attributes:
        model: who speaks.
        count: of replies, on average: where it is no whole number, chance rounds it.
        speech: how long its replies are, how it samples them, and their seed.
    """

    model: LanguageModel
    count: float
    speech: Settings

    def reply(self, asked: Sequence[Asked]) -> list[str]:
        """See `Actor.reply`."""
        places = [(at, seed) for at, one in enumerate(asked) for seed in self._seeds(*one)]
        most, heat = self.speech.max_tokens, self.speech.temperature
        said = self.model.extend([Extend(asked[at][1], most, temperature=heat, seed=seed) for at, seed in places])
        groups: list[list[Extension]] = [[] for _ in asked]
        for (at, _), one in zip(places, said, strict=True):
            groups[at].append(one)
        return [max(group, key=_likelihood).text.strip() for group in groups]

    def _seeds(self, situation: Situation, messages: Conversation) -> list[int]:
        seed = derived_seed(self.speech.seed, situation.key, len(messages))
        more = Random(seed).random() < self.count % 1
        return [derived_seed(seed, n) for n in range(int(self.count) + more)]


def _likelihood(one: Extension) -> float:
    return one.logprob / max(1, one.tokens)
