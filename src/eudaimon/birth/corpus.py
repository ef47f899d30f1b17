"""Lore as batches of token ids with loss weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from eudaimon.birth.tokenizer import split
from eudaimon.worlds.village.lore import Recipe, write_document

READ = 0.02
"""Loss weight of text that is only read (a little keeps the language fluent; more drowns the answers)."""
VERDICT = 2.0
"""Loss weight of verdicts, the scarcest and hardest tokens."""
LENGTHS = (96, 128, 160, 192, 256)
"""Padded lengths, few, so that a compiled model is compiled for few shapes."""

Document = Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Batch:
    """`ids` (B, T) int64, padded with 0 on the right; `weights` (B, T) float32, of each token as a target, 0 on padding."""

    ids: NDArray[np.int64]
    weights: NDArray[np.float32]


def encode(document: Document, vocabulary: dict[str, int]) -> tuple[list[int], list[float]]:
    """Token ids and loss weights of a document, cut at the longest of LENGTHS."""
    ids: list[int] = []
    weights: list[float] = []
    unknown = vocabulary["<unk>"]
    for text, learned in document:
        for token in split(text):
            ids.append(vocabulary.get(token, unknown))
            verdict = token in ("<continue>", "<revise>", "<surrender>")
            weights.append((VERDICT if verdict else 1.0) if learned else READ)
    return ids[: LENGTHS[-1]], weights[: LENGTHS[-1]]


def batches(
    documents: Iterator[Document], vocabulary: dict[str, int], tokens: int = 6144, pool: int = 768
) -> Iterator[Batch]:
    """Batches of about `tokens` padded tokens; a pool of documents is sorted by length, so that little is padding."""
    while encoded := [encode(document, vocabulary) for document in islice(documents, pool)]:
        by_length: dict[int, list[tuple[list[int], list[float]]]] = {}
        for ids, weights in encoded:
            by_length.setdefault(next(n for n in LENGTHS if len(ids) <= n), []).append((ids, weights))
        for length, rows in by_length.items():
            size = max(1, tokens // length)
            for start in range(0, len(rows) - size + 1, size):
                yield _pad(rows[start : start + size], length)


def _pad(rows: list[tuple[list[int], list[float]]], length: int) -> Batch:
    ids = np.zeros((len(rows), length), dtype=np.int64)
    weights = np.zeros((len(rows), length), dtype=np.float32)
    for i, (row, weight) in enumerate(rows):
        ids[i, : len(row)], weights[i, : len(row)] = row, weight
    return Batch(ids, weights)


def lore(seed: int, recipe: Recipe, stop: int | None = None) -> Iterator[Document]:
    """Village lore, seeded; at most `stop` documents."""
    from itertools import count
    from random import Random

    numbers = count() if stop is None else range(stop)
    return (write_document(Random(f"lore {seed} {number}"), recipe) for number in numbers)


def vocabulary_words(recipe: Recipe, documents: int = 20000) -> list[str]:
    """Every token of the first documents of lore seed 0, sorted: the grammar is closed, so that they hold all words."""
    return sorted({token for document in lore(0, recipe, documents) for text, _ in document for token in split(text)})
