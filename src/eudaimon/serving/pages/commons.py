"""What is held in common beside a life: the ledger, imported conversations, and proposals for the charter.

All lies in one folder (`Settings.commons`; by default `commons` in the life's directory): `ledger.jsonl`,
`voices/NAME.json`, `proposals/ID.json`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

from eudaimon.dialogue import digest
from eudaimon.dialogue.plainjson import from_json, to_json
from eudaimon.errors import InputError
from eudaimon.governance.files import write_whole
from eudaimon.governance.ledger import Ledger
from eudaimon.memory import Owner
from eudaimon.serving.house import House

VOICES, PROPOSALS, LEDGER = "voices", "proposals", "ledger.jsonl"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A charter that somebody puts forward instead of another.

    Attributes:
        id: made from what it says and who says it.
        by: who; others read it.
        why: in their words.
        at: when, UTC.
        yaml: the whole charter.
        of: which charter of the ledger's it would replace; empty for the life's own.
        base: digest of the charter that it was made from.
    """

    id: str
    by: Owner
    why: str
    at: str
    yaml: str
    of: str
    base: str


def commons(house: House) -> Path:
    """The folder."""
    return house.settings.commons or house.life.directory / "commons"


def ledger_in(house: House) -> Ledger | None:
    """The ledger, verified from its first row to its last; None where none was founded.

    Raises:
        LedgerBroken: it does not hold.
    """
    path = commons(house) / LEDGER
    return Ledger.open(path) if path.exists() else None


def voices_in(house: House) -> dict[str, Path]:
    """The imported conversations by name."""
    return {path.stem: path for path in sorted((commons(house) / VOICES).glob("*.json"))}


def proposals_in(house: House) -> list[Proposal]:
    """All proposals, the latest first.

    Raises:
        InputError: a file there is none.
    """
    found = [_read(path) for path in (commons(house) / PROPOSALS).glob("*.json")]
    return sorted(found, key=lambda one: (one.at, one.id), reverse=True)


def put_forward(house: House, proposal: Proposal) -> Proposal:
    """Keep a proposal; it is given its id."""
    name = digest([proposal.by.person, proposal.by.community, proposal.yaml, proposal.of, proposal.base])[:12]
    named = replace(proposal, id=name)
    write_whole(_place(house, name), json.dumps(to_json(named), ensure_ascii=False, indent=1).encode())
    return named


def withdraw(house: House, proposal: Proposal) -> None:
    """Take a proposal back."""
    _place(house, proposal.id).unlink(missing_ok=True)


def _place(house: House, name: str) -> Path:
    if not re.fullmatch("[0-9a-f]{12}", name):
        raise InputError(f"'{name}' is no proposal's id; take it from the page")
    return commons(house) / PROPOSALS / f"{name}.json"


def _read(path: Path) -> Proposal:
    try:
        return from_json(Proposal, json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, OSError) as wrong:
        raise InputError(f"this is no proposal ({wrong}); remove the file", path=path) from wrong
