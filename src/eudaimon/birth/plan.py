"""What a birth is to be, said before it begins."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eudaimon.birth.train import Schedule


@dataclass(frozen=True, slots=True)
class Plan:
    """All that decides which model is born. Kept in the checkpoint and the record, so that no other goes on from it.

    Attributes:
        data: what it is trained on.
        family, layers, seed: see `make_network`.
        schedule: how long and how fast.
        recipe: what the data are made of, as JSON values.
        stages: what is read before that: the recipe and the share of all tokens of each, as JSON values.
    """

    data: str
    family: str
    layers: int
    seed: int
    schedule: Schedule
    recipe: Mapping[str, object]
    stages: Sequence[Mapping[str, object]] = ()

    def told(self) -> dict[str, Any]:
        """It as JSON values."""
        return dict(json.loads(json.dumps(asdict(self))))
