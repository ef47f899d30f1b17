"""What of one community's texts stands in another's: shared runs of words, not shared words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eudaimon.governance.packs.retrieval import words

RUN = 8
"""Words in a row that two texts do not share by chance (as the n-gram overlap of contamination checks, n from 8 up)."""


def leakage(ours: Sequence[str], theirs: Sequence[str], run: int = RUN) -> float:
    """Share of our texts that hold a run of `run` words of theirs; shorter texts count where equal."""
    known = {gram for text in theirs for gram in _runs(text, run)}
    return sum(any(gram in known for gram in _runs(text, run)) for text in ours) / len(ours) if ours else 0.0


def _runs(text: str, run: int) -> Iterable[tuple[str, ...]]:
    said = tuple(words(text))
    return [said[i : i + run] for i in range(len(said) - run + 1)] if len(said) >= run else [said]
