"""One split for everything: a hash of the canonical situation says which room may see it."""

from __future__ import annotations

from enum import StrEnum

from eudaimon.errors import SplitError


class Split(StrEnum):
    """Where a situation belongs: births read `lore`, days live `life`, the morning gate asks `gate`, evals `test`."""

    LORE = "lore"
    LIFE = "life"
    GATE = "gate"
    TEST = "test"


_BOUNDS = ((60, Split.LORE), (80, Split.LIFE), (88, Split.GATE), (100, Split.TEST))


def split_of(key: str) -> Split:
    """The split of a situation's key (hex digest): 60% lore, 20% life, 8% gate, 12% test."""
    share = int(key[:12], 16) % 100
    return next(split for bound, split in _BOUNDS if share < bound)


def require(key: str, split: Split) -> None:
    """Raises SplitError unless the situation belongs to `split`."""
    if split_of(key) is not split:
        raise SplitError(
            f"situation {key[:12]} belongs to the split '{split_of(key)}', but was used in '{split}': "
            "what is learned from and what is tested on never mix; draw it with Village.situation(split=...)"
        )
