"""Which branch stands on which trunk, and what its queries see of the trunk and of its own words.

A *trunk* is a row of a cache that several rows go on from. None of them copies it: queries of all rows on a trunk are
folded into one, as if they were further tokens of it, attended once, and unfolded. Grouped queries are folded along, so
that no key or value is repeated. What a row has read behind its trunk is its own, padded on the left; so a distance
between two of its words is a difference of columns, and lengths alone say what is padding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import torch
from torch import Tensor


class Fan:
    """B rows that stand on N trunks.

    Args:
        owners: the trunk of each row, shape (B,).
        lengths: how many tokens each trunk has read, shape (N,).
        width: columns of the trunks, which are padded on the left.
    """

    def __init__(self, owners: Tensor, lengths: Tensor, width: int) -> None:
        self.owners, self.lengths, self.width = owners, lengths, width
        self.padded = bool((lengths != width).any())

    def select(self, rows: Tensor) -> Fan:
        """These rows on the same trunks."""
        return Fan(self.owners[rows], self.lengths, self.width)

    def standing(self) -> tuple[Tensor, Fan]:
        """The trunks on which somebody still stands, and the rows on those alone."""
        used, owners = torch.unique(self.owners, return_inverse=True)
        return used, Fan(owners, self.lengths[used], self.width)

    @property
    def sparse(self) -> bool:
        """Whether fewer than half of the trunks carry a row."""
        return 2 * min(self._filled, len(self.owners)) < len(self.lengths)

    @cached_property
    def _counts(self) -> Tensor:
        return torch.bincount(self.owners, minlength=len(self.lengths))

    @cached_property
    def _filled(self) -> int:
        return int((self._counts > 0).sum())

    @cached_property
    def _most(self) -> int:
        """Rows on the trunk that carries most."""
        return int(self._counts.max())

    @cached_property
    def _slots(self) -> Tensor | None:
        """The place of each row among N x most, shape (B,); None where rows stand in that order and fill it."""
        order = torch.sort(self.owners, stable=True)
        starts = self._counts.cumsum(0) - self._counts
        ranks = torch.arange(len(self.owners), device=self.owners.device) - starts[order.values]
        slots = torch.empty_like(self.owners)
        slots[order.indices] = order.values * self._most + ranks
        whole = len(slots) == len(self.lengths) * self._most and bool((slots.diff() == 1).all())
        return None if whole else slots

    def spread(self, rows: Tensor) -> Tensor:
        """Rows (B, ...) by trunk and slot, (N, K, ...); zeros where a trunk carries fewer than K."""
        trunks, slots = len(self.lengths), self._slots
        if slots is not None:
            spread = rows.new_zeros((trunks * self._most, *rows.shape[1:]))
            spread[slots] = rows
            rows = spread
        return rows.reshape(trunks, self._most, *rows.shape[1:])

    def fold(self, queries: Tensor, heads: int) -> Tensor:
        """Queries (B, heads x G, T, D) as those of the trunks, (N, heads, K x G x T, D)."""
        _, every, width, size = queries.shape
        spread = self.spread(queries).reshape(len(self.lengths), self._most, heads, every // heads, width, size)
        return spread.transpose(1, 2).reshape(len(self.lengths), heads, -1, size)

    def unfold(self, answers: Tensor, groups: int, width: int) -> Tensor:
        """What `fold` folded, (N, heads, K x G x T, ...), by rows again, (B, heads, G x T, ...)."""
        trunks, heads, _, *rest = answers.shape
        spread = answers.reshape(trunks, heads, self._most, groups * width, *rest).transpose(1, 2)
        rows = spread.reshape(trunks * self._most, heads, groups * width, *rest)
        return rows if self._slots is None else rows[self._slots]

    @staticmethod
    def joined(fans: Sequence[Fan], places: Sequence[Tensor]) -> Fan:
        """The rows of all, those of `fans[i]` at `places[i]`; all stand on the same trunks."""
        order = torch.cat(list(places)).argsort()
        return Fan(torch.cat([fan.owners for fan in fans])[order], fans[0].lengths, fans[0].width)


class Sight:
    """What the queries of one forward pass see; worked out once and used by every layer.

    Args:
        fan: on which trunks the rows stand.
        lengths: tokens that each row has read in all, the T new ones included, shape (B,).
        width: columns of what the rows have read behind their trunks, the T new ones included.
        new: T.
    """

    def __init__(self, fan: Fan, lengths: Tensor, width: int, new: int) -> None:
        self.fan, self._width, self._new = fan, width, new
        self._positions = lengths[:, None] - new + torch.arange(new, device=lengths.device)
        self._own = lengths - fan.lengths[fan.owners]
        self._padded = bool((self._own != width).any())
        self._known: dict[tuple[object, ...], Tensor | None] = {}

    def of_trunk(self, kept: int, window: int | None, groups: int) -> Tensor | None:
        """Which of the trunks' last `kept` keys the folded queries see, (N, 1, 1 or K x G x T, kept); None: all."""
        return self._once(("trunk", kept, window, groups), lambda: self._of_trunk(kept, window, groups))

    def of_own(self, window: int | None, groups: int) -> Tensor | None:
        """Which of their rows' own keys the G x T queries see: (B or 1, 1, G x T, width); None: all."""
        return self._once(("own", window, groups), lambda: self._of_own(window, groups))

    def _once(self, key: tuple[object, ...], made: Callable[[], Tensor | None]) -> Tensor | None:
        if key not in self._known:
            self._known[key] = made()
        return self._known[key]

    def _of_trunk(self, kept: int, window: int | None, groups: int) -> Tensor | None:
        reaches = window is None or self._width - 1 + kept < window
        if reaches and not self.fan.padded:
            return None
        keys = self.fan.lengths[:, None] - kept + torch.arange(kept, device=self.fan.lengths.device)
        real = (keys >= 0)[:, None, None]
        if reaches or window is None:
            return real
        near = self.fan.spread(self._positions)[..., None] - keys[:, None, None] < window
        seen = (near & real)[:, :, None].expand(-1, -1, groups, -1, -1)
        return seen.reshape(len(keys), 1, -1, kept)

    def _of_own(self, window: int | None, groups: int) -> Tensor | None:
        near = window if window is not None and self._width > window else self._width
        if self._new == 1 and near == self._width and not self._padded:
            return None
        columns = torch.arange(self._width, device=self._own.device)
        apart = columns[-self._new :, None] - columns
        seen = ((apart >= 0) & (apart < near))[None]
        if self._padded:
            seen = seen & (columns >= self._width - self._own[:, None])[:, None]
        return seen[:, None].repeat(1, 1, groups, 1)
