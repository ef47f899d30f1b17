"""What is kept of a birth beside its weights: enough to repeat it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.birth.plan import Plan
from eudaimon.dialogue import digest
from eudaimon.errors import InputError

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

RECORD = "birth.json"
CHECKPOINT = "birth.pt"


@dataclass(frozen=True, slots=True)
class Record:
    """How a model was born.

    Attributes:
        data: what it was trained on.
        family, seed: see `make_network`.
        schedule, recipe: as JSON values.
        data_hash: SHA-256 over a sample of the data, in order.
        loss: the last smoothed training loss in nats.
        versions: of the libraries that matter.
        layers, stages: see `Plan`; records from before they were kept have none.
    """

    data: str
    family: str
    seed: int
    schedule: Mapping[str, object]
    recipe: Mapping[str, object]
    data_hash: str
    loss: float
    versions: Mapping[str, str]
    layers: int = 0
    stages: Sequence[Mapping[str, object]] = ()

    @classmethod
    def of(cls, plan: Plan, sample: Sequence[str], loss: float) -> Record:
        """The record of a birth that just ended."""
        versions = {name: version(name) for name in ("eudaimon", "torch", "transformers", "tokenizers")}
        return cls(**plan.told(), data_hash=digest(list(sample)), loss=round(loss, 4), versions=versions)


def save(out: Path, network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, record: Record) -> None:
    """Saves weights in bf16 safetensors, the tokenizer with its template, and `birth.json`; drops the checkpoint."""
    import torch

    network.to(torch.bfloat16).save_pretrained(out)
    tokenizer.save_pretrained(out)
    (out / RECORD).write_text(json.dumps(asdict(record), indent=1) + "\n")
    (out / CHECKPOINT).unlink(missing_ok=True)
    network.to(torch.float32)


def read(out: Path) -> dict[str, Any]:
    """What `birth.json` in `out` says, the layers by the configuration where it is from before they were kept.

    Raises:
        InputError: it, or the configuration beside it, is not as `save` writes it.
    """
    path = out / RECORD
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        layers = json.loads((out / "config.json").read_text(encoding="utf-8"))["num_hidden_layers"]
        told = {"layers": layers, **told}
        Record(**told)
        return told
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"it is no record of a birth ({error}); remove it, or give another --out", path=path
        ) from error
