"""Rows of one batch in one network, as they read."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from eudaimon.language.caches import copied, joined
from eudaimon.language.fan import Fan, Sight
from eudaimon.language.model import Usage
from eudaimon.language.network import Network
from eudaimon.language.trunk import branched, clear, look, settled

STRIDE = 4096
"""Prefixes are read so many tokens (rows x columns) at a time: 2 times faster on a CPU than at once, since the
activations stay in its caches."""

LOGITS = 2**26
"""At most so many logits (256 MB) are held at once while continuations are scored."""


class Track:
    """Rows of one batch in one network: what they have read, and the logits of what follows.

    Args:
        network: what reads.
        usage: counts forward passes.
        prompts: token ids of each row, none empty; of one length, unless the network's traits allow padding.
        room: about how many tokens will follow.

    Attributes:
        logits: shape (B, V), after the last token that was fed.
    """

    def __init__(self, network: Network, usage: Usage, prompts: Sequence[Sequence[int]], room: int) -> None:
        self.network, self.usage = network, usage
        self.cache, self.width = network.cache(max(map(len, prompts)) + room), 0
        self._mask: Tensor | None = None
        self._fan: Fan | None = None
        self._lengths = torch.zeros(len(prompts), dtype=torch.long, device=network.device)
        self.logits = torch.empty(0)
        self.feed(*left_padded(prompts, network.device))

    @classmethod
    def resumed(cls, network: Network, usage: Usage, cache: Any, read: int, logits: Tensor) -> Track:
        """One row that has read `read` tokens before, from the cache and logits (1, V) that they left."""
        track = cls.__new__(cls)
        track.network, track.usage, track.cache, track.width, track._mask = network, usage, cache, read, None
        track._fan, track._lengths, track.logits = None, torch.tensor([read], device=network.device), logits
        return track

    def feed(self, tokens: Tensor, real: Tensor | None = None) -> None:
        """Read `tokens` (B, T), of which only `real` (B, T) are not padding."""
        if tokens.shape[1] == 1:
            self.logits = self._step(tokens, real, 1)[:, 0]
            return
        stride = self._stride(tokens)
        for start in range(0, tokens.shape[1], stride):
            part = None if real is None else real[:, start : start + stride]
            self.logits = self._step(tokens[:, start : start + stride], part, 1)[:, -1]

    def follow(self, tokens: Tensor, real: Tensor, mute: int | None = None) -> Tensor:
        """Read `tokens` (B, T), padded on the right, and give the summed log-probability (B,) of the `real` ones, given
        that the token `mute` cannot be said."""
        total = torch.zeros(len(tokens), device=tokens.device)
        for start, part, known in self.weighed(tokens, mute):
            total += (known.gather(2, part[..., None])[..., 0] * real[:, start : start + part.shape[1]]).sum(1)
        return total

    def weighed(self, tokens: Tensor, mute: int | None = None) -> Iterator[tuple[int, Tensor, Tensor]]:
        """Read `tokens` (B, T) a part at a time: where it starts, the part (B, P), and the log-probabilities (B, P, V)
        of all tokens in the place of each, given that the token `mute` cannot be said."""
        before = self.logits[:, None]
        stride = max(1, min(self._stride(tokens), LOGITS // before.numel()))
        for start in range(0, tokens.shape[1], stride):
            part = tokens[:, start : start + stride]
            logits = self._step(part, None, stride)
            known = torch.cat([before, logits[:, :-1]], dim=1)
            if mute is not None:
                known[..., mute] = -torch.inf
            yield start, part, known.log_softmax(-1)
            before = logits[:, -1:]
            self.logits = before[:, 0]

    def fork(self, rows: Tensor | None = None, usage: Usage | None = None) -> Track:
        """These rows (or all) as a track of their own; this one stays as it is, unless it goes on, too."""
        twin = copy.copy(self)
        twin.cache, twin.usage = copied(self.cache), usage or self.usage
        if rows is not None and rows.tolist() != list(range(len(self._lengths))):
            twin._narrow(rows)
        return twin

    def branch(self, rows: Tensor) -> Track:
        """These rows as a track of their own, in which rows that are named several times share what they have read (a
        trunk) without copying it, where the network can; `width` counts from the trunks' end there."""
        if self._fan is not None or not self.network.traits.shares:
            return self.fork(rows)
        twin = copy.copy(self)
        twin.cache, twin._fan = branched(self.cache, rows), Fan(rows, self._lengths, self.width)
        twin.width, twin._mask = 0, None
        twin._lengths, twin.logits = self._lengths[rows], self.logits[rows]
        return twin

    @staticmethod
    def joined(tracks: Sequence[Track], places: Sequence[Tensor], room: int) -> Track:
        """One track with the rows of all: those of `tracks[i]` at `places[i]`."""
        if len(tracks) == 1 and bool((places[0].diff() > 0).all()):
            return tracks[0]
        ranks = sorted(range(len(tracks)), key=lambda i: -tracks[i].width)
        tracks, places = [tracks[i] for i in ranks], [places[i] for i in ranks]
        whole, order = copy.copy(tracks[0]), torch.cat(places).argsort()
        whole.cache = joined([track.cache for track in tracks], places, room)
        fans = [track._fan for track in tracks if track._fan is not None]
        whole._fan = Fan.joined(fans, places) if fans else None
        whole.logits = torch.cat([track.logits for track in tracks])[order]
        whole._lengths = torch.cat([track._lengths for track in tracks])[order]
        mask = torch.cat([track._padded_to(whole.width) for track in tracks])[order]
        whole._mask = None if mask.all() else mask
        return whole

    def settled(self, row: int) -> Track:
        """One row as a track of its own; what it has read behind a trunk goes behind what that trunk's track holds."""
        rows = torch.tensor([row], device=self.logits.device)
        if self._fan is None:
            return self.fork(rows)
        twin = copy.copy(self)
        trunk, length = int(self._fan.owners[row]), int(self._lengths[row] - self._fan.lengths[self._fan.owners[row]])
        twin.cache = settled(self.cache, row, trunk, length)
        twin._lengths, twin.logits, twin._fan = self._lengths[rows], self.logits[rows], None
        twin.width, before = self._fan.width + length, int(self._fan.lengths[trunk])
        columns = torch.arange(twin.width, device=rows.device)[None]
        twin._mask = None if before == self._fan.width else columns >= self._fan.width - before
        return twin

    def _padded_to(self, width: int) -> Tensor:
        """The mask (B, width) as it is behind padding up to `width`."""
        known = self._mask if self._mask is not None else self._lengths.new_ones((len(self._lengths), self.width)) > 0
        return torch.nn.functional.pad(known, (width - self.width, 0), value=False)

    def select(self, rows: Tensor) -> None:
        """Keep only these rows, in this order; a row that is named again is copied. The last one on a trunk goes on as
        its trunk would: it needs no second call of the attention."""
        if self._fan is not None and len(rows) == 1:
            vars(self).update(vars(self.settled(int(rows[0]))))
            return
        self._narrow(rows)
        if self._fan is not None and self._fan.sparse:
            used, self._fan = self._fan.standing()
            clear(self.cache, used)

    def _narrow(self, rows: Tensor) -> None:
        self.cache.reorder_cache(rows)
        self._lengths, self.logits = self._lengths[rows], self.logits[rows]
        self._mask = None if self._mask is None else self._mask[rows]
        self._fan = None if self._fan is None else self._fan.select(rows)

    def _stride(self, tokens: Tensor) -> int:
        """How many columns to read at once."""
        if not self.network.traits.chunks:
            return 1 if self.width else tokens.shape[1]
        return max(16, STRIDE // tokens.shape[0])

    @property
    def mask(self) -> Tensor | None:
        """Which of the tokens that were read are real (B, width); None: all."""
        return self._mask

    @property
    def lone(self) -> bool:
        """Whether all rows have read one conversation: they stand on one trunk, or there is one row."""
        return len(self._lengths if self._fan is None else self._fan.lengths) == 1

    @property
    def stands(self) -> bool:
        """Whether the rows stand on trunks."""
        return self._fan is not None

    def _step(self, tokens: Tensor, real: Tensor | None, keep: int) -> Tensor:
        positions, keep = self.advance(tokens, real), min(keep, tokens.shape[1])
        self.usage.calls += 1
        if self._fan is not None:
            return self.network.on_trunk(tokens, self.cache, positions, keep)
        return self.network(tokens, self.cache, self._mask, positions, keep)

    def advance(self, tokens: Tensor, real: Tensor | None = None) -> Tensor:
        """Make ready for a forward pass over `tokens` (B, T), of which only `real` are not padding; their positions."""
        rows, width = tokens.shape
        if real is None:
            positions = self._lengths[:, None]
            if width > 1:
                positions = positions + torch.arange(width, device=tokens.device)
        else:
            positions = (self._lengths[:, None] + real.cumsum(1) - 1).clamp(min=0)
        if self._mask is None and real is not None:
            self._mask = real.new_ones((rows, self.width))
        if self._mask is not None:
            self._mask = torch.cat([self._mask, real if real is not None else self._mask.new_ones(tokens.shape)], 1)
        self._lengths = self._lengths + (width if real is None else real.sum(1))
        self.width += width
        if self._fan is not None:
            look(self.cache, Sight(self._fan, self._lengths, self.width, width))
        return positions


def left_padded(rows: Sequence[Sequence[int]], device: Any) -> tuple[Tensor, Tensor | None]:
    """Token ids (B, T) with padding on the left, and which are real (B, T); None where all are."""
    width = max(map(len, rows))
    tokens = torch.tensor([[*([0] * (width - len(row))), *row] for row in rows], device=device)
    lengths = torch.tensor([len(row) for row in rows], device=device)
    real = torch.arange(width, device=device)[None] >= width - lengths[:, None]
    return tokens, None if all(len(row) == width for row in rows) else real


def right_padded(rows: Sequence[Sequence[int]], device: Any) -> tuple[Tensor, Tensor]:
    """Token ids (B, T) with padding on the right, and which are real (B, T)."""
    width = max(map(len, rows))
    padded = [[*row, *([0] * (width - len(row)))] for row in rows]
    lengths = torch.tensor([len(row) for row in rows], device=device)
    tokens = torch.tensor(padded, dtype=torch.long, device=device).reshape(len(rows), width)
    return tokens, torch.arange(width, device=device)[None] < lengths[:, None]
