"""An undertone: archetypes' log-ratios mixed into the persona's next-token logits at every step.

logits = persona + sum_k weight_k (log p(token | voice_k's turn) - log p(token | plain turn)), the ratios on the base
weights; the product of experts of Liu et al. 2021 (DExperts, arXiv:2105.03023), with voices for experts.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from eudaimon.language.track import Track


class Undertone:
    """Rows of a persona, each with hidden rows beside it that read the same tokens in another context.

    Args:
        persona: B rows.
        hidden: R rows on the base weights; row r colours row `owners[r]` with `weights[r]` of its log-probabilities.
    """

    def __init__(self, persona: Track, hidden: Track, owners: Sequence[int], weights: Sequence[float]) -> None:
        self._persona, self._hidden = persona, hidden
        device = persona.logits.device
        self._owners, self._weights = torch.tensor(owners, device=device), torch.tensor(weights, device=device)
        self.logits = self._mixed()

    def feed(self, tokens: Tensor) -> None:
        """Read one token (B, 1) per row of the persona."""
        self._persona.feed(tokens)
        self._hidden.feed(tokens[self._owners])
        self.logits = self._mixed()

    def select(self, rows: Tensor) -> None:
        """Keep only these rows of the persona, in this order, and what belongs to them."""
        kept = [torch.nonzero(self._owners == row)[:, 0] for row in rows]
        hidden = torch.cat(kept)
        self._persona.select(rows)
        self._hidden.select(hidden)
        self._weights, self.logits = self._weights[hidden], self.logits[rows]
        sizes = torch.tensor([len(some) for some in kept], device=rows.device)
        self._owners = torch.arange(len(rows), device=rows.device).repeat_interleave(sizes)

    def _mixed(self) -> Tensor:
        ratios = self._weights[:, None] * self._hidden.logits.log_softmax(-1)
        return self._persona.logits.index_add(0, self._owners, ratios)
