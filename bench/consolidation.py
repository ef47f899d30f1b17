"""A night's pairs, learned by our own loop and by TRL's `DPOTrainer`: which is faster, and whose persona is worth more?

One night's pairs from the day of a development birth, the same LoRA, passes, batch, rate and beta for both. What each
learned is held against the base at the distance of the nearer one (KL in nats per token of what the base says), so
that nobody wins by having gone further. Seconds are of all that turns pairs into an adapter, without imports.
"""

from __future__ import annotations

import copy
import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.table import Table, either

if TYPE_CHECKING:
    from eudaimon.dialogue import Signal
    from eudaimon.language.local import LocalModel
    from eudaimon.training import Settings

BIRTHS, PEOPLE = Path("results/births"), either(300, 14)
SIDES = ("ours", "trl")


def main(fresh: bool = False) -> None:
    table = Table("consolidation", fresh, people=PEOPLE)
    for birth in (0, 1):
        table.measure({"birth": birth}, partial(compared, birth))


def compared(birth: int) -> list[dict[str, Any]]:
    """One night from one birth, by both sides."""
    from eudaimon.experiments.arms import matching, nights
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field, evidence
    from eudaimon.experiments.harness.desk import Desk, Life

    with tempfile.TemporaryDirectory() as place:
        desk = Desk(Life(birth, birth, birth, 6000 + birth), Path(place), BIRTHS, PEOPLE)
        model, field = born(desk), Field.of(desk)
        nights.live_day(desk, model, gated=False)
        drawn = nights.draw_as(desk, model, "drawn", nights.council, nights.NIGHTS)
        pairs = [signal for signal in drawn if signal.rejected]
        settings = replace(nights.NIGHTS.training, supervised=0.0, kl=100.0, seed=desk.life.seed)
        rows = [
            {"side": side, "pairs": len(pairs), **_train(side, model, pairs, settings, desk.folder / side)}
            for side in SIDES
        ]
        points = matching.at_equal_kl(desk, model, {side: side for side in SIDES}, SIDES)
        plain = nights.tested(desk, model, field, "")
        for row in rows:
            point = points[row["side"]]
            dressed = matching.dressed(desk, model, row["side"], point["strength"])
            worth = nights.measured(dressed, field, _speaker(dressed, desk.life.seed))
            row |= {
                "kl": point["reached"],
                "compared_at": point["kl"],
                "gold_over_base": evidence(worth) - evidence(plain),
            }
        return rows


def _speaker(model: LocalModel, seed: int) -> Any:
    from eudaimon.evals.actors import Speaker
    from eudaimon.experiments.arms.speech import by_day

    return Speaker(model, None, by_day(seed, reflect=False))


def _train(side: str, model: LocalModel, pairs: Sequence[Signal], settings: Settings, out: Path) -> dict[str, float]:
    from eudaimon.training import consolidate

    model.load_adapter(None)
    began = time.perf_counter()
    if side == "ours":
        consolidate(model, pairs, settings, out)
    else:
        _train_by_trl(model, pairs, settings, out)
    return {"train_s": time.perf_counter() - began}


def _train_by_trl(model: LocalModel, pairs: Sequence[Signal], settings: Settings, out: Path) -> None:
    from datasets import Dataset
    from trl import DPOConfig, DPOTrainer

    from eudaimon.dialogue.formats import trl as columns
    from eudaimon.training import adapter

    rows = [{name: row[name] for name in ("prompt", "chosen", "rejected")} for row in columns.rows(pairs, "preference")]
    steps = settings.epochs * math.ceil(len(pairs) / settings.batch)
    begun = adapter.begin(copy.deepcopy(model.model), settings.rank, settings.seed)
    arguments = DPOConfig(
        str(out / "trl"), use_cpu=True, bf16=True, report_to=[], gradient_checkpointing=False, save_strategy="no",
        per_device_train_batch_size=settings.batch, num_train_epochs=settings.epochs, learning_rate=settings.rate,
        lr_scheduler_type="cosine", warmup_steps=math.ceil(steps / 10), weight_decay=0.0, beta=settings.beta,
        max_grad_norm=settings.clip, max_length=settings.max_tokens, seed=settings.seed, disable_tqdm=True,
        logging_steps=10_000,
    )  # fmt: skip
    trainer = DPOTrainer(
        model=begun, args=arguments, train_dataset=Dataset.from_list(rows), processing_class=model.tokenizer
    )
    trainer.train()
    adapter.write(trainer.model, out, model.name)
