"""Commentary: the sealed council comments on whole episodes of the day, reply by reply.

Self-alignment seed: "something similar to sleep, where the persona's interactions ... are 'commented on'". A comment is
kept as a reflection in a copy of the episode, so that whoever can read a day can read a night.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from eudaimon.dialogue import Episode, Reflection
from eudaimon.night.critic import Critic, CriticScore, verdict
from eudaimon.night.turns import turns


def comment(critic: Critic, episodes: Sequence[Episode], number: int) -> list[Episode]:
    """A copy of each episode with source `commentary` and the critic's decisions on what was said as its reflections.

    `visible` holds `of`, the episode's id, and `scores`, a list of [turn, score in [0, 1]] for each reply.
    """
    spoken = [turns(episode) for episode in episodes]
    scores = iter(critic.score([(turn.conversation, turn.said) for each in spoken for turn in each]))
    return [
        _commented(episode, number, {turn.at: next(scores) for turn in each})
        for episode, each in zip(episodes, spoken, strict=True)
    ]


def known_from(commented: Sequence[Episode]) -> dict[tuple[str, int], CriticScore]:
    """What the critic said of each reply of the episodes that were commented on, by the episode's id and the turn."""
    return {
        (str(episode.visible["of"]), turn): _score(episode, turn, score)
        for episode in commented
        for turn, score in cast("list[tuple[int, float]]", episode.visible["scores"])
    }


def _score(episode: Episode, turn: int, score: float) -> CriticScore:
    decisions = tuple(reflection.decision for reflection in episode.reflections if reflection.turn == turn)
    return CriticScore(score, verdict(decisions), decisions)


def _commented(episode: Episode, number: int, scores: dict[int, CriticScore]) -> Episode:
    reflections = [Reflection(at, 0, decision) for at, one in scores.items() for decision in one.decisions]
    visible = {"of": episode.id, "scores": [[at, one.score] for at, one in scores.items()]}
    return Episode(
        f"night-{number}/commentary/{episode.id}",
        episode.day,
        episode.persona,
        "commentary",
        episode.messages,
        tuple(reflections),
        visible,
    )
