"""Replay: which episodes of the day the night goes through, and why.

As in prioritised experience replay (Schaul et al. 2015, arXiv:1511.05952), what surprised and what is regretted comes
first, with a share drawn by chance, so that nothing is never seen. Regret is the council's, never gold's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from eudaimon.dialogue import PRIVATE, Episode
from eudaimon.errors import NotTaken
from eudaimon.language import LanguageModel, Score, fitted
from eudaimon.night import gate
from eudaimon.night.critic import Critic
from eudaimon.night.settings import Settings
from eudaimon.night.turns import branches, turns, words

LEFT_OUT = ("commentary", "dream", gate.SOURCE, PRIVATE)
"""Sources of episodes that are not replayed: nights made them, or they are a person's own."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """An episode that is gone through again, and why, in plain English."""

    episode: Episode
    why: str


def surprises(model: LanguageModel, episodes: Sequence[Episode]) -> list[float]:
    """How unlikely the persona's replies in each episode are under the base: mean -log p in nats per word. A reply of
    which the model cannot tell, or that it cannot read, counts as 0."""
    spoken = [[turn for turn in turns(episode) if turn.said.strip()] for episode in episodes]
    asked = [Score(turn.conversation, (turn.said,)) for each in spoken for turn in each]
    if not model.capabilities.scores or not asked:
        return [0.0] * len(episodes)
    scored = fitted(asked, model.score)
    logprobs = iter([0.0 if isinstance(answer, NotTaken) else sum(answer) for answer in scored])
    return [-sum(next(logprobs) for _ in each) / max(1, sum(words(turn.said) for turn in each)) for each in spoken]


def regrets(
    model: LanguageModel, critic: Critic, episodes: Sequence[Episode], settings: Settings, seed: int
) -> list[float]:
    """What each episode might have been: the critic's score of the best branch minus that of what was said, at the turn
    where that is most; 0 where nothing better was found."""
    places = [(number, turn) for number, episode in enumerate(episodes) for turn in turns(episode)]
    tried = branches(model, [turn for _, turn in places], 1, settings.speech, seed)
    said = [(turn.conversation, turn.said) for _, turn in places]
    other = [(turn.conversation, one.text) for (_, turn), some in zip(places, tried, strict=True) for one in some]
    scores = iter([one.score for one in critic.score([*said, *other])])
    chosen = [next(scores) for _ in said]
    found = [0.0] * len(episodes)
    for (number, _), mine, some in zip(places, chosen, tried, strict=True):
        best = max([mine, *(next(scores) for _ in some)])
        found[number] = max(found[number], best - mine)
    return found


def choose(
    episodes: Sequence[Episode], surprise: Sequence[float], regret: Sequence[float], settings: Settings, seed: int
) -> list[Replayed]:
    """At most `settings.replays` of `episodes`: the most regretted, the most surprising, the rest by chance."""
    if len(episodes) <= settings.replays:
        return [Replayed(episode, "the night has room for the whole day") for episode in episodes]
    order = list(range(len(episodes)))
    by_regret = sorted((i for i in order if regret[i] > 0), key=lambda i: -regret[i])
    by_surprise = sorted(order, key=lambda i: -surprise[i])
    by_chance = Random(seed).sample(order, len(order))
    sought = settings.replays - round(settings.by_chance * settings.replays)
    why: dict[int, str] = {}
    while len(why) < settings.replays:
        queue, reason = by_chance, "drawn by chance"
        if len(why) < sought:
            queue, reason = by_surprise, "surprise"
            if by_regret and len(why) % 2 == 0:
                queue, reason = by_regret, "regret"
        i = queue.pop(0)
        if i not in why:
            why[i] = f"{reason}: regret {regret[i]:.2f}, surprise {surprise[i]:.2f} nats per word"
    return [Replayed(episodes[i], why[i]) for i in sorted(why)]
