"""*Nights*: what each went over, dreamt and learned from, what the gate said; a steward lets another persona speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Response

from eudaimon.dialogue import PersonaRecord
from eudaimon.life import learned_in
from eudaimon.report.drawing import Record, Shown, lineage, nights
from eudaimon.serving.house import House
from eudaimon.serving.pages.drawing import draw
from eudaimon.serving.pages.routes import page_router, see
from eudaimon.serving.pages.seeing import nights_of, seen_by, sight_of
from eudaimon.serving.pages.visitor import Acting, HouseOf, Visiting, Visitor
from eudaimon.serving.protocol.refusal import Refusal

router = page_router()


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A persona, as it is shown.

    Attributes:
        record, state, about: see `report.lineage`.
        earlier: whether the one that speaks grew from it.
        private: whether its lessons may quote other people.
    """

    record: PersonaRecord
    state: str
    about: str
    earlier: bool
    private: bool


@router.get("/nights")
def slept(house: HouseOf, visitor: Visiting) -> Response:
    """The page."""
    record = nights_of(house)
    seen = seen_by(visitor, house, record)
    return draw(
        "nights", visitor, "Nights",
        nights=Shown(nights(seen).items[::-1], nights(seen).hidden),
        hidden=len(record.signals) - len(seen.signals),
        lineage=_lineage(house, visitor, record),
        tier=house.life.record.tier,
    )  # fmt: skip


@router.post("/nights/speak")
async def let_speak(house: HouseOf, visitor: Acting, persona: Annotated[str, Form()]) -> Response:
    """Let another persona speak from now on, also one that the gate did not adopt.

    Raises:
        Refusal: 403 where the visitor is no steward.
    """
    if not visitor.steward:
        raise Refusal(403, "no_steward", "only a steward lets another persona speak; ask whoever runs this house")
    await house.company.call(lambda: house.life.rollback(persona))
    return see("/nights")


def _lineage(house: House, visitor: Visitor, record: Record) -> Shown[Ancestor]:
    store, found = house.life.store, lineage(record)
    speaks = {one.id for one in store.lineage(store.current_persona().id)}
    may_see = sight_of(visitor, house)
    taught = {one.number for one in store.nights() if not all(may_see(e.id) for e in store.consumed(one.number))}
    heirs = {one.id for one in learned_in(store.personas(), taught)}
    shown = [
        Ancestor(one.record, one.state, one.about, one.record.id in speaks, one.record.id in heirs)
        for one in found.items
    ]
    return Shown(shown, found.hidden)
