"""Forgetting and correcting within a whole life: its rows, its data packs, and an honest word on what has been learned.

Self-alignment seed: what a persona was trained on "at night" is in its weights, and nobody knows how to take one
conversation out of them. So what can go goes, and what stays is named, with the persona to go back to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from eudaimon.dialogue import PersonaRecord
from eudaimon.memory import Forgotten, Store
from eudaimon.night.pack import Row, mend_pack

FORGETTING = "forgetting"
"""So it is called in the log, with the day, whose world then asks nobody again; see `Life.done`."""


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
        asked = list(episodes)
        days = _days(store, asked)
        gone = store.forget(asked)
        for day, many in sorted(days.items()):
            store.log(FORGETTING, f"somebody wished {many} of their conversations forgotten", day=day)
        names = set(gone.episodes)
        # Before the rows are gone for good: where a pack cannot be written, it can all be tried again.
        pack_rows = _rewrite(directory, lambda row: None if row.get("episode") in names else row)
    store.sweep()
    learned = learned_in(store.personas(), gone.nights)
    untouched = [one for one in store.personas() if one not in learned]
    report = (directory / "report.html").exists()
    return Forgetting(gone, pack_rows, learned, untouched[-1] if untouched else None, report)


def correct(directory: Path, store: Store, name: str, place: int, text: str) -> None:
    """Let the person's message at `place` of an episode say `text`, also in what nights copied of it, data packs
    included; call `Store.sweep` then. Inside a `transaction` of the caller's, if there is one.

    Raises:
        StoreError: there is none, or it is not a person's.
        InputError: a data pack cannot be written; then nothing is corrected in the store.
    """
    with store.transaction():
        mended = store.correct(name, place, text)

        def mend(row: Row) -> Row:
            if row.get("episode") not in mended.episodes:
                return row
            said = [
                {**one, "content": text} if (one["role"], one["content"]) == ("user", mended.before) else one
                for one in row.get("prompt", ())
            ]
            return {**row, "prompt": said}

        _rewrite(directory, mend)


def learned_in(personas: Iterable[PersonaRecord], nights: Iterable[int]) -> tuple[PersonaRecord, ...]:
    """The personas that these nights made, and all that grew from them, by night."""
    taught, sought = dict[str, PersonaRecord](), set(nights)
    for one in personas:  # a parent comes before its children
        if one.parent in taught or one.night in sought:
            taught[one.id] = one
    return tuple(taught.values())


def _days(store: Store, names: Iterable[str]) -> Counter[int]:
    """How many of these conversations were held on which day of the life's; under 0 all others, as at a door."""
    life = store.life()
    held = {episode.id: episode.day for episode in store.episodes(source=life.world)} if life else {}
    return Counter(held.get(name, 0) for name in dict.fromkeys(names))


def _rewrite(directory: Path, mend: Callable[[Row], Row | None]) -> int:
    """Mend every row of a life's data packs, or leave it out where `mend` gives None; how many rows that were."""
    return sum(mend_pack(pack, mend) for pack in sorted(directory.glob("packs/*")) if pack.is_dir())
