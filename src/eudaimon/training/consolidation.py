"""Consolidation: what a night has learned becomes an adapter.

A bare loop, measured against TRL's `DPOTrainer` on the same pairs with the same settings: see `docs/notebook.md`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from eudaimon.dialogue import Signal
from eudaimon.errors import NothingFits
from eudaimon.training import adapter
from eudaimon.training.examples import Batch, batches, example_of, shuffled
from eudaimon.training.gradients import Gradients
from eudaimon.training.marks import learn_row, read_words
from eudaimon.training.network import Divergence, Policy
from eudaimon.training.settings import Settings

if TYPE_CHECKING:
    from eudaimon.language.local import LocalModel

Progress = Callable[[int, int], None]
"""Told how many steps are done, and of how many."""

HALVINGS = 6
"""How finely the largest adapter within the budget is searched for."""

PROBES = 8
"""How many batches the divergence is estimated on."""


def consolidate(
    model: LocalModel,
    signals: Sequence[Signal],
    settings: Settings,
    out: Path,
    progress: Progress = lambda done, total: None,
    *,
    parent: Path | None = None,
) -> dict[str, float]:
    """Train an adapter of `model` on `signals` and write it to the directory `out` (PEFT's format).

    The reference is the base model, also where training goes on from a parent's adapter, so that `settings.kl` bounds
    how far a persona comes from the base over all its nights: an adapter that goes further is shrunk until it does not.
    The same signals, settings and number of threads give the same adapter bit by bit. The base weights are not touched.
    `out` appears in one step when the adapter is finished; a killed consolidation is run again from the start.

    Args:
        model: the base; its `usage` counts the work.
        signals: what to learn; those longer than `settings.max_tokens` are left out.
        settings: how.
        out: where to; replaced if it exists.
        progress: told about every step.
        parent: directory of the adapter to go on from; None begins anew.

    Returns:
        Figures by name: counts, the loss of the first and the last tenth of the steps, `told apart` (share of pairs
        whose chosen side had gained more than the rejected one when they were last seen), `kl` in nats per
        token, `kept` (the share of the adapter that the budget left), the mean probability of the mark at places where
        it is wished for and where it is not, and seconds.

    Raises:
        NothingFits: no signal is short enough.
        InputError: there is no adapter in `parent`.
        StoreError: the adapter cannot be written.
    """
    started = time.monotonic()
    examples = [example_of(signal, model.template) for signal in signals]
    short = [example for example in examples if example.length <= settings.max_tokens]
    if not short:
        raise NothingFits(
            f"there is nothing to train on: {len(examples)} signals, none of at most {settings.max_tokens} tokens; "
            "raise `max_tokens`, or leave this night's weights as they are"
        )
    mark = model.template.mark
    places = [example for example in short if example.wished is not None] if mark is not None else []
    begun = adapter.begin(model.model, settings.rank, settings.seed, parent, mark if places else None)
    policy = Policy(begun, model.usage, mark)
    work = batches([example for example in short if mark is None or example.wished is None], settings.batch)
    with Gradients.of(model, policy, work, settings) as gradients:
        course = _train(gradients, settings, progress)
    figures = {"examples": float(len(short)), "too long": float(len(examples) - len(short))} | course.figures
    figures |= _keep_within(model, policy, work, settings.kl) | read_words(policy, work) | learn_row(policy, places)
    adapter.write(policy.model, out, model.name)
    return figures | {"training seconds": time.monotonic() - started}


@dataclass(slots=True)
class Course:
    """How training went: the loss of every step, and the last gap of each pair, by its batch's and its own number."""

    losses: list[float] = field(default_factory=list)
    gaps: dict[tuple[int, int], float] = field(default_factory=dict)

    @property
    def figures(self) -> dict[str, float]:
        """In short."""
        tenth = max(1, len(self.losses) // 10)
        return {
            "steps": float(len(self.losses)),
            "first loss": sum(self.losses[:tenth]) / tenth,
            "last loss": sum(self.losses[-tenth:]) / tenth,
            "told apart": sum(gap > 0 for gap in self.gaps.values()) / max(1, len(self.gaps)),
        }


def _train(gradients: Gradients, settings: Settings, progress: Progress) -> Course:
    weights, count = gradients.weights, len(gradients.work)
    optimizer = torch.optim.AdamW(weights, lr=settings.rate, weight_decay=0.0)
    course, steps = Course(), math.ceil(settings.epochs * count)
    for step, number in enumerate(shuffled(count, steps, settings.seed)):
        for group in optimizer.param_groups:
            group["lr"] = settings.rate * _warmth(step, steps)
        parts = gradients.add(number)
        torch.nn.utils.clip_grad_norm_(weights, settings.clip)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        course.losses.append(sum(part.loss for part in parts))
        gaps = (gap for part in parts for gap in part.gaps)
        course.gaps.update({(number, place): gap for place, gap in enumerate(gaps)})
        progress(step + 1, steps)
    return course


def _warmth(step: int, steps: int) -> float:
    """The share of the learning rate at a step: up over the first tenth, down by a cosine."""
    warm = max(1, steps // 10)
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def _keep_within(model: LocalModel, policy: Policy, work: Sequence[Batch], budget: float) -> dict[str, float]:
    """Shrink the adapter until it keeps the budget, as little as is needed."""
    spoken = [batch for batch in work if len(batch.marks) < len(batch.examples)]
    divergence = Divergence(model, policy, spoken[:: max(1, math.ceil(len(spoken) / PROBES))])
    reached = kl = divergence()
    kept, failed = (0.0, 1.0) if reached > budget else (1.0, 1.0)
    for _ in range(HALVINGS if reached > budget else 0):
        middle = (kept + failed) / 2
        with adapter.shrunk(policy.model, middle):
            found = divergence()
        kept, failed, kl = (middle, failed, found) if found <= budget else (kept, middle, kl)
    adapter.shrink(policy.model, kept)
    return {"kl": kl if kept else 0.0, "kl reached": reached, "kept": kept}
