"""Nights under other judges: one day is lived, every arm sleeps on a copy of it, and may live on from there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.dialogue import Signal, Stage
from eudaimon.evals.actors import Actor, Speaker
from eudaimon.experiments.arms.births import parameters
from eudaimon.experiments.arms.field import Field
from eudaimon.experiments.arms.speech import by_day
from eudaimon.experiments.harness.effort import flops
from eudaimon.language import LanguageModel
from eudaimon.life import Life, Manner, VillageWorld
from eudaimon.life.step import Doing, Step
from eudaimon.night import CouncilCritic, Critic, sleep
from eudaimon.night import Settings as NightSettings
from eudaimon.night.signals import Tries

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel

Figures = dict[str, Any]
DAY = "day"
BY_DAY, AT_GATE = 48, 96
"""Conversations of the day, and before the morning gate."""
NIGHTS = NightSettings(dreams=60)


def live_day(
    desk: Desk,
    model: LocalModel,
    place: str = DAY,
    *,
    manner: Manner | None = None,
    gated: bool = True,
    length: int = 1,
) -> Figures:
    """A day that arms share, in the folder `place` of this life.

    Args:
        desk, model: of this life.
        place: for lives whose day is not the same for all arms.
        manner: how the persona speaks and who judges it.
        gated: False where candidates speak whatever a gate says of them: then nobody comes to one.
        length: how many times as long as usual it is.
    """
    world = VillageWorld(desk.life.village, length * BY_DAY, AT_GATE if gated else 0, probed=False)
    before = work(model)
    with Life.begin(desk.folder / place, model, seed=desk.life.seed, world=world, manner=manner, nights=NIGHTS) as life:
        chapter = life.take(Step(Doing.DAY, 1))
    return {"figures": dict(chapter.figures), "flops": work(model) - before}


def live_on(desk: Desk, model: LocalModel, arm: str, number: int) -> Figures:
    """Day `number` of an arm, lived before its council by the candidate of the night before, whatever a gate said of
    it: a gate that held it back would hide what the night did. It is lived on a copy of the arm, see `day_of`."""
    place = desk.folder / day_of(arm, number)
    _copy(desk.folder / arm, place)
    before = work(model)
    with Life.open(place, model) as life:
        night = life.store.night(number - 1)
        if night and night.candidate:
            life.rollback(night.candidate)
        chapter = life.take(Step(Doing.DAY, number))
    return {"figures": dict(chapter.figures), "flops": work(model) - before}


def sleep_on(desk: Desk, model: LocalModel, arm: str, judge: Callable[[Life], Critic], count: int) -> list[Figures]:
    """`count` nights of an arm, the first one after the day that arms share, each other one after a day of its own, and
    all without a gate, since each candidate lives on; see `sleep_as` and `live_on`."""
    slept = [desk.once(f"night {arm}", partial(sleep_as, desk, model, arm, judge, gated=False))]
    for number in range(2, count + 1):
        desk.once(f"day {number} {arm}", partial(live_on, desk, model, arm, number))
        night = partial(sleep_as, desk, model, arm, judge, number, day=day_of(arm, number), gated=False)
        slept.append(desk.once(f"night {number} {arm}", night))
    return slept


def day_of(arm: str, number: int) -> str:
    """The folder of day `number`, from the second on, of an arm: all that the arm has lived up to then."""
    return f"{arm} day {number}"


def sleep_as(
    desk: Desk,
    model: LocalModel,
    arm: str,
    judge: Callable[[Life], Critic],
    number: int = 1,
    *,
    day: str = DAY,
    seed: int | None = None,
    gated: bool = True,
) -> Figures:
    """Night `number`, judged by another critic: figures, the gate's reasons, the work it took, and where the
    candidate's and the adopted persona's adapters lie (empty: the base speaks).

    The copy of the day is made afresh also where an earlier call was stopped in the middle of the night: the work is
    that of the whole night, so that nobody is held against the rest of one.

    Args:
        desk, model: of this life.
        arm: the folder of the copy.
        judge: who judges that night.
        number: of the night.
        day: the folder of the day that the night follows, with all that was lived before it.
        seed: of the night; by default it follows from the life's.
        gated: False where candidates are taken whatever a gate says of them: then nobody comes to one.
    """
    place = desk.folder / arm
    _copy(desk.folder / day, place)
    model.load_adapter(None)
    before = work(model)
    with Life.open(place, model) as life:
        night = sleep(
            life.store,
            model,
            judge(life),
            life.charter,
            life.nights,
            number=number,
            directory=place,
            gate_talks=life.world.gate(number) if gated else (),
            seed=seed,
        )
    candidate = place / "personas" / night.candidate if night.candidate else None
    gate = night.gate
    return {
        "candidate": _below(candidate, desk.folder),
        "adopted": _below(candidate, desk.folder) if gate and gate.adopted else "",
        "gate": list(gate.reasons) if gate else [],
        "figures": {**night.figures, **(gate.figures if gate else {})},
        "flops": work(model) - before,
    }


def draw_as(
    desk: Desk,
    model: LanguageModel,
    arm: str,
    judge: Callable[[Life], Critic],
    settings: NightSettings,
    watch: Callable[[Sequence[Tries]], None] = lambda tries: None,
) -> list[Signal]:
    """What a night after that day would learn from, judged by another critic and spent by other settings, on a copy of
    the day that is made afresh: nothing is trained, nobody comes to the gate. `watch` is told what was tried."""
    place = desk.folder / arm
    _copy(desk.folder / DAY, place)
    with Life.open(place, model) as life:
        sleep(
            life.store,
            model,
            judge(life),
            life.charter,
            replace(settings, speech=life.nights.speech),
            number=1,
            directory=place,
            gate_talks=(),
            until=Stage.SIGNALLED,
            watch=watch,
        )
        return life.store.signals(1)


def _copy(whole: Path, place: Path) -> None:
    part = place.with_name(f".{place.name}.part")
    for old in (part, place):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(whole, part)
    part.rename(place)


def latest(slept: Sequence[Figures]) -> str:
    """The adapter of the last candidate of some nights; a night in which nothing was learned has none."""
    return next((str(night["candidate"]) for night in reversed(slept) if night["candidate"]), "")


def wear(desk: Desk, model: LocalModel, adapter: str) -> LocalModel:
    """`model`, speaking with an adapter as `sleep_as` names it."""
    model.load_adapter(desk.folder / adapter if adapter else None)
    return model


def council(life: Life) -> Critic:
    """The night's own judge."""
    return CouncilCritic.of(life.council, life.nights.speech.points, life.nights.whole)


