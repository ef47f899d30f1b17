"""What a directory holds before a birth begins there: nothing, the same birth half done or done, another one, or what
is no birth's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.birth.plan import Plan
from eudaimon.birth.record import CHECKPOINT, RECORD, read
from eudaimon.errors import InputError
from eudaimon.memory.place import ADDRESS, DATABASE, settled

if TYPE_CHECKING:
    from transformers import PreTrainedModel

FEW = 4
"""So many differences are told one by one."""
MODEL = ("config.json", "*.safetensors", "*.bin")
"""Files by which a directory is known to hold a model."""


def done(out: Path, plan: Plan) -> bool:
    """Whether the birth that is planned is in `out` already; where it is half done, `teach` goes on from there.

    Raises:
        InputError: another birth was begun or done there (says what differs), or a model or a life that is no birth's.
    """
    if (out / RECORD).is_file():
        _require(plan, read(out), out)
        return True
    if (out / CHECKPOINT).is_file():
        _require(plan, _kept(out / CHECKPOINT), out)
    else:
        _spare(out)
    return False


def born(out: Path) -> PreTrainedModel:
    """The network that a birth left in `out`, as the birth itself gives it."""
    import torch
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(out, dtype=torch.float32)


def _kept(checkpoint: Path) -> Mapping[str, Any]:
    import torch

    kept = torch.load(checkpoint, map_location="cpu", weights_only=True, mmap=True)["state"].get("birth")
    if not kept:
        raise InputError("it does not say of which birth it is; remove it, or give another --out", path=checkpoint)
    return dict(kept)


def _spare(out: Path) -> None:
    """Tell what a birth would write over or beside, where no birth was begun."""
    if out.exists() and not out.is_dir():
        raise InputError("it is a file, and a birth needs a directory; give another --out", path=out)
    found = sorted(path.name for name in (*MODEL, DATABASE, ADDRESS) for path in out.glob(name))
    if found:
        what = "a life" if settled(out) else "a model"
        raise InputError(
            f"{what} is here already ({', '.join(found[:FEW])}), and no record of a birth; give another --out", path=out
        )


def _require(plan: Plan, held: Mapping[str, Any], out: Path) -> None:
    wished = plan.told()
    for said in (wished, held):
        for how in ("compiled", "device"):  # they change how fast, and no words
            said["schedule"].pop(how, None)
    known = {part: held[part] for part in wished if part in held}  # records of old say less
    if faults := [fault for part in known for fault in differences(part, known[part], wished[part])]:
        told = "; its ".join(faults[:FEW]) + (f"; and {len(faults) - FEW} more" if len(faults) > FEW else "")
        raise InputError(
            f"another birth was begun here: its {told}. Give the same options, or another --out.", path=out
        )


def differences(name: str, held: Any, wished: Any) -> Iterator[str]:
    """What differs between two JSON values, each in its place: what is held, and what is wished."""
    if isinstance(held, list) and isinstance(wished, list) and len(held) == len(wished):
        held, wished = ({str(place): one for place, one in enumerate(many)} for many in (held, wished))
    if isinstance(held, Mapping) and isinstance(wished, Mapping):
        for key in {**held, **wished}:
            yield from differences(f"{name}.{key}", held.get(key), wished.get(key))
    elif held != wished:
        yield f"{name} is {held}, not {wished}"
