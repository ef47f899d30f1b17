"""What a model has read, kept across processes: the cache of one conversation in one safetensors file.

Holds for attention (keys and values), convolution and recurrent states alike: every tensor of every cache layer is
written, with the tokens that made them and the identity of the weights, without which they would mean nothing.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from eudaimon.errors import InputError, ModelError

FORMAT = "eudaimon-state-1"


@dataclass(frozen=True, slots=True)
class State:
    """A conversation as read so far. Never changed: whoever goes on from it takes a copy.

    Attributes:
        owner: the weights that read it, adapter included.
        ids: the tokens read.
        cache: what they left in the model, for one row.
        logits: of the next token, shape (1, V).
    """

    owner: str
    ids: tuple[int, ...]
    cache: Any
    logits: Tensor

    def check(self, owner: str) -> None:
        """Raise a ModelError unless the weights `owner` read this."""
        if self.owner != owner:
            raise ModelError(
                f"this state was made by {self.owner}, and this is {owner}: its numbers would mean nothing here. "
                "Open that model, or remember the conversation anew with this one."
            )

    def rest(self, ids: tuple[int, ...]) -> tuple[int, ...]:
        """What of `ids` is still to be read.

        Raises:
            ModelError: `ids` do not begin with what was read.
        """
        if ids[: len(self.ids)] != self.ids:
            raise ModelError(
                "the conversation does not begin with what this state has read. Remember the conversation anew."
            )
        return ids[len(self.ids) :]

    def save(self, path: str | Path) -> None:
        """Write it to `path`, whole or not at all."""
        from safetensors.torch import save_file

        tensors = {"ids": torch.tensor(self.ids), "logits": self.logits.contiguous()}
        layers = []
        for number, layer in enumerate(self.cache.layers):
            plain, kept = _taken_apart(layer)
            layers.append(plain)
            tensors.update({f"{number}.{key}": tensor.contiguous() for key, tensor in kept.items()})
        notes = {"format": FORMAT, "owner": self.owner, "layers": json.dumps(layers)}
        partial = Path(f"{path}.partial")
        save_file(tensors, partial, metadata=notes)
        os.replace(partial, path)


def load_state(path: str | Path, owner: str, cache: Any, device: Any) -> State:
    """Read a state that `owner` wrote, into an empty `cache` of its model.

    Raises:
        InputError: there is no such file, or it is no saved state.
        ModelError: another model, or the same with another adapter, wrote it.
    """
    from safetensors import SafetensorError, safe_open

    if not Path(path).is_file():
        raise InputError("there is no such state. Remember a conversation and save it first.", path=path)
    try:
        with safe_open(path, framework="pt", device=str(device)) as file:
            notes, tensors = file.metadata() or {}, {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise InputError(f"this is no saved state ({error}).", path=path) from error
    if notes.get("format") != FORMAT:
        raise InputError(f"this is no saved state of format {FORMAT}. Remember the conversation anew.", path=path)
    state = State(notes["owner"], tuple(tensors["ids"].tolist()), cache, tensors["logits"])
    state.check(owner)
    for number, (layer, plain) in enumerate(zip(cache.layers, json.loads(notes["layers"]), strict=True)):
        start = f"{number}."
        kept = {key.removeprefix(start): tensor for key, tensor in tensors.items() if key.startswith(start)}
        _put_together(layer, plain, kept)
    return state


def _taken_apart(layer: Any) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """A cache layer's public attributes: plain values, and tensors (those in dicts as `name.key`)."""
    plain: dict[str, Any] = {}
    kept: dict[str, Tensor] = {}
    for name, value in vars(layer).items():
        if isinstance(value, Tensor):
            kept[name] = value
        elif isinstance(value, dict):
            kept.update({f"{name}.{key}": item for key, item in value.items() if isinstance(item, Tensor)})
            plain[name] = {key: None if isinstance(item, Tensor) else item for key, item in value.items()}
        elif not name.startswith("_") and isinstance(value, bool | int | float | str | None):
            plain[name] = value
    return plain, kept


def _put_together(layer: Any, plain: dict[str, Any], kept: dict[str, Tensor]) -> None:
    for name, value in plain.items():
        # JSON has made the integer keys (state numbers) strings.
        setattr(layer, name, {int(key): item for key, item in value.items()} if isinstance(value, dict) else value)
    for name, tensor in kept.items():
        attribute, _, key = name.partition(".")
        if key:
            getattr(layer, attribute)[int(key)] = tensor
        else:
            setattr(layer, attribute, tensor)
        layer.dtype, layer.device = tensor.dtype, tensor.device
