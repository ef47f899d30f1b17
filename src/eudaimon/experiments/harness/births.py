"""The births that lives start from, as files: whether they are there, of one make, and still the same weights.

Birth b lies in `<births>/b`, seeded by b, as `eudaimon birth` left it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eudaimon.birth.resuming import differences
from eudaimon.errors import ExperimentError

MAKE = ("data", "family", "schedule", "recipe")
"""What the records of one experiment's births have in common; see `eudaimon.birth.record.Record`."""
WEIGHTS = "model.safetensors"


def birth_at(births: Path, number: int) -> Path:
    """Where a birth lies.

    Raises:
        ExperimentError: it is not there; says how to make it.
    """
    place = births / str(number)
    if not (place / "birth.json").is_file():
        raise ExperimentError(f"birth {number} is not in {births}; make it with: {_command(births, number)}")
    return place


def require_alike(births: Path, numbers: Sequence[int]) -> None:
    """See to it that births of these numbers are there, each of its own seed and all of one make.

    Raises:
        ExperimentError: one is missing, cannot be read, or is not what its folder says; names it, what differs, and
            the remedy.
    """
    records = {number: _record(births, number) for number in numbers}
    for number, record in records.items():
        faults = [f"seed is {record.get('seed')}, not {number}"] if record.get("seed") != number else []
        for field in MAKE:
            faults += differences(field, record.get(field), records[numbers[0]].get(field))
        if faults:
            raise ExperimentError(
                f"birth {number} in {births} must be of seed {number} and of one make with birth {numbers[0]}, but its "
                f"{'; its '.join(faults)}. Take away the one that is off and make it anew, with: "
                f"{_command(births, number)}"
            )


def fingerprint(births: Path, number: int) -> str:
    """SHA-256 of a birth's weights, the first 16 hex digits.

    Raises:
        ExperimentError: it is not there.
    """
    weights = birth_at(births, number) / WEIGHTS
    if not weights.is_file():
        raise ExperimentError(f"birth {number} has no {weights}; make it anew with: {_command(births, number)}")
    with weights.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def replaced(births: Path, known: Mapping[str, str]) -> bool:
    """Whether some birth of these fingerprints, by number, was born anew since: then lore was written otherwise."""
    here = [number for number in known if (births / number / WEIGHTS).is_file()]
    return any(fingerprint(births, int(number)) != known[number] for number in here)


def _record(births: Path, number: int) -> Mapping[str, Any]:
    path = birth_at(births, number) / "birth.json"
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise ExperimentError(
            f"{path} cannot be read ({error}); make it anew with: {_command(births, number)}"
        ) from error


def _command(births: Path, number: int) -> str:
    return f"eudaimon birth --out {births / str(number)} --seed {number} --compile"
