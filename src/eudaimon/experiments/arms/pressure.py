"""Pressure: one adapter at several strengths, and how far from the base each is.

A LoRA update is linear in its second matrices, so an adapter times a number lies on the line from the base through it
(Wortsman et al. 2021, "Robust fine-tuning of zero-shot models", beyond 1 as well).
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.evals.actors import Speaker
from eudaimon.experiments.arms.field import Field
from eudaimon.experiments.arms.nights import DAY, wear
from eudaimon.life import Life
from eudaimon.night import gate
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
    seed, worn = desk.life.seed, ""
    if strength:
        worn = times(desk.folder / adapter, strength, desk.folder / "stronger").name
    wear(desk, model, worn)
    model.forget()
    figures = field.worth(field.play(Speaker(model, None, Settings(seed=seed, reflect=False))))
    with Life.open(desk.folder / DAY, model) as life:  # wears the base: so the talks first, the persona then
        talks, settings = life.world.gate(1), life.nights
        wear(desk, model, worn)
        kl = gate.hold(model, talks, settings, seed).kl
    return {**figures, "kl": (kl or 0.0) if strength else 0.0}
