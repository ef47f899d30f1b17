"""Rivals of a night at equal effort: training while awake, and thinking longer instead of sleeping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

from eudaimon.dialogue import Conversation, Signal, SignalKind
from eudaimon.evals.actors import Asked
from eudaimon.evals.lessons import lessons
from eudaimon.experiments.arms.field import Field
from eudaimon.experiments.arms.nights import DAY, measured, wear, work
from eudaimon.language import Extend, Extension, LanguageModel
from eudaimon.life import Life, VillageWorld
from eudaimon.night.turns import turns
from eudaimon.psyche import derived_seed
from eudaimon.training import consolidate
from eudaimon.worlds.village import Situation

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel


def train_awake(
    desk: Desk, model: LocalModel, arm: str, signals: Callable[[Life], Sequence[Signal]], effort: float | None = None
) -> float:
    """Supervised training on `signals` of the day, into the folder `arm`, for as many epochs as come nearest to
    `effort` operations, by default for as many as a night takes; the operations that it took."""
    with Life.open(desk.folder / DAY, model) as life:
        examples, settings = signals(life), life.nights.training
    model.load_adapter(None)

    def trained(epochs: int) -> float:
        before = work(model)
        consolidate(model, examples, replace(settings, epochs=epochs), desk.folder / arm)
        return work(model) - before

    if effort is None:
        return trained(settings.epochs)
    once = trained(1)
    epochs = max(1, round(effort / once))
    return once if epochs == 1 else trained(epochs)


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


def best_of(desk: Desk, model: LocalModel, field: Field, count: float) -> dict[str, Any]:
    """What the likeliest of `count` replies each are worth on the field."""
    return measured(model, field, BestOf(wear(desk, model, ""), count, desk.life.seed))


@dataclass(frozen=True)
class BestOf:
    """A persona that says what it finds likeliest, per token, of `count` replies.

    Attributes:
        model: who speaks.
        count: of replies, on average: where it is no whole number, chance rounds it.
        seed: of the replies.
        max_tokens: of each.
    """

    model: LanguageModel
    count: float
    seed: int
    max_tokens: int = 96

    def reply(self, asked: Sequence[Asked]) -> list[str]:
        """See `Actor.reply`."""
        places = [(at, seed) for at, one in enumerate(asked) for seed in self._seeds(*one)]
        said = self.model.extend([Extend(asked[at][1], self.max_tokens, seed=seed) for at, seed in places])
        groups: list[list[Extension]] = [[] for _ in asked]
        for (at, _), one in zip(places, said, strict=True):
            groups[at].append(one)
        return [max(group, key=_likelihood).text.strip() for group in groups]

    def _seeds(self, situation: Situation, messages: Conversation) -> list[int]:
        seed = derived_seed(self.seed, situation.key, len(messages))
        more = Random(seed).random() < self.count % 1
        return [derived_seed(seed, n) for n in range(int(self.count) + more)]


def _likelihood(one: Extension) -> float:
    return one.logprob / max(1, one.tokens)
