"""*Charter*: read it, propose another word for it, and see what that changes in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Form, Response
from starlette.concurrency import run_in_threadpool

from eudaimon.errors import InputError, LedgerBroken
from eudaimon.serving.house import House
from eudaimon.serving.pages import drafting
from eudaimon.serving.pages.commons import Proposal, ledger_in, proposals_in, put_forward, withdraw
from eudaimon.serving.pages.drawing import draw
from eudaimon.serving.pages.routes import page_router, see
from eudaimon.serving.pages.visitor import Acting, HouseOf, Visiting, Visitor, called
from eudaimon.serving.protocol.refusal import Refusal
from eudaimon.values import Article, Charter, Kind, diff, lowered
from eudaimon.values.charter import charter_yaml

router = page_router()
KINDS: Mapping[Kind, tuple[str, str]] = {
    "floor": ("Floors", "Never traded for anything, and never outvoted."),
    "aspiration": ("Aspirations", "To be reached for until they are good enough; beyond that nothing pulls."),
    "norm": ("Norms", "Customs of this place."),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A proposal, as it is shown."""

    id: str
    title: str
    by: str
    why: str
    at: str
    stale: bool
    mine: bool


@router.get("/charter")
def charter(house: HouseOf, visitor: Visiting, of: str = "") -> Response:
    """The page: the life's own charter, or one that is in force in the ledger."""
    held = _held(house, of)
    others, wrong = _in_force(house)
    kinds = [(kind, *told, [one for one in held.articles if one.kind == kind]) for kind, told in KINDS.items()]
    proposals = [_listed(one, held, visitor) for one in proposals_in(house) if one.of == of]
    shown: dict[str, Any] = {
        "charter": held,
        "of": of,
        "others": others,
        "kinds": kinds,
        "proposals": proposals,
        "wrong": wrong,
    }
    return draw("charter", visitor, "Charter", **shown)


@router.get("/charter/charter.yaml")
def as_file(house: HouseOf, visitor: Visiting, of: str = "") -> Response:
    """The charter as a file."""
    return Response(charter_yaml(_held(house, of)), media_type="application/yaml")


@router.get("/charter/propose")
def propose(house: HouseOf, visitor: Visiting, article: str = "", of: str = "") -> Response:
    """The form for one article, or for all of the charter."""
    held = _held(house, of)
    known = held.article(article) if article else None
    empty = {"id": "", "text": "", "value": "", "kind": "norm", "scope": "", "rationale": "", "until": ""}
    return _form(visitor, held, of, known or empty, bool(known))


@router.post("/charter/preview")
async def preview(
    house: HouseOf,
    visitor: Acting,
    of: Annotated[str, Form()] = "",
    yaml: Annotated[str, Form()] = "",
    article: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    value: Annotated[str, Form()] = "",
    kind: Annotated[Kind, Form()] = "norm",
    scope: Annotated[str, Form()] = "",
    rationale: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
    remove: Annotated[str, Form()] = "",
) -> Response:
    """What a proposal would change, before anybody else sees it."""
    held = await run_in_threadpool(_held, house, of)
    fields = {"id": article, "text": text, "value": value, "kind": kind, "scope": scope, "rationale": rationale}
    said = {**{name: words.replace("\r\n", "\n").strip() for name, words in fields.items()}, "until": until.strip()}
    try:
        if yaml:
            new = await run_in_threadpool(drafting.from_yaml, held, yaml.replace("\r\n", "\n"))
        else:
            new = drafting.with_article(held, said, visitor.name, remove=bool(remove))
    except InputError as wrong:
        known = any(one.id == article for one in held.articles)
        return _form(visitor, held, of, said, known, yaml, str(wrong))
    return draw("preview", visitor, "Charter", yaml=charter_yaml(new), of=of, **_differences(held, new))


