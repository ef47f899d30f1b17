"""Pressure: one adapter at several strengths, and how far from the base each is.

A LoRA update is linear in its second matrices, so an adapter times a number lies on the line from the base through it
(Wortsman et al. 2021, "Robust fine-tuning of zero-shot models", beyond 1 as well).
"""

from __future__ import annotations

import shutil
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
    """What a persona's replies are worth at a strength of its adapter, and its KL to the base at the gate, in nats per
    word; strength 0 is the base."""
    name = f"pressure {adapter.replace('/', ' ')} {strength:g}" if strength else "pressure none"
    return desk.once(name, lambda: _under(desk, model, field, adapter, strength))


def _under(desk: Desk, model: LocalModel, field: Field, adapter: str, strength: float) -> dict[str, Any]:
    talks, kl = spoken(desk, model, field, adapter, strength)
    return {**field.worth(talks), "kl": kl}


def spoken(
    desk: Desk, model: LocalModel, field: Field, adapter: str, strength: float
) -> tuple[list[Conversation], float]:
    """A persona's conversations on the field at a strength of its adapter, and its KL to the base; see `under`."""
    seed, worn = desk.life.seed, ""
    if strength:
        worn = times(desk.folder / adapter, strength, desk.folder / "stronger").name
    wear(desk, model, worn)
    model.forget()
    talks = field.play(Speaker(model, None, Settings(seed=seed, reflect=False)))
    kl = _at_gate(desk, model, worn).kl if strength else None
    return talks, kl or 0.0


def words_of_base(desk: Desk, model: LocalModel) -> list[Said]:
    """What the base says to the people at the gate."""
    model.forget()
    return [one for some in _at_gate(desk, model, "").said for one in some if one[1].strip()]


def _at_gate(desk: Desk, model: LocalModel, worn: str) -> gate.Held:
    with Life.open(desk.folder / DAY, model) as life:  # wears the base: so the life first, the persona then
        talks, settings = life.world.gate(1), life.nights
        wear(desk, model, worn)
        return gate.hold(model, talks, settings, desk.life.seed)
