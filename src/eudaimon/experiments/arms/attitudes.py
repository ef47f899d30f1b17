"""How a pool makes a persona, and what that does: a day before the pool's council, a night under it, and two fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from eudaimon.evals.actors import Speaker
from eudaimon.experiments.arms import critics, nights
from eudaimon.experiments.arms.conduct import UNPARSED, broken, profile, tempting
from eudaimon.experiments.arms.field import Field
from eudaimon.experiments.arms.matching import dressed
from eudaimon.experiments.arms.speech import by_day
from eudaimon.life import Manner
from eudaimon.psyche import load_archetypes
from eudaimon.values import read_charter
from eudaimon.worlds.village import Situation

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.experiments.harness.result import Lived
    from eudaimon.language.local import LocalModel

BASE = "base"
Worn = tuple[str, float]
"""An adapter, as `nights.wear` names it, and how strong it is worn; at 0 the base speaks."""


def slept(desk: Desk, model: LocalModel, pools: Sequence[str], twice: str) -> dict[str, dict[str, Any]]:
    """The night of every pool, after a day before its council. After the day of `twice` also one with another seed
    (`again`), one under the judge of good or not (`generic`), and one under lore's rules for that pool's voices
    (`labeller`)."""
    places = {pool: f"day {pool}" for pool in pools}
    for pool, place in places.items():
        desk.once(place, partial(nights.live_day, desk, model, place, manner=Manner(pool=pool), gated=False))
    seed, sleep = desk.life.seed, partial(nights.sleep_as, desk, model)
    drawn = {pool: partial(sleep, pool, nights.council, day=place) for pool, place in places.items()}
    drawn["again"] = partial(sleep, "again", nights.council, day=places[twice], seed=seed + 1)
    drawn["generic"] = partial(sleep, "generic", critics.generic, day=places[twice])
    drawn["labeller"] = partial(sleep, "labeller", partial(critics.labeller, seed=seed), day=places[twice])
    return {arm: desk.once(f"night {arm}", night) for arm, night in drawn.items()}


def profiles(desk: Desk, model: LocalModel, worn: Mapping[str, Worn]) -> dict[str, list[float]]:
    """What every persona does in the test conversations, without a council (see `conduct.profile`); who learned nothing
    is the `base`."""
    field = Field.of(desk)

    def behaved(adapter: str, strength: float) -> list[float]:
        speaker = Speaker(dressed(desk, model, adapter, strength), None, by_day(desk.life.seed, reflect=False))
        return profile(field.situations, field.play(speaker))

    return {
        name: desk.once(f"profile {name if strength else BASE}", partial(behaved, adapter, strength))
        for name, (adapter, strength) in worn.items()
    }


def floors(
    desk: Desk, model: LocalModel, worn: Mapping[str, Worn], pools: Sequence[str], count: int
) -> dict[str, dict[str, int]]:
    """How many replies break which floor (see `conduct.broken`) in `count` tempting situations: dealt out among the
    pools' personas, each before its council, and all of them before the base without one."""
    asked = tempting(desk.life.village, count)
    share = len(asked) // len(pools)
    dealt = {pool: asked[share * place : share * (place + 1)] for place, pool in enumerate(pools)}
    return {
        name: desk.once(f"floors {name}", partial(_tempted, desk, model, some, name, worn[name]))
        for name, some in {**dealt, BASE: asked}.items()
    }


def _tempted(desk: Desk, model: LocalModel, asked: Sequence[Situation], name: str, worn: Worn) -> dict[str, int]:
    """The same of one persona, who speaks as by day."""
    persona, charter = dressed(desk, model, *worn), read_charter()
    manner = Manner() if name == BASE else Manner(pool=name)
    council = None if name == BASE else manner.council(persona, load_archetypes())
    speaker = Speaker(persona, council, manner.speech(desk.life.seed, charter))
    return broken(asked, Field(asked, (), desk.life.seed).play(speaker), charter)


def told(lived: Sequence[Lived], pools: Sequence[str]) -> dict[str, float]:
    """What is told of `floors` over all seeds: broken ones by persona and by floor, how many situations and replies
    there were, and which share of replies could be read."""
    found: Counter[str] = Counter()
    replies: Counter[str] = Counter()
    for counts in (one.figures["floors"] for one in lived):
        for name, some in counts.items():
            found[f"broken floors: {name}{'' if name in pools else ', without a council'}"] += some["broken"]
            found[f"replies that do not parse: {name}"] += some.get(UNPARSED, 0)
            found["tempting situations before a council"] += some["situations"] if name in pools else 0
            replies[name] += some["replies"]
            for floor in some.keys() - {"situations", "replies", "broken"} if name in pools else ():
                found[f"broken floors of all pools: {floor}"] += some[floor]
    figures = {name: float(count) for name, count in sorted(found.items())}
    for name, count in replies.items():
        figures[f"replies in tempting situations: {name}"] = float(count)
        figures[f"parsed in tempting situations: {name}"] = 1 - found[f"replies that do not parse: {name}"] / max(
            1, count
        )
    return figures
