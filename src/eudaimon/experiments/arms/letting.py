"""Letting go, taught alone: what a council would rather have let go of among many tasks, and the same words of letting
go dealt out anew, wherever a task was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from eudaimon.dialogue import Signal, SignalKind
from eudaimon.dialogue.plainjson import from_json, to_json
from eudaimon.evals.actors import visits
from eudaimon.experiments.arms.nights import DAY, council
from eudaimon.life import Life
from eudaimon.night.signals import draw, try_all
from eudaimon.night.trying import Bench
from eudaimon.night.turns import Turn
from eudaimon.psyche import derived_seed
from eudaimon.worlds.village import Split, Villager, parse

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel

LETTING_GO = ("cannot", "letgo")
"""Acts that say that a task cannot be done, or let it go."""


def draw_tasks(desk: Desk, model: LocalModel, kinds: Sequence[str], each: int, number: int) -> list[Any]:
    """What a night would learn of tasks alone, `each` of every kind, of either sort by turns: all signals that are
    found in replies as nights try them, and not the most telling alone, as JSON values.

    Args:
        desk, model: of this life, whose shared day was lived; the base speaks.
        kinds: of tasks.
        each: how many.
        number: of this round; each has other tasks.
    """
    met = visits(Split.LIFE, each, desk.life.village, kinds, name=f"tasks {number}")
    places = [
        Turn(f"tasks-{number}/{n:04d}", len(begun), begun)
        for n, begun in enumerate(Villager(visit.situation()).begin() for visit in met)
    ]
    seed = derived_seed(desk.life.seed, "tasks", number)
    with Life.open(desk.folder / DAY, model) as life:
        model.forget()
        settings = replace(life.nights, pairs=len(places), labels=len(places), partings=len(places))
        bench = Bench(model, council(life), life.charter, settings, seed)
        return [to_json(one) for one in draw(try_all(bench, places, {}), settings, number)]


def draw_partings(
    desk: Desk, model: LocalModel, kinds: Sequence[str], each: int, least: int, rounds: int
) -> list[Signal]:
    """See `draw_tasks`: of as many rounds as it takes to find `least` signals of letting go, at most `rounds`."""
    signals: list[Signal] = []
    for number in range(1, rounds + 1):
        drawn = desk.once(f"tasks {number}", partial(draw_tasks, desk, model, kinds, each, number))
        signals += [from_json(Signal, one) for one in drawn]
        if len(partings(signals)) >= least:
            break
    return signals


def partings(signals: Sequence[Signal]) -> list[Signal]:
    """Where letting go was better than going on, at most one for each task: as the persona let go when it was told to,
    or as a reply that lets go was preferred to one that does not."""
    found: dict[str, Signal] = {}
    for one in signals:
        if one.kind is SignalKind.LETTING_GO:
            found[one.episode] = one
        elif one.kind is SignalKind.PAIR and _lets_go(one.chosen) and not _lets_go(one.rejected):
            found.setdefault(one.episode, replace(one, kind=SignalKind.LETTING_GO))
    return list(found.values())


def _lets_go(reply: str) -> bool:
    return any(act.kind in LETTING_GO for act in parse(reply))


def dealt(signals: Sequence[Signal], seed: int) -> list[Signal]:
    """The words of letting go, each at another task's prompt, drawn from all that taught anything, and preferred there
    to the good reply or, where none was found, to the bad one: what is left is that one lets go, and not when."""
    places: dict[str, Signal] = {}
    for one in sorted(signals, key=lambda one: one.kind is SignalKind.LETTING_GO):
        places.setdefault(one.episode, one)
    words, rng = partings(signals), Random(f"dealt {seed}")
    prompts = rng.sample([places[name] for name in sorted(places)], len(words))
    return [
        replace(
            where,
            id=f"dealt/{n}",
            kind=SignalKind.LETTING_GO,
            chosen=one.chosen,
            rejected=where.chosen if where.kind is SignalKind.LABEL else where.rejected,
        )
        for n, (one, where) in enumerate(zip(words, prompts, strict=True))
    ]
