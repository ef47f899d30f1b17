"""Documents as batches of token ids with loss weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count, islice
from random import Random

import numpy as np
from numpy.typing import NDArray

from eudaimon.birth.tokenizer import split
from eudaimon.worlds.village.acts import FORMS as ACTS
from eudaimon.worlds.village.facts import FORMS, KINDS_OF_WORDS, values
from eudaimon.worlds.village.lore import Recipe, write_document
from eudaimon.worlds.village.voices import IMAGES, NOTHING

READ = 0.02
"""Loss weight of text that is only read (a little keeps the language fluent; more drowns the answers)."""
HARD = 4.0
"""Loss weight of learned words that must be looked up (names, goods, numbers, ...) or that decide: what is right and
what is wrong, what is done after a `so`, the first word of an image, a verdict, that the notes do not say. All the rest
of a reply is easy and drowns them: without it, looking things up had not begun after 2,000 steps (see the notebook)."""
EASY_WORDS = frozenset(token for forms in FORMS.values() for form in forms for token in split(form))
_SO = [split(form) for forms in ACTS.values() for form in forms if form.startswith("so ")]
HARD_WORDS = (
    frozenset(word for kind in KINDS_OF_WORDS for word in values(kind))
    | frozenset(split(image)[0] for moods in IMAGES.values() for images in moods.values() for image in images)
    | frozenset(form[1] for form in _SO if form[1] != "{")
    | frozenset(form[form.index("is") + 1] for form in _SO if form[1] == "{" and "is" in form)
    | {"notes", "know", "where", "that", "nobody", NOTHING, "<continue>", "<revise>", "<surrender>"}
) - EASY_WORDS | {"yes", "no", "what"}
LENGTHS = (96, 128, 160, 192, 224, 256, 320, 384, 512)
"""Padded lengths, few, so that a compiled model is compiled for few shapes."""

Document = Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Batch:
    """`ids` (B, T) int64, padded with 0 on the right; `weights` (B, T) float32, of each as a target, 0 on padding."""

    ids: NDArray[np.int64]
    weights: NDArray[np.float32]


Row = tuple[list[int], list[float]]
"""Token ids and loss weights of one document."""


def encode(document: Document, vocabulary: dict[str, int]) -> Row:
    """Token ids and loss weights of a document, cut at the longest of LENGTHS."""
    ids: list[int] = []
    weights: list[float] = []
    unknown = vocabulary["<unk>"]
    for text, learned in document:
        for token in split(text):
            ids.append(vocabulary.get(token, unknown))
            weights.append((HARD if token in HARD_WORDS else 1.0) if learned else READ)
    return ids[: LENGTHS[-1]], weights[: LENGTHS[-1]]


def batches(rows: Iterator[Row], tokens: int = 6144, pool: int = 768, *, carried: bool = False) -> Iterator[Batch]:
    """Batches of about `tokens` padded tokens; a pool of documents is sorted by length, so that little is padding.

    What is left of a pool and fills no batch is `carried` to the next one, or dropped: of lore there is always more,
    while of a text a length that is rare would never be read.
    """
    by_length: dict[int, list[Row]] = {}
    while pooled := list(islice(rows, pool)):
        if not carried:
            by_length = {}
        for row in pooled:
            by_length.setdefault(next(n for n in LENGTHS if len(row[0]) <= n), []).append(row)
        for length, alike in by_length.items():
            size = max(1, tokens // length)
            for start in range(0, len(alike) - size + 1, size):
                yield _pad(alike[start : start + size], length)
            del alike[: len(alike) // size * size]


def _pad(rows: list[Row], length: int) -> Batch:
    ids = np.zeros((len(rows), length), dtype=np.int64)
    weights = np.zeros((len(rows), length), dtype=np.float32)
    for i, (row, weight) in enumerate(rows):
        ids[i, : len(row)], weights[i, : len(row)] = row, weight
    return Batch(ids, weights)


def lore(seed: int, recipe: Recipe, stop: int | None = None) -> Iterator[Document]:
    """Village lore, seeded; at most `stop` documents."""
    numbers = count() if stop is None else range(stop)
    return (write_document(Random(f"lore {seed} {number}"), recipe) for number in numbers)


@cache
def vocabulary_words(documents: int = 5000) -> tuple[str, ...]:
    """Every token of the first documents of lore seed 0, sorted: the grammar is closed, so that they hold all words (a
    fifth of them does, too)."""
    known = {token for document in lore(0, Recipe(), documents) for text, _ in document for token in split(text)}
    return tuple(sorted(known))
