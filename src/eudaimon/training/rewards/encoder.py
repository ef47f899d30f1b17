"""A text encoder that is learned with the reward: hashed words and pairs of words, summed as vectors.

The hashing trick (Weinberger et al. 2009) over embeddings (Joulin et al. 2017, arXiv:1607.01759): there is no
vocabulary to be built and none to be lost, and a reply meets the prompt by the product of their vectors.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import torch
from torch import Tensor, nn

BUCKETS = 1 << 14
LONGEST = 600
"""Words of a text that are read."""


class Encoder(nn.Module):
    """Rewards (N, K) of N replies by K objectives.

    Args:
        heads: K.
        width: of the vectors.
        dropout: of whole features, in training.
    """

    def __init__(self, heads: int = 1, width: int = 48, dropout: float = 0.3) -> None:
        super().__init__()
        self.words = nn.EmbeddingBag(BUCKETS, width, mode="mean")
        nn.init.normal_(self.words.weight, std=0.1)
        self.rest = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * width, width), nn.GELU(), nn.Linear(width, heads))

    def forward(self, prompts: tuple[Tensor, Tensor], replies: tuple[Tensor, Tensor]) -> Tensor:
        """From bags of features (see `bags`)."""
        asked, said = self.words(*prompts), self.words(*replies)
        rewards: Tensor = self.rest(torch.cat([said, asked * said], -1))
        return rewards


def bags(texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    """The features of texts as an embedding bag takes them: places, one after another, and where each text begins."""
    every = [features(text) for text in texts]
    starts = torch.tensor([0, *[len(one) for one in every[:-1]]]).cumsum(0)
    return torch.tensor([place for one in every for place in one]), starts


@lru_cache(maxsize=100_000)
def features(text: str) -> tuple[int, ...]:
    """Hashed words and neighbouring pairs of words, lower case; one for an empty text."""
    words = re.findall(r"\w+|[^\w\s]", text.lower())[:LONGEST]
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    return tuple(zlib.crc32(token.encode()) % BUCKETS for token in [*words, *pairs]) or (0,)
