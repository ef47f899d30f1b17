"""Compatibility with archetypes as a reward, for anybody's trainer: functions of TRL's shape.

Two forms. `Commentary` lets the sealed council hear the reply and returns the critic's score. `Fitting` asks, for each
archetype k that the situation summons, how much likelier the reply is in its presence,

    s_k = [log p_k(y | x) - log p_0(y | x)] / |y|,        p_k: the model with k's card before the dialogue, p_0: without

(or, where k has weights of its own, p_k: these), and joins the saturated s_k by a p-mean with p < 1, so that the
archetype that it fits least weighs most and no other one makes up for it. Weights are the base's, whatever adapter is
trained; above `enough` a reward has no more to give.

>>> from eudaimon.language.scripted import ScriptedModel
>>> from eudaimon.psyche import load_archetypes
>>> reward = Fitting(ScriptedModel(weigh=lambda heard, text: float(len(heard))), load_archetypes(), ("sage", "fool"))
>>> reward(prompts=["who sells bread?"], completions=["Tom does."])
[0.622459]
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from eudaimon.dialogue import Conversation, Message
from eudaimon.errors import CapabilityError, InputError
from eudaimon.language import LanguageModel, Score
from eudaimon.night.critic import Critic, Said
from eudaimon.psyche import Archetype, Archetypes
from eudaimon.psyche.archetype import speakers
from eudaimon.training.drivers.columns import text_of

PLACES = 6
"""Rewards are rounded to it, so that a batch's rounding is no difference to learn from."""


@dataclass(frozen=True)
class Commentary:
    """The council's score of each reply, at most `enough`.

    Attributes:
        critic: hears whole replies (`CouncilCritic` over a council).
        enough: the aspiration; what is better is no better.
    """

    critic: Critic
    enough: float = 1.0
    __name__ = "commentary"

    def __call__(self, prompts: Sequence[Any], completions: Sequence[Any], **columns: Any) -> list[float]:
        said = [(conversation(prompt), text_of(reply)) for prompt, reply in zip(prompts, completions, strict=True)]
        return [round(min(self.enough, one.score), PLACES) for one in self.critic.score(said)]


@dataclass(frozen=True)
class Fitting:
    """How well each reply fits the archetypes, in (0, 1); 1/2 where it fits no better than without them.

    Attributes:
        model: with `scores`.
        archetypes: everybody by name, sealed.
        panel: who is summoned; roles give way to their members.
        power: of the mean, below 1; -1 is the harmonic one.
        scale: nats a word at which fitting counts sigmoid(1).
        enough: the aspiration; what is better is no better.
        own: models of those who have weights of their own (`model` with an adapter), by name; they need no card, which
            a model that was born with voices could not read.

    Raises:
        CapabilityError: a model cannot score continuations.
        InputError: nobody is summoned, or the power is no p-mean's.
    """

    model: LanguageModel
    archetypes: Archetypes
    panel: tuple[str, ...]
    power: float = -1.0
    scale: float = 1.0
    enough: float = 1.0
    own: Mapping[str, LanguageModel] = field(default_factory=dict)
    __name__ = "fitting"

    def __post_init__(self) -> None:
        for model in (self.model, *self.own.values()):
            if not model.capabilities.scores:
                raise CapabilityError(f"{model.name} cannot score continuations; use the commentary's reward instead")
        if not self.panel or not self.power < 1 or self.power == 0:
            raise InputError("a panel needs somebody in it, and a power below 1 that is not 0; give both")

    def __call__(self, prompts: Sequence[Any], completions: Sequence[Any], **columns: Any) -> list[float]:
        asked = [conversation(prompt) for prompt in prompts]
        said = [text_of(reply) for reply in completions]
        pairs = list(zip(asked, said, strict=True))
        voices = [self._voice(one, pairs) for one in speakers(self.archetypes, self.panel)]
        rows = zip(scored(self.model, pairs), *voices, strict=True)
        return [self._joined(row, max(1, len(reply.split()))) for row, reply in zip(rows, said, strict=True)]

    def _voice(self, one: Archetype, pairs: Sequence[Said]) -> list[float]:
        """log p_k of each reply."""
        if one.name in self.own:
            return scored(self.own[one.name], pairs)
        card = Message("system", one.card)
        return scored(self.model, [(with_card(heard, card), reply) for heard, reply in pairs])

    def _joined(self, scores: Sequence[float], words: int) -> float:
        """The p-mean of sigmoid(s_k / scale), given log p_0 and then each log p_k."""
        fits = [1 / (1 + math.exp(-max(-30.0, min(30.0, (s - scores[0]) / words / self.scale)))) for s in scores[1:]]
        joined = float(fmean(fit**self.power for fit in fits) ** (1 / self.power))
        return round(min(self.enough, joined), PLACES)


def scored(model: LanguageModel, pairs: Sequence[Said]) -> list[float]:
    """The log-probability of each reply after its conversation."""
    return [score[0] for score in model.score([Score(heard, (reply,)) for heard, reply in pairs])]


def conversation(prompt: Any) -> Conversation:
    """A prompt of TRL's, text or messages, as a conversation."""
    if isinstance(prompt, str):
        return (Message("user", prompt),)
    return tuple(Message(message["role"], message["content"]) for message in prompt)


def with_card(heard: Conversation, card: Message) -> Conversation:
    """The conversation with an archetype's card in front, joined to a system turn that is there already."""
    if heard and heard[0].role == "system":
        return (Message("system", f"{card.content}\n\n{heard[0].content}"), *heard[1:])
    return (card, *heard)
