"""*Power*: who can force or stop what, as the ledger's demands have it."""

from __future__ import annotations

from fastapi import Response

from eudaimon.governance.ledger import utc_now
from eudaimon.governance.power import SUBJECTS, audit, monoculture, principles
from eudaimon.serving.pages.commons import ledger_in
from eudaimon.serving.pages.drawing import draw
from eudaimon.serving.pages.routes import page_router
from eudaimon.serving.pages.visitor import HouseOf, Visiting

router = page_router()


@router.get("/power")
def power(house: HouseOf, visitor: Visiting) -> Response:
    """The page."""
    ledger = ledger_in(house)
    if ledger is None:
        return draw("power", visitor, "Power", lines=[])
    state, witnesses = ledger.state, len({head.by for head in ledger.heads()})
    lines = audit(state, SUBJECTS)
    return draw(
        "power", visitor, "Power",
        lines=lines,
        warnings=[warning for line in lines for warning in line.warnings],
        centres=state.sitting(utc_now()),
        monoculture=monoculture(state),
        principles=principles(state, witnesses),
        demands=list(state.demands.values()),
    )  # fmt: skip
