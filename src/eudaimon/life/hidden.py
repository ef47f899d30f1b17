"""Where a life keeps gold: the folder `gold/`, which the night never opens, and which nothing in the store depends on.

`gold/hidden.yaml` holds the hidden half of the village (its seed and the family that it is drawn from), `day-N.json`
what the conversations of a day were worth, `probe-N.json` what the answers to the probes after night N were.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from eudaimon.dialogue import Episode
from eudaimon.errors import LifeError
from eudaimon.gold import Concern, Coupling, Family, Hidden, mean_gold, value, write_day
from eudaimon.life.step import Doing, Step
from eudaimon.values import read_yaml


@dataclass(frozen=True, slots=True)
class _Page:
    seed: int
    coupling: Coupling
    concern: Concern


def bury(directory: Path, hidden: Hidden) -> None:
    """Write down the hidden half of a life's village, or see that it is the one written.

    Raises:
        LifeError: another one is there.
    """
    path = directory / "gold" / "hidden.yaml"
    if path.exists():
        if unearth(directory) != hidden:
            raise LifeError(f"{path} holds another hidden village; go on with that one, or begin another life")
        return
    family = hidden.family
    _write(path, f"seed: {hidden.seed}\ncoupling: {family.coupling.value}\nconcern: {family.concern.value}\n")


def unearth(directory: Path) -> Hidden:
    """The hidden half of a life's village.

    Raises:
        InputError: it was not written.
        FormatError: it is malformed.
    """
    page = read_yaml(directory / "gold" / "hidden.yaml", _Page).value
    return Hidden(page.seed, Family(page.coupling, page.concern))


def page(directory: Path, step: Step) -> Path:
    """Where a step's gold stands."""
    return directory / "gold" / f"{'day' if step.doing is Doing.DAY else 'probe'}-{step.number}.json"


def write_page(directory: Path, step: Step, episodes: Sequence[Episode]) -> float | None:
    """Write what the episodes of a day (days in order) or of a round of probes are worth.

    Returns:
        Their mean gold; None where there are none.
    """
    if step.doing is Doing.DAY:
        entries = write_day(directory / "gold", step.number, unearth(directory), episodes)
    else:
        entries = value(unearth(directory), [replace(episode, source="village") for episode in episodes])
        content = {"night": step.number, "episodes": {entry.episode: asdict(entry) for entry in entries}}
        _write(page(directory, step), json.dumps(content, indent=1))
    return mean_gold(entries) if entries else None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
