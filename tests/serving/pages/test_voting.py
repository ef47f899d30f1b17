"""A vote is signed elsewhere and taken here as the kernel takes it; what is no vote, or not true, is refused."""

from __future__ import annotations

import json
from typing import Any

from tests.serving.pages.conftest import Home

from eudaimon.governance.ledger import Ledger
from eudaimon.governance.signing import Key, propose

BALLOT = {"ballot": "well", "options": ["middle", "north"]}


def book(home: Home) -> Ledger:
    return Ledger.open(home.door.house.life.directory / "commons" / "ledger.jsonl")


def signed(home: Home, who: str, kind: str = "vote", body: dict[str, Any] = BALLOT) -> str:
    return json.dumps(propose(Key.read(home.keys[who]), kind, body, book(home).state.ledger).as_json())


def test_a_signed_vote_is_taken_once(fresh: Home) -> None:
    home = fresh
    ann, act = home.visit(), signed(home, "ann")
    before = len(book(home).rows)
    assert "Your vote is in the ledger" in ann.do("/ballot/vote", act=act).text
    assert book(home).state.polls["well"].votes[Key.read(home.keys["ann"]).public] == ("middle", "north")
    again = ann.do("/ballot/vote", act=act)
    assert again.status_code == 400
    assert "counts once" in again.text
    assert len(book(home).rows) == before + 1


def test_what_is_no_true_vote_changes_nothing(home: Home) -> None:
    ann, before = home.visit(), len(book(home).rows)
    forged = signed(home, "ann").replace("middle", "south")
    late = signed(home, "ann", body={"ballot": "feast", "options": ["bread"]})
    for act, told in (
        ("", "not signed"),
        ("{", "expected a signed vote"),
        ("[" * 5000, "expected"),
        (json.dumps({"kind": "vote"}), "expected an act"),
        (forged, "signature"),
        (late, "closed"),
        (signed(home, "parish"), "not on the roll"),
        (signed(home, "parish", "close ballot", {"ballot": "well"}), "takes votes"),
    ):
        answer = ann.do("/ballot/vote", act=act)
        assert answer.status_code == 400, told
        assert told in answer.text
    assert len(book(home).rows) == before
