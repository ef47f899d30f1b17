"""What is kept of a birth beside its weights: enough to repeat it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from eudaimon.birth.train import Schedule
from eudaimon.dialogue import digest

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


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
    """

    data: str
    family: str
    seed: int
    schedule: Mapping[str, object]
    recipe: Mapping[str, object]
    data_hash: str
    loss: float
    versions: Mapping[str, str]

    @classmethod
    def of(
        cls,
        data: str,
        family: str,
        seed: int,
        schedule: Schedule,
        recipe: Mapping[str, object],
        sample: Sequence[str],
        loss: float,
    ) -> Record:
        """The record of a birth that just ended."""
        versions = {name: version(name) for name in ("eudaimon", "torch", "transformers", "tokenizers")}
        return cls(data, family, seed, asdict(schedule), recipe, digest(list(sample)), round(loss, 4), versions)


def save(out: Path, network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, record: Record) -> None:
    """Saves weights in bf16 safetensors, the tokenizer with its template, and `birth.json`; drops the checkpoint."""
    import torch

    network.to(torch.bfloat16).save_pretrained(out)
    tokenizer.save_pretrained(out)
    (out / "birth.json").write_text(json.dumps(asdict(record), indent=1) + "\n")
    (out / "birth.pt").unlink(missing_ok=True)
    network.to(torch.float32)
