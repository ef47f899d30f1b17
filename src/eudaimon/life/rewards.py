"""Archetypes as a reward by name: `train rlhf --reward "eudaimon.life.rewards:council(./my-model)"`."""

from __future__ import annotations

from eudaimon.life.manner import Manner
from eudaimon.night import CouncilCritic
from eudaimon.night.rewards import Commentary
from eudaimon.psyche import load_archetypes
from eudaimon.values import Standard


def council(model: str, enough: str = "") -> Commentary:
    """The council's score of whole replies, as it sits by day, on a model's own weights, which nobody trains.

    Args:
        model: a directory or hub id; whose adapter is trained, or another one.
        enough: what is better is no better; by default the night's aspiration (.5). 1 bounds nothing.

    Raises:
        EudaimonError: the model cannot be opened.
        ValueError: `enough` is no number.
    """
    from eudaimon.language.local import LocalModel

    aspiration = float(enough) if enough else Standard().aspiration
    opened = LocalModel.open(model)
    return Commentary(CouncilCritic.of(Manner().council(opened, load_archetypes())), aspiration)