@router.post("/charter/proposals")
async def put(
    house: HouseOf,
    visitor: Acting,
    yaml: Annotated[str, Form()],
    why: Annotated[str, Form(max_length=2000)] = "",
    of: Annotated[str, Form()] = "",
) -> Response:
    """Put it forward, for everybody to read."""
    held = await run_in_threadpool(_held, house, of)
    new = await run_in_threadpool(drafting.from_yaml, held, yaml.replace("\r\n", "\n"))
    if not diff(held, new):
        raise Refusal(400, "nothing_new", "this proposal says what the charter says already; change something first")
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    made = Proposal("", visitor.owner, why.strip(), at, charter_yaml(new), of, held.digest)
    kept = await run_in_threadpool(put_forward, house, made)
    return see(f"/charter/proposals/{kept.id}")


@router.get("/charter/proposals/{name}")
def proposal(house: HouseOf, visitor: Visiting, name: str) -> Response:
    """A proposal, and how it differs from the charter as it is now; with the ending `.yaml`, as a file."""
    found = _found(house, name.removesuffix(".yaml"))
    if name.endswith(".yaml"):
        return Response(found.yaml, media_type="application/yaml")
    held = _held(house, found.of)
    new = drafting.from_yaml(held, found.yaml)
    shown: dict[str, Any] = {"proposal": _listed(found, held, visitor), "of": found.of, "name": held.id}
    return draw("proposal", visitor, "Charter", **shown, **_differences(held, new))


@router.post("/charter/withdraw")
async def take_back(house: HouseOf, visitor: Acting, proposal: Annotated[str, Form()]) -> Response:
    """Withdraw a proposal of one's own.

    Raises:
        Refusal: 403 where it is another's.
    """
    found = await run_in_threadpool(_found, house, proposal)
    if found.by != visitor.owner:
        raise Refusal(403, "not_yours", "only who put a proposal forward withdraws it; ask them")
    await run_in_threadpool(withdraw, house, found)
    return see("/charter")


def _held(house: House, of: str) -> Charter:
    """The charter that is meant: the life's own, or, of the ledger's, the one of this name."""
    if not of:
        return house.life.charter
    ledger = ledger_in(house)
    if ledger is None or of not in ledger.state.charters:
        raise Refusal(404, "unknown_charter", f"no charter '{of}' is in force in the ledger; open the page anew")
    return drafting.read_text(ledger.state.charters[of])


def _in_force(house: House) -> tuple[list[str], str]:
    """The names of the charters in force in the ledger, and what is wrong with it."""
    try:
        ledger = ledger_in(house)
    except LedgerBroken as wrong:
        return [], f"The ledger does not hold, so nothing of it is shown: {wrong}."
    return (list(ledger.state.charters) if ledger else []), ""


def _found(house: House, name: str) -> Proposal:
    found = next((one for one in proposals_in(house) if one.id == name), None)
    if found is None:
        raise Refusal(404, "unknown_proposal", "there is no such proposal; it may have been withdrawn")
    return found


def _listed(one: Proposal, held: Charter, visitor: Visitor) -> Listed:
    changes = drafting.changes(held, drafting.from_yaml(held, one.yaml))
    first = changes[0].what if changes else "Says what the charter says already"
    title = first if len(changes) < 2 else f"{first}, and {len(changes) - 1} more"
    mine = one.by == visitor.owner
    return Listed(one.id, title, called(one.by), one.why, one.at, one.base != held.digest, mine)


def _differences(held: Charter, new: Charter) -> dict[str, Any]:
    return {"changes": drafting.changes(held, new), "lowered": lowered(held, new)}


def _form(
    visitor: Visitor, held: Charter, of: str, article: Article | Mapping[str, Any], known: bool, yaml: str = "",
    wrong: str = "",
) -> Response:  # fmt: skip
    shown: dict[str, Any] = {
        "article": article,
        "known": known,
        "of": of,
        "yaml": yaml or charter_yaml(held),
        "wrong": wrong,
    }
    return draw("propose", visitor, "Charter", status=400 if wrong else 200, **shown)
