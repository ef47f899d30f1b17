"""Rewarded soups of adapters: the weighted mean of what they add to the weights, exactly.

    sum_i lambda_i B_i A_i    has the rank of all adapters together, and is kept so (PEFT's `cat`)

Averaging the factors A_i and B_i instead, as is common, is another function: products of means are not means of
products. Rame et al. 2023 (arXiv:2306.04488).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eudaimon.errors import InputError, ModelError, TrainingError
from eudaimon.language.opening import load, load_tokenizer


def mix(model: str, adapters: Sequence[Path], weights: Sequence[float], out: Path) -> Path:
    """Write the soup of `adapters` to `out` as one adapter in PEFT's format; `out`.

    Raises:
        InputError: weights do not fit, or an adapter is not there.
        ModelError: an adapter belongs to another model.
        TrainingError: `out` holds files already.
    """
    from peft import PeftModel

    if len(weights) != len(adapters) or abs(sum(weights) - 1) > 1e-6 or min(weights) < 0:
        raise InputError(f"{len(adapters)} adapters need as many weights that sum to 1, but they are {list(weights)}")
    for adapter in adapters:
        if not (adapter / "adapter_config.json").is_file():
            raise InputError("this directory holds no adapter; give one in PEFT's format", path=adapter)
    if out.exists() and any(out.iterdir()):
        raise TrainingError(f"{out} holds files already; choose another directory (--out)")
    base, _ = load(model, "float32", "cpu")
    names = [f"part{number}" for number in range(len(adapters))]
    try:
        mixed = PeftModel.from_pretrained(base, adapters[0], adapter_name=names[0])
        for name, adapter in zip(names[1:], adapters[1:], strict=True):
            mixed.load_adapter(adapter, adapter_name=name)
    except (RuntimeError, ValueError, KeyError) as error:
        raise ModelError(f"an adapter does not fit {model}: {error}") from error
    kept = [(name, weight) for name, weight in zip(names, weights, strict=True) if weight]
    mixed.add_weighted_adapter([n for n, _ in kept], [w for _, w in kept], "soup", combination_type="cat")
    part = out.with_name(out.name + ".part")
    mixed.save_pretrained(part, selected_adapters=["soup"])
    out.mkdir(parents=True, exist_ok=True)
    for file in (part / "soup").iterdir():
        file.replace(out / file.name)
    (part / "soup").rmdir()
    for rest in part.iterdir():
        rest.unlink()
    part.rmdir()
    load_tokenizer(model).save_pretrained(out)
    return out
