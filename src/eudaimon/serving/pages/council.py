"""*Council*: who the archetypes are, where they sit, whether they are as sealed, and who disagrees with whom."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fastapi import Response

from eudaimon.psyche import Archetype, seal_of
from eudaimon.report.drawing import Dissent, dissent, titled
from eudaimon.serving.house import House
from eudaimon.serving.pages.drawing import draw
from eudaimon.serving.pages.routes import page_router
from eudaimon.serving.pages.seeing import days_of, seen_by
from eudaimon.serving.pages.visitor import HouseOf, Visiting, Visitor

router = page_router()


@dataclass(frozen=True, slots=True)
class Figure:
    """An archetype, as it is shown."""

    name: str
    title: str
    symbol: str
    concern: str
    voice: str
    card: str
    holds_floor: bool
    opposes: str
    members: str
    digest: str
    sealed: bool


@router.get("/council")
def council(house: HouseOf, visitor: Visiting) -> Response:
    """The page."""
    life = house.life
    seals = {seal.name: seal.digest for seal in life.store.seals()}
    figures = [_figure(one, seals.get(one.name, "")) for one in life.archetypes.values()]
    return draw(
        "council", visitor, "Council",
        archetypes=figures,
        pools=house.pools,
        seated=list(dict.fromkeys(name for pool in house.pools.values() for name in pool)),
        current=life.manner.pool,
        dissent=told_to(visitor, house),
    )  # fmt: skip


def told_to(visitor: Visitor, house: House) -> Dissent:
    """Who disagreed with whom over all that was lived; in words only where it is the visitor's, or nobody's."""
    record = days_of(house)
    whole, own = dissent(record), dissent(seen_by(visitor, house, record))
    hidden = len(whole.minority.items) + whole.minority.hidden - len(own.minority.items)
    return replace(whole, minority=replace(own.minority, hidden=hidden))


def _figure(one: Archetype, sealed: str) -> Figure:
    digest = seal_of(one).digest
    return Figure(
        name=one.name,
        title=titled(one.name),
        symbol=one.symbol,
        concern=one.concern,
        voice=one.voice,
        card=one.card,
        holds_floor=one.holds_floor,
        opposes=", ".join(map(titled, one.opposes)),
        members=", ".join(map(titled, one.members)),
        digest=digest,
        sealed=digest == sealed,
    )
