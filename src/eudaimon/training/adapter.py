"""LoRA adapters in PEFT's format: begun, shrunk, named by their content, written whole or not at all."""

from __future__ import annotations

import copy
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from eudaimon.errors import InputError, ModelError, StoreError

WEIGHTS = "adapter_model.safetensors"

FUSED = ("mamba", "mamba2", "falcon_mamba", "falcon_h1", "nemotron_h")
"""Families whose kernels read some weights directly, so that PEFT refuses to put anything between."""


def begin(model: Any, rank: int, seed: int, parent: Path | None = None, mark: int | None = None) -> Any:
    """A `PeftModel` over a copy of `model`'s modules that shares its weights, so that `model` stays what it is.

    Args:
        model: a causal language model.
        rank: of the new adapter's matrices.
        seed: of its first weights; the second ones are 0, so that it begins as the base.
        parent: go on from the adapter in this directory instead.
        mark: a control token whose own row is to be part of the adapter, too; None leaves it as it is.

    Raises:
        InputError: there is no adapter in `parent`.
        ModelError: `parent` was made for another model, or no adapter fits into this one.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return _fresh(model, rank, mark) if parent is None else _grown(model, parent, mark)


def _fresh(model: Any, rank: int, mark: int | None) -> Any:
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM")
    fused = ("conv1d", "out_proj") if model.config.model_type in FUSED else ()
    config.exclude_modules = [*fused, *_unlike_linear(model)] or None
    if mark is not None:
        config.trainable_token_indices = _row(model, mark)
    try:
        adapted = get_peft_model(_sharing(model), config)
        with torch.no_grad():  # what an adapter does not go into is told by a pass, and not where it is put in
            adapted.get_base_model()(input_ids=torch.zeros((1, 2), dtype=torch.long, device=model.device))
    except torch.OutOfMemoryError:
        raise
    except Exception as error:  # of PEFT's, torch's or a family's own: whatever it is, no night can train this model
        raise ModelError(
            f"no adapter fits into {type(model).__name__} ({str(error).removesuffix('.')}), so nights cannot train it. "
            "Use another model; or serve this one and give its URL: its nights then write lessons instead of weights."
        ) from error
    return adapted


def _unlike_linear(model: Any) -> list[str]:
    """Names of the modules that pass for linear layers and give something else than a row for a row: routers that
    choose experts, layers in groups. Nothing can be added to what they give."""
    linear = [(name, one) for name, one in model.named_modules() if isinstance(one, torch.nn.Linear)]
    own = [(name, one) for name, one in linear if type(one).forward is not torch.nn.Linear.forward]
    return sorted(name for name, one in own if not _gives_a_row(one, model.dtype))


@torch.no_grad()
def _gives_a_row(layer: torch.nn.Linear, dtype: torch.dtype) -> bool:
    """Whether a row of what `layer` takes becomes a row of what it gives."""
    try:
        given = layer(torch.zeros((1, layer.in_features), dtype=dtype, device=layer.weight.device))
    except (RuntimeError, ValueError, TypeError):
        return False
    return isinstance(given, Tensor) and given.shape == (1, layer.out_features)


def _row(model: Any, token: int) -> list[int] | dict[str, list[int]]:
    """The row by which `token` is said, as PEFT names it: the embedding's where both ends share it, else the head's."""
    if model.config.get_text_config().tie_word_embeddings:
        return [token]
    head = model.get_output_embeddings()
    return {next(name for name, module in model.named_modules() if module is head): [token]}


def _grown(model: Any, parent: Path, mark: int | None) -> Any:
    from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
    from safetensors.torch import load_file

    if not (parent / WEIGHTS).is_file():
        raise InputError(f"here is no {WEIGHTS} to go on from; give a directory that PEFT wrote", path=parent)
    config = LoraConfig.from_pretrained(parent)
    config.inference_mode = False  # as PEFT writes it, nothing would be trained
    config.base_model_name_or_path = None  # PEFT warns of another name; the base is held by its weights' fingerprint
    if mark is not None:
        config.trainable_token_indices = _row(model, mark)
    try:
        adapted = get_peft_model(_sharing(model), config)
        # A parent that was never taught marks has no row for them: it begins as the base's.
        set_peft_model_state_dict(adapted, get_peft_model_state_dict(adapted) | load_file(parent / WEIGHTS))
    except (RuntimeError, ValueError, KeyError) as error:
        raise ModelError(f"the adapter in {parent} does not fit this model: {error}") from error
    return adapted


def _sharing(model: Any) -> Any:
    """A copy of a model's modules over the same memory. The parameters are its own, since PEFT freezes what it is
    given, and a CPU chooses its kernels by that mark: the base would answer differently in the last bits ever after."""
    own = {id(weight): torch.nn.Parameter(weight.data, requires_grad=False) for weight in model.parameters()}
    return copy.deepcopy(model, own).eval()


def seconds(adapted: Any) -> list[Tensor]:
    """The second matrix of every layer's update; the update is linear in them."""
    return [weight for name, weight in adapted.named_parameters() if ".lora_B." in name]