def tested(desk: Desk, model: LocalModel, field: Field, adapter: str) -> Figures:
    """What a persona's replies on the field are worth, sampled, without the council; see `Field.worth`."""
    name = f"test {adapter.replace('/', ' ') or 'base'}"
    speech = by_day(desk.life.seed, reflect=False)
    return desk.once(name, lambda: measured(model, field, Speaker(wear(desk, model, adapter), None, speech)))


def measured(model: LocalModel, field: Field, actor: Actor) -> Figures:
    """What an actor's replies on the field are worth, and the work that they took."""
    model.forget()
    before = work(model)
    return {**field.worth(field.play(actor)), "flops": work(model) - before}


def skilled(desk: Desk, model: LocalModel, adapter: str, skill: Callable[[LocalModel, int], float]) -> float:
    """A skill of a persona's, in [0, 1]."""
    name = f"skill {adapter.replace('/', ' ') or 'base'}"
    return desk.once(name, lambda: skill(wear(desk, model, adapter), desk.life.seed))


def work(model: LocalModel) -> float:
    """Floating-point operations of everything that `model` has done; backward passes form the weight gradients of an
    adapter alone, which are too few to count."""
    return flops(model.usage, parameters(model), trained=0)


def _below(path: Path | None, folder: Path) -> str:
    return str(path.relative_to(folder)) if path else ""
