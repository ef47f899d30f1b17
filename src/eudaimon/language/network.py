"""Any causal language model of transformers as a batch of rows that are fed tokens and give next-token logits.

Attention, convolution and recurrent families differ in what padding does to their states. Nothing here knows a family
by name: what a network can do is tried out once on a few tokens (`Traits`), and callers keep to it.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import CacheLayerMixin, DynamicCache, DynamicLayer

from eudaimon.errors import ModelError
from eudaimon.language.caches import RoomyLayer, state_bytes
from eudaimon.language.fan import Fan, Sight
from eudaimon.language.lean import Lean, Part
from eudaimon.language.trunk import branchable, branched, look, sharing

SMALL = 500_000_000
"""Up to so many parameters the time between a model's operations is worth saving."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a network can do without changing its answers.

    Attributes:
        pads: rows of different lengths may share a batch, padded on the left.
        chunks: a cache may be continued by several tokens at once (transformers' Mamba forgets its state then).
        shares: rows may go on from one trunk without copying it.
        bytes_per_token: size of the cache per token of a row.
        bytes_per_row: size of a row's states, however long it is.
    """

    pads: bool
    chunks: bool
    shares: bool
    bytes_per_token: int
    bytes_per_row: int

    def bytes_of(self, rows: int, tokens: int) -> int:
        """Size of a cache of so many rows, which hold so many tokens in all."""
        return rows * self.bytes_per_row + tokens * self.bytes_per_token


class Network:
    """A causal language model, bare or with an adapter.

    Args:
        share: False copies what several rows go on from, as is done for models that cannot share it.

    Raises:
        ModelError: its `forward` takes no cache that is known here, or keeps its state elsewhere, as its traits tell.
    """

    def __init__(self, model: Any, share: bool = True) -> None:
        core = model.get_base_model() if hasattr(model, "get_base_model") else model
        takes = inspect.signature(core.forward).parameters
        caches = [name for name in ("past_key_values", "cache_params") if name in takes]
        if not caches:
            raise _unsupported(core)
        self.model, self.config, self.device, self._share = model.eval(), core.config, core.device, share
        self._cache, self._positions, self._keep = caches[0], "position_ids" in takes, "logits_to_keep" in takes
        self._attends = any(isinstance(layer, CacheLayerMixin) for layer in self.cache(0).layers)
        self._lean: Lean | None = None
        self._tested = False

    def cache(self, room: int) -> Any:
        """An empty cache for rows of about `room` tokens."""
        cache = DynamicCache(config=self.config)
        cache.layers = [RoomyLayer(room) if type(layer) is DynamicLayer else layer for layer in cache.layers]
        return cache

    def __call__(self, tokens: Tensor, cache: Any, mask: Tensor | None, positions: Tensor, keep: int) -> Tensor:
        """Logits (B, keep, V) of the last `keep` of `tokens` (B, T); `mask` (B, all tokens so far) is None without
        padding."""
        masked = mask if self._attends or tokens.shape[1] > 1 else None  # a state without attention saw no padding
        if (lean := self.lean) is not None:
            return lean(tokens, [Part(cache, len(tokens), masked)], positions, keep).float()
        given: dict[str, Any] = {self._cache: cache, "attention_mask": masked, "use_cache": True}
        if self._positions:
            given["position_ids"] = positions
        if self._keep:
            given["logits_to_keep"] = keep
        logits: Tensor = self.model(input_ids=tokens, **given).logits
        return logits[:, -keep:].float()

    def on_trunk(self, tokens: Tensor, cache: Any, positions: Tensor, keep: int) -> Tensor:
        """The same for rows that stand on trunks, which know by themselves what they see (`trunk.look`)."""
        if (lean := self.lean) is not None:
            return lean(tokens, [Part(cache, len(tokens))], positions, keep).float()
        with sharing(self.config):
            return self(tokens, cache, None, positions, keep)

    def abreast(self, tokens: Tensor, parts: Sequence[Part], whole: Any, positions: Tensor) -> Tensor:
        """Logits (B, 1, V) of one token (B, 1) for the rows of several caches in one pass. Where there is no shorter
        way, all stand on trunks, and `whole` is `trunk.abreast` of their caches."""
        if (lean := self.lean) is not None:
            return lean(tokens, parts, positions, 1).float()
        with sharing(self.config):
            return self(tokens, whole, None, positions, 1)

    def renew(self) -> None:
        """Look at the weights again, which may have been changed."""
        if self._lean is not None:
            self._lean = self._lean.renewed()

    @property
    def lean(self) -> Lean | None:
        """The shorter way through the weights, where there is one, it pays, and nobody listens in on a layer."""
        if not self._tested:
            self._tested = True
            small = sum(weight.numel() for weight in self.model.parameters()) <= SMALL
            self._lean = self._tried(Lean.of(self.model)) if small else None
        return self._lean if self._lean is not None and self._lean.free else None

    @cached_property
    def traits(self) -> Traits:
        """What this network can do, tried out on six tokens."""
        try:
            return self._told()
        except (ModelError, torch.OutOfMemoryError):
            raise
        except Exception as error:  # a family with a cache of its own says so in an error of its own
            raise _unsupported(self.model, f" ({str(error).removesuffix('.')})") from error

    def _told(self) -> Traits:
        size = self.config.get_text_config().vocab_size
        tokens = [(11 * i + 5) % size for i in range(6)]
        whole, cache = self._try([tokens])
        if any(hasattr(layer, "indexer_keys") for layer in cache.layers):
            raise _unsupported(self.model, " (an index of its own tells which keys are read)")
        stepped, _ = self._try([tokens[:5], tokens[5:]])
        beside, _ = self._try([tokens[:5], tokens[5:]], between=tokens[::-1])
        if stepped.isfinite().all() and not self._same(stepped, beside):  # whoever else speaks writes over its state
            raise _unsupported(self.model)
        padded, _ = self._try([tokens[:5], tokens[5:]], pads=3)
        chunked, _ = self._try([tokens[:3], tokens[3:]])
        states = [x for layer in cache.layers for x in (getattr(layer, "keys", None), getattr(layer, "values", None))]
        return Traits(
            pads=self._same(stepped, padded),
            chunks=self._same(whole, chunked),
            shares=self._shares(tokens, whole),
            bytes_per_token=sum(x.nbytes for x in states if x is not None) // len(tokens),
            bytes_per_row=sum(map(state_bytes, cache.layers)),
        )

    @torch.inference_mode()
    def _try(self, pieces: Sequence[Sequence[int]], pads: int = 0, between: Sequence[int] = ()) -> tuple[Tensor, Any]:
        """Last logits (V,) and cache of one row that is read piece by piece behind some padding; between the pieces
        another row is read, `between`."""
        cache, real = self.cache(8), torch.arange(pads + sum(map(len, pieces)), device=self.device) >= pads
        positions, end = (real.cumsum(0) - 1).clamp(min=0), 0
        for piece in pieces:
            if end and between:
                self._try([between])
            tokens = [*([0] * pads), *piece] if end == 0 else piece
            start, end = end, end + len(tokens)
            mask = real[None, :end] if pads else None
            ids = torch.tensor([tokens], device=self.device)
            logits = self(ids, cache, mask, positions[None, start:end], 1)
        return logits[0, -1], cache

    @torch.inference_mode()
    def _shares(self, tokens: Sequence[int], whole: Tensor) -> bool:
        """Whether the last logits (V,) of two rows that read the last tokens behind one trunk are `whole`."""
        _, cache = self._try([tokens[:3]])
        if not (self._share and self._attends and branchable(cache)) or getattr(
            self.config, "attention_chunk_size", None
        ):
            return False
        rows = torch.zeros(2, dtype=torch.long, device=self.device)
        fan, read, twin = Fan(rows, rows[:1] + 3, 3), 3, branched(cache, rows)
        try:
            for piece in (tokens[3:5], tokens[5:]):
                start, read = read, read + len(piece)
                look(twin, Sight(fan, rows + read, read - 3, len(piece)))
                ids, places = (torch.tensor([row, row], device=self.device) for row in (piece, range(start, read)))
                logits = self.on_trunk(ids, twin, places, 1)
        except (AttributeError, NotImplementedError, RuntimeError, TypeError):
            return False  # its attention does not go through transformers' interface, or wants more of it
        return all(self._same(whole, row) for row in logits[:, -1])

    @torch.inference_mode()
    def _tried(self, lean: Lean | None) -> Lean | None:
        """`lean` if it gives what the model gives: behind padding, in pieces, token by token."""
        if lean is None or not self._positions:
            return None
        size = self.config.get_text_config().vocab_size
        tokens = [(11 * i + 5) % size for i in range(12)]
        pieces = [tokens[:6], tokens[6:10], tokens[10:11], tokens[11:]]
        told = [self._try(pieces, pads)[0] for pads in (0, 3)]
        self._lean = lean
        try:
            gives = all(self._same(one, self._try(pieces, pads)[0]) for one, pads in zip(told, (0, 3), strict=True))
        except (AttributeError, RuntimeError, TypeError):
            return None  # its cache, too, is another
        return lean if gives else None

    def _same(self, one: Tensor, other: Tensor) -> bool:
        """Equal up to rounding, measured by how far the logits spread."""
        limit = 1e-3 if self.model.dtype == torch.float32 else 5e-2
        return bool((one - other).abs().max() <= limit * one.std())


def _unsupported(model: Any, why: str = "") -> ModelError:
    core = model.get_base_model() if hasattr(model, "get_base_model") else model
    return ModelError(f"{type(core).__name__} keeps its state in a way that is not supported{why}. Use another model.")
