"""A pack's adapter, trained for real: LoRA on what a community wrote, by TRL's SFT trainer (`training.drivers`).

>>> train = lora("./my-model", steps=200)                         # doctest: +SKIP
>>> make_pack("packs/isle", "the isle", "isle.yaml", texts, "commons.yaml", train)   # doctest: +SKIP
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eudaimon.dialogue.formats.lines import write_lines
from eudaimon.errors import GovernanceError
from eudaimon.governance.packs.pack import Pack, Train


def lora(
    model: str | Path,
    *,
    chats: Sequence[Mapping[str, Any]] = (),
    steps: int = 200,
    batch: int = 8,
    rate: float = 1e-3,
    rank: int = 16,
    seed: int = 0,
) -> Train:
    """A way to train a pack's adapter, for `make_pack`.

    Args:
        model: a directory or hub id; whoever uses the adapter needs the same.
        chats: rows with TRL's columns (`messages`, or `prompt` and `completion`) to learn from; by default the passages
            themselves, as text.
        steps, batch, rate, rank, seed: see `training.drivers.Plan`.
    """

    def train(passages: Sequence[str], folder: Path) -> None:
        from eudaimon.training.drivers import Plan
        from eudaimon.training.drivers import train as drive

        with tempfile.TemporaryDirectory() as place:
            data, out = Path(place) / "rows.jsonl", Path(place) / "run"
            write_lines(data, chats or [{"text": passage} for passage in passages])
            plan = Plan("sft", str(model), str(data), out, steps, batch, rate, rank, seed=seed, save_every=steps)
            shutil.copytree(drive(plan).weights, folder)

    return train


def worn(pack: Pack) -> Path:
    """The directory of a pack's adapter, for `LocalModel.load_adapter`.

    Raises:
        GovernanceError: it has none.
    """
    if not pack.adapter:
        raise GovernanceError(
            f"the pack of '{pack.community}' has no adapter; use its prompt and passages, or make it anew with `lora`"
        )
    return pack.folder / "adapter"
