"""The book of gold: what every conversation of a life was worth, and how the villagers' needs moved.

One JSON file a day in the life's `gold/` folder, written after the day from its stored episodes. Reports, evals and
experiments read it; the night's process never opens it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eudaimon.dialogue import Episode
from eudaimon.gold.prior import NEEDS
from eudaimon.gold.score import Hidden, Worth, replies_of
from eudaimon.worlds.village import recall, scripted

START = 0.5
STEP = 0.15
"""How far a need of effect 1 moves in one conversation: level += STEP * effect, kept in [0, 1]."""
REST = 0.1
"""How far every need drifts back to START overnight."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One conversation: whose it was, what sort, and its worth."""

    episode: str
    kind: str
    side: int
    speaker: str
    worth: Worth


def value(hidden: Hidden, episodes: Iterable[Episode]) -> list[Entry]:
    """The worth of village episodes, in order; episodes of other sources have no gold and are left out."""
    entries = []
    for episode in episodes:
        if episode.source == "village":
            situation = recall(episode.visible)
            replies = replies_of(episode.messages, scripted(situation))
            entries.append(
                Entry(episode.id, situation.kind, situation.side, situation.speaker, hidden.worth(situation, replies))
            )
    return entries


def needs_after(levels: Mapping[str, Mapping[str, float]], entries: Iterable[Entry]) -> dict[str, dict[str, float]]:
    """Every villager's needs after a night's rest and these conversations; levels in [0, 1]."""
    now = {who: {n: x + REST * (START - x) for n, x in needs.items()} for who, needs in levels.items()}
    for entry in entries:
        mine = now.setdefault(entry.speaker, dict.fromkeys(NEEDS, START))
        for need, effect in entry.worth.needs.items():
            mine[need] = min(1.0, max(0.0, mine[need] + STEP * effect))
    return now


def write_day(folder: Path, day: int, hidden: Hidden, episodes: Iterable[Episode]) -> list[Entry]:
    """Writes `day-N.json` (atomically) and returns its entries. Days must be written in order."""
    before = read_day(folder, day - 1)["needs"] if day > 1 else {}
    entries = value(hidden, episodes)
    content = {
        "day": day,
        "family": {"coupling": hidden.family.coupling.value, "concern": hidden.family.concern.value},
        "episodes": {entry.episode: asdict(entry) for entry in entries},
        "needs": needs_after(before, entries),
    }
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"day-{day}.json.part"
    part.write_text(json.dumps(content, indent=1))
    os.replace(part, folder / f"day-{day}.json")
    return entries


def read_day(folder: Path, day: int) -> dict[str, Any]:
    """A day's page: `family`, `episodes` by id (each an Entry as JSON) and `needs` by villager."""
    return dict(json.loads((folder / f"day-{day}.json").read_text()))


def mean_gold(entries: Iterable[Entry]) -> float:
    """Mean gold of conversations, in [0, 1]."""
    golds = [entry.worth.gold for entry in entries]
    return sum(golds) / len(golds)
