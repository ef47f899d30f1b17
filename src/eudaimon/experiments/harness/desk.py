"""Where one life of an experiment is worked on: in units that are kept, so that a stopped run goes on where it was."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from eudaimon.dialogue import digest
from eudaimon.experiments.harness.registration import Registration

T = TypeVar("T")


class TimeUp(Exception):
    """The call's time is spent; the runner stops here and says how to go on."""


@dataclass(frozen=True, slots=True)
class Life:
    """One unit of the design.

    Attributes:
        index: 0-based.
        birth: which birth it starts from.
        village: where it lives.
        seed: of its nights and everything else that is drawn.
    """

    index: int
    birth: int
    village: int
    seed: int


LOOKED_AT = 2
"""Births 0 and 1: lore was written looking at what became of them, so they are for development alone."""


def lives_of(registration: Registration, development: bool = False, unseen: bool | None = None) -> tuple[Life, ...]:
    """The lives of an experiment; births take turns, so that the first lives cover all of them.

    Args:
        registration: of the experiment.
        development: live in villages 0 and up instead of the confirmatory ones.
        unseen: start from births that nobody looked at; by default those of confirmatory villages alone do.
    """
    first, kind = (0, "development") if development else (registration.first_village, "confirmatory")
    births = range(LOOKED_AT, LOOKED_AT + registration.births)
    births = births if (not development if unseen is None else unseen) else range(LOOKED_AT)
    return tuple(
        Life(i, births[i % len(births)], first + i, int(digest([registration.name, kind, i])[:7], 16))
        for i in range(registration.lives)
    )


@dataclass
class Desk:
    """What `run` is given.

    Attributes:
        life: which one.
        folder: this life's own, for whatever is too big for JSON.
        births: where births are cached, shared by all experiments.
        conversations: how many test conversations a life has.
        null: whether this is the planted null: labels are to be shuffled (see `labels`).
        deadline: no unit begins after it (`time.monotonic`).
        begun: told the name of every unit that begins, or is found done.
    """

    life: Life
    folder: Path
    births: Path
    conversations: int
    null: bool = False
    deadline: float = float("inf")
    begun: Callable[[str], None] = lambda name: None
    seconds: dict[str, float] = field(default_factory=dict)

    def once(self, name: str, work: Callable[[], T]) -> T:
        """What `work` returns (JSON values), computed once and kept as `NAME.json`.

        Raises:
            TimeUp: there is no time left to begin it. Keep units below five minutes.
        """
        kept = self.folder / f"{name}.json"
        self.begun(name)
        if not kept.exists():
            if time.monotonic() >= self.deadline:
                raise TimeUp(name)
            started = time.monotonic()
            write_json(kept, work())
            self.seconds[name] = time.monotonic() - started
        found: T = json.loads(kept.read_text(encoding="utf-8"))
        return found

    def labels(self, values: Sequence[T], strata: Sequence[Hashable] | None = None) -> list[T]:
        """`values` as they are; in the planted null, permuted (within each stratum, where there are any)."""
        if not self.null:
            return list(values)
        groups: dict[Hashable, list[int]] = {}
        for place, stratum in enumerate(strata if strata is not None else [0] * len(values)):
            groups.setdefault(stratum, []).append(place)
        permuted, rng = list(values), Random(f"null {self.life.seed} {len(values)}")
        for places in groups.values():
            for here, there in zip(places, rng.sample(places, len(places)), strict=True):
                permuted[here] = values[there]
        return permuted


def write_json(path: Path, content: Any) -> None:
    """Writes a whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