def row(adapted: Any) -> Tensor:
    """The row (1, d) of the token that `begin` was given."""
    rows: list[Tensor] = [weight for name, weight in adapted.named_parameters() if ".trainable_tokens_delta." in name]
    return rows[0]


@contextmanager
def shrunk(adapted: Any, share: float) -> Iterator[None]:
    """Within it the adapter is only `share` of itself."""
    full = [weight.detach().clone() for weight in seconds(adapted)]
    try:
        shrink(adapted, share)
        yield
    finally:
        for weight, value in zip(seconds(adapted), full, strict=True):
            weight.data.copy_(value)


def shrink(adapted: Any, share: float) -> None:
    """Keep only `share` of the adapter: weights between the base's and the trained ones (WiSE-FT, Wortsman et al. 2021,
    arXiv:2109.01903)."""
    for weight in seconds(adapted):
        weight.data.mul_(share)


def write(adapted: Any, out: Path, base: str) -> None:
    """Write the adapter to the directory `out`, which appears, or is replaced, in one step when all is on disk.

    Args:
        adapted: a `PeftModel`.
        out: where to.
        base: name of the base model, noted in the adapter's configuration.

    Raises:
        StoreError: it cannot be written.
    """
    from safetensors import SafetensorError

    part = out.with_name(f".{out.name}.part")
    config = adapted.peft_config["default"]
    config.base_model_name_or_path, config.target_modules = base, sorted(config.target_modules)
    if isinstance(config.exclude_modules, set):  # as PEFT reads it, and would write it in any order
        config.exclude_modules = sorted(config.exclude_modules)
    try:
        shutil.rmtree(part, ignore_errors=True)
        adapted.save_pretrained(part, save_embedding_layers=False)
        (part / "README.md").unlink(missing_ok=True)  # PEFT's empty form of a model card
        for file in (*part.iterdir(), part):
            _sync(file)
        _move(part, out)
    except (OSError, SafetensorError) as error:
        shutil.rmtree(part, ignore_errors=True)
        raise StoreError(
            f"the adapter cannot be written to {out} ({error}); free some space there, or choose another place"
        ) from error


def name_by_content(directory: Path, prefix: str) -> Path:
    """Rename an adapter's directory to `prefix-` and the first 12 digits of its fingerprint, in one step."""
    named = directory.with_name(f"{prefix}-{fingerprint(directory)[:12]}")
    _move(directory, named)
    return named


def fingerprint(directory: Path) -> str:
    """SHA-256 (hex) of an adapter's weights file, which is the same for the same weights.

    Raises:
        InputError: there is no adapter in `directory`.
    """
    try:
        return hashlib.sha256((directory / WEIGHTS).read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"holds no {WEIGHTS}; give a directory that PEFT wrote", path=directory) from error


def _move(directory: Path, where: Path) -> None:
    shutil.rmtree(where, ignore_errors=True)
    directory.rename(where)
    _sync(where.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
