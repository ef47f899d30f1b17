"""Pressure: one adapter at several strengths, what each is worth, and how far from the base it is.

A LoRA update is linear in its second matrices, so an adapter times a number lies on the line from the base through it
(Wortsman et al. 2021, "Robust fine-tuning of zero-shot models", beyond 1 as well).
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.dialogue import Conversation
from eudaimon.evals.actors import Speaker
from eudaimon.experiments.arms.field import Field
from eudaimon.experiments.arms.nights import DAY, wear
from eudaimon.life import Life
from eudaimon.night import Said, gate
from eudaimon.psyche import Settings

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel

WEIGHTS = "adapter_model.safetensors"
MOST, GUESSES, NEAR = 4.0, 7, 0.03
"""The strength that is never exceeded where a rate is matched, how often it is guessed at, and how near is enough."""


def times(adapter: Path, strength: float, out: Path) -> Path:
    """A copy of an adapter, `strength` times as strong."""
    from safetensors.torch import load_file, save_file

    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(adapter, out)
    weights = load_file(adapter / WEIGHTS)
    stronger = {name: value * (strength if ".lora_B." in name else 1.0) for name, value in weights.items()}
    save_file(stronger, out / WEIGHTS, metadata={"format": "pt"})
    return out


def under(desk: Desk, model: LocalModel, field: Field, adapter: str, strength: float) -> dict[str, Any]:
    """What a persona's replies are worth at a strength of its adapter (see `field.summary`); strength 0 is the base."""
    name = f"pressure {adapter.replace('/', ' ')} {strength:g}" if strength else "pressure none"
    return desk.once(name, lambda: field.worth(_talks(desk, model, field, _dressed(desk, adapter, strength))))


def strength_for(rate: Callable[[float], float], wanted: float) -> float:
    """The strength in [0, MOST] at which `rate`, which rises with it, is nearest to `wanted`, by bisection: the first
    within NEAR of it, or the nearest of GUESSES.

    >>> strength_for(lambda strength: strength / 8, 0.125)
    1.0
    """
    low, high, found = 0.0, MOST, {}
    for _ in range(GUESSES):
        middle = (low + high) / 2
        found[middle] = rate(middle)
        if abs(found[middle] - wanted) <= NEAR:
            return middle
        low, high = (middle, high) if found[middle] < wanted else (low, middle)
    return min(found, key=lambda strength: abs(found[strength] - wanted))


def spoken(
    desk: Desk, model: LocalModel, field: Field, adapter: str, strength: float
) -> tuple[list[Conversation], float]:
    """A persona's conversations on the field at a strength of its adapter, and its KL to the base over what it says at
    the gate itself, in nats per word; not a number where it says nothing, since then nothing tells how far it is."""
    worn = _dressed(desk, adapter, strength)
    talks = _talks(desk, model, field, worn)
    kl = _at_gate(desk, model, worn).kl if worn else 0.0
    return talks, math.nan if kl is None else kl


def _dressed(desk: Desk, adapter: str, strength: float) -> str:
    """The adapter to wear; the base's at strength 0."""
    return times(desk.folder / adapter, strength, desk.folder / "stronger").name if strength else ""


def _talks(desk: Desk, model: LocalModel, field: Field, worn: str) -> list[Conversation]:
    wear(desk, model, worn)
    model.forget()
    return field.play(Speaker(model, None, Settings(seed=desk.life.seed, reflect=False)))


def words_of_base(desk: Desk, model: LocalModel) -> list[Said]:
    """What the base says to the people at the gate."""
    model.forget()
    return [one for some in _at_gate(desk, model, "").said for one in some if one[1].strip()]


def _at_gate(desk: Desk, model: LocalModel, worn: str) -> gate.Held:
    with Life.open(desk.folder / DAY, model) as life:  # wears the base: so the life first, the persona then
        talks, settings = life.world.gate(1), life.nights
        wear(desk, model, worn)
        return gate.hold(model, talks, settings, desk.life.seed)
