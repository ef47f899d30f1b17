"""Consolidation: from signals to a candidate persona, by weights where there are gradients, by lessons where not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from eudaimon.dialogue import Episode, PersonaRecord, Signal, digest
from eudaimon.errors import NothingFits
from eudaimon.language import LanguageModel
from eudaimon.night.lessons import distil
from eudaimon.night.pack import write_pack
from eudaimon.night.settings import Settings
from eudaimon.psyche import Progress

if TYPE_CHECKING:
    from eudaimon.language.local import LocalModel

Proposal = tuple[PersonaRecord | None, dict[str, float]]
"""A candidate, or none where nothing was learned, and figures."""


def by_weights(
    model: LocalModel,
    signals: Sequence[Signal],
    parent: PersonaRecord,
    settings: Settings,
    *,
    number: int,
    seed: int,
    life: Path,
    progress: Progress,
) -> Proposal:
    """A candidate with an adapter of its own in `life/personas/<its id>`, named after the adapter's content."""
    from eudaimon.training import consolidate
    from eudaimon.training.adapter import name_by_content

    if not signals:
        return None, {}
    home, adapter = life / "personas", life / parent.adapter if parent.adapter else None
    home.mkdir(parents=True, exist_ok=True)
    fresh, recipe = home / f".night-{number}", replace(settings.training, seed=seed)
    try:
        figures = consolidate(model, signals, recipe, fresh, progress, parent=adapter)
    except NothingFits:  # the day's conversations are too long to train on: a night that learns nothing, and no more
        return None, {"examples": 0.0, "too long": float(len(signals))}
    name = name_by_content(fresh, f"night-{number}").name
    return PersonaRecord(name, parent.id, number, f"personas/{name}"), figures


def by_lessons(
    model: LanguageModel,
    signals: Sequence[Signal],
    commented: Sequence[Episode],
    parent: PersonaRecord,
    settings: Settings,
    *,
    number: int,
    life: Path,
) -> Proposal:
    """A candidate with lessons for its context, and a data pack in `life/packs/night-N` for whoever has gradients."""
    if signals:
        recipe = settings.training
        knobs = {"beta": recipe.beta, "rate": recipe.rate, "epochs": recipe.epochs, "rank": recipe.rank}
        write_pack(signals, life / "packs" / f"night-{number}", number=number, model=model.name, recipe=knobs)
    lessons = distil(commented, signals, parent.lessons, settings.lesson_words)
    if lessons == parent.lessons:
        return None, {}
    name = f"night-{number}-{digest(lessons)[:12]}"
    return PersonaRecord(name, parent.id, number, lessons=lessons), {"lessons": float(lessons.count("\n"))}
