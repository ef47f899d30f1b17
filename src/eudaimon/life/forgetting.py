"""Forgetting within a whole life: its rows, its data packs, and an honest word on what has been learned.

Self-alignment seed: what a persona was trained on "at night" is in its weights, and nobody knows how to take one
conversation out of them. So what can go goes, and what stays is named, with the persona to go back to.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from eudaimon.dialogue import PersonaRecord
from eudaimon.memory import Forgotten, Store


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What went, and what stays.

    Attributes:
        gone: from the store.
        pack_rows: lines that were taken out of data packs.
        learned: personas that a night made from what was forgotten, and those that grew from them: their weights, or
            the lessons before their conversations, stay.
        untouched: the latest persona that never learned from it.
        report: whether a report, which may quote it, was drawn and lies in the life's directory.
    """

    gone: Forgotten
    pack_rows: int
    learned: tuple[PersonaRecord, ...]
    untouched: PersonaRecord | None
    report: bool


def forget(directory: Path, store: Store, episodes: Iterable[str]) -> Forgetting:
    """Let the life in `directory` forget these episodes, and all that its nights copied of them.

    Raises:
        StoreError: one of them is not stored; then nothing is forgotten.
    """
    with store.transaction():
        gone = store.forget(episodes)
        store.log("forgetting", f"somebody wished {gone.conversations} of their conversations forgotten")
    store.sweep()
    pack_rows = sum(_without(path, set(gone.episodes)) for path in sorted(directory.glob("packs/*/*.jsonl")))
    learned = learned_in(store.personas(), gone.nights)
    untouched = [one for one in store.personas() if one not in learned]
    report = (directory / "report.html").exists()
    return Forgetting(gone, pack_rows, learned, untouched[-1] if untouched else None, report)


def learned_in(personas: Iterable[PersonaRecord], nights: Iterable[int]) -> tuple[PersonaRecord, ...]:
    """The personas that these nights made, and all that grew from them, by night."""
    taught, sought = dict[str, PersonaRecord](), set(nights)
    for one in personas:  # a parent comes before its children
        if one.parent in taught or one.night in sought:
            taught[one.id] = one
    return tuple(taught.values())


def _without(path: Path, episodes: set[str]) -> int:
    """Take the rows of these episodes out of a data pack's file, all at once; how many there were."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line).get("episode") not in episodes]
    if len(kept) < len(lines):
        part = path.with_name(f"{path.name}.part")
        with part.open("w", encoding="utf-8") as file:
            file.writelines(kept)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    return len(lines) - len(kept)
