"""The kernel, one rule at a time."""

import pytest

from eudaimon.errors import ActRefused, BallotError, FormatError, GovernanceError, SignatureRefused
from eudaimon.governance.kernel import Do, Kernel, Load, Steer
from eudaimon.governance.signing import Act, Key, propose, read_act

A, B, C, ANN, BOT, D = (Key.of_seed(bytes([i]) * 32) for i in range(1, 7))


def at(second: int) -> str:
    return f"2026-11-26T09:00:{second:02}Z"


def centre(name: str, key: Key, *scope: str, **more) -> dict:
    return {"id": name, "key": key.public, "scope": list(scope), **more}


class Commons:
    """A founded kernel, and acts said shortly."""

    def __init__(self) -> None:
        self.kernel = Kernel(lambda old, new: sorted(set(old) - set(new)))
        founded = {
            "name": "commons",
            "charter": "ab",
            "centres": [
                centre("a", A, "*", electorate=[ANN.public]),
                centre("b", B, "charter/*", "sanction/*"),
                centre("c", C, "appeal/*", until=at(30)),
            ],
            "demands": [{"subject": "charter/*", "weights": {"a": 1, "b": 1}, "quota": 2}],
        }
        self.act(A, "found", founded, at(0))
        self.id = self.kernel.state.ledger

    def act(self, key: Key, kind: str, body: dict, now: str, *approving: Key) -> Act:
        act = propose(key, kind, body, self.kernel.state.ledger)
        for other in approving:
            act = act.approved(other)
        self.kernel.take(act, now)
        return act


@pytest.fixture
def commons() -> Commons:
    return Commons()


def test_an_unsigned_charter_does_not_load_and_one_that_two_signed_does(commons: Commons) -> None:
    with pytest.raises(SignatureRefused, match="needs signatures of weight 2"):
        commons.act(A, "adopt", {"name": "village", "text": "abc"}, at(1))
    assert not commons.kernel.rule(Load("village", "abc"), at(1)).allowed
    commons.act(A, "adopt", {"name": "village", "text": "abc"}, at(1), B)
    assert commons.kernel.rule(Load("village", "abc"), at(1)).allowed
    assert "not the charter" in commons.kernel.rule(Load("village", "ab"), at(1)).reason


def test_no_signatures_can_delete_a_floor_and_a_new_floor_of_the_commons_binds_at_once(commons: Commons) -> None:
    with pytest.raises(ActRefused, match="lose or lower the floor b"):
        commons.act(A, "adopt", {"name": "village", "text": "ac"}, at(1), B)
    commons.act(A, "adopt", {"name": "village", "text": "ab"}, at(1), B)
    commons.act(B, "adopt", {"name": "commons", "text": "abf"}, at(2), A)
    assert "lacks the commons' floor f" in commons.kernel.rule(Load("village", "ab"), at(2)).reason


def test_steering_needs_a_consent_that_binds_until_the_next_turn(commons: Commons) -> None:
    ask = Steer("bot", ANN.public, "comfort")
    done: list[str] = []
    with pytest.raises(ActRefused, match="not consented"):
        commons.kernel.perform(ask, at(1), lambda: done.append("steered"))
    given = commons.act(ANN, "consent", {"agent": "bot", "purpose": "comfort", "until": at(20)}, at(1))
    commons.kernel.perform(ask, at(2), lambda: done.append("steered"))
    assert not commons.kernel.rule(Steer("bot", ANN.public, "sales"), at(2)).allowed
    assert "ended" in commons.kernel.rule(ask, at(21)).reason
    commons.act(ANN, "revoke", {"agent": "bot"}, at(3))
    assert not commons.kernel.rule(ask, at(3)).allowed
    with pytest.raises(SignatureRefused, match="taken in before"):
        commons.kernel.take(given, at(4))
    assert done == ["steered"]


def test_time_does_not_run_backwards_for_a_request(commons: Commons) -> None:
    commons.act(ANN, "consent", {"agent": "bot", "purpose": "comfort", "until": at(5)}, at(1))
    commons.act(ANN, "consent", {"agent": "bot", "purpose": "advice"}, at(9))
    assert not commons.kernel.rule(Steer("bot", ANN.public, "comfort"), at(2)).allowed
    with pytest.raises(ActRefused, match="before the last act"):
        commons.act(ANN, "revoke", {"agent": "bot"}, at(8))


def test_sanctions_rise_step_by_step_and_take_what_they_say(commons: Commons) -> None:
    agent = BOT.public
    told = {"case": "1", "agent": agent, "step": "limit", "loses": ["trade"]}
    with pytest.raises(ActRefused, match="begin with 'warn'"):
        commons.act(B, "sanction", told, at(1))
    commons.act(B, "sanction", {"case": "0", "agent": agent, "step": "warn"}, at(1))
    assert commons.kernel.rule(Do(agent, "trade"), at(1)).allowed
    commons.act(B, "sanction", told, at(2))
    assert "case '1'" in commons.kernel.rule(Do(agent, "trade"), at(2)).reason
    assert commons.kernel.rule(Do(agent, "speak"), at(2)).allowed
    commons.act(B, "sanction", {"case": "2", "agent": agent, "step": "suspend", "until": at(9)}, at(3))
    assert not commons.kernel.rule(Do(agent, "speak"), at(9)).allowed
    assert commons.kernel.rule(Do(agent, "speak"), at(10)).allowed


def test_an_appeal_is_heard_by_another_once(commons: Commons) -> None:
    commons.act(A, "sanction", {"case": "0", "agent": BOT.public, "step": "warn"}, at(1))
    commons.act(A, "sanction", {"case": "1", "agent": BOT.public, "step": "limit", "loses": ["speak"]}, at(1))
    with pytest.raises(ActRefused, match="nobody appealed"):
        commons.act(C, "decide", {"case": "1", "upheld": False}, at(2))
    with pytest.raises(ActRefused, match="only who was sanctioned"):
        commons.act(ANN, "appeal", {"case": "1"}, at(2))
    commons.act(BOT, "appeal", {"case": "1"}, at(2))
    with pytest.raises(ActRefused, match="another centre"):
        commons.act(A, "decide", {"case": "1", "upheld": True}, at(3))
    assert not commons.kernel.rule(Do(BOT.public, "speak"), at(3)).allowed
    commons.act(C, "decide", {"case": "1", "upheld": False}, at(3))
    assert commons.kernel.rule(Do(BOT.public, "speak"), at(3)).allowed
    with pytest.raises(ActRefused, match="one a case"):
        commons.act(BOT, "appeal", {"case": "1"}, at(4))


def test_a_mandate_ends_by_its_date_and_who_leaves_signs_no_more(commons: Commons) -> None:
    assert commons.kernel.state.sits("c", at(30))
    assert not commons.kernel.state.sits("c", at(31))
    with pytest.raises(ActRefused, match="only 'b' itself"):
        commons.act(A, "exit", {"centre": "b"}, at(1))
    commons.act(B, "exit", {"centre": "b"}, at(1))
    with pytest.raises(SignatureRefused):
        commons.act(A, "adopt", {"name": "village", "text": "ab"}, at(2), B)


def test_one_key_is_one_centre(commons: Commons) -> None:
    with pytest.raises(ActRefused, match="count twice"):
        commons.act(A, "add centre", {"centre": centre("double", B, "charter/*")}, at(1))


def test_votes_by_strangers_twice_or_late_are_refused_and_nothing_is_lost(commons: Commons) -> None:
    asked = {"ballot": "well", "centre": "a", "question": "where?", "options": ["north", "south"], "rule": "approval"}
    commons.act(A, "open ballot", {**asked, "until": at(20)}, at(1))
    with pytest.raises(BallotError, match="not on the roll"):
        commons.act(BOT, "vote", {"ballot": "well", "options": ["north"]}, at(2))
    with pytest.raises(BallotError, match="names options"):
        commons.act(ANN, "vote", {"ballot": "well", "options": ["west"]}, at(2))
    commons.act(ANN, "vote", {"ballot": "well", "options": ["north"]}, at(2))
    with pytest.raises(BallotError, match="has voted"):
        commons.act(ANN, "vote", {"ballot": "well", "options": ["south"]}, at(3))
    with pytest.raises(BallotError, match="too late"):
        commons.act(ANN, "vote", {"ballot": "well", "options": ["south"]}, at(21))
    assert commons.kernel.state.polls["well"].votes == {ANN.public: ("north",)}


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("consent", {"agent": "bot"}, "purpose"),
        ("consent", {"agent": "bot", "purpose": "x", "more": 1}, "more"),
        ("consent", {"agent": "bot", "purpose": "x", "until": "tomorrow"}, "written 2026-11-26T09:00:00Z"),
        ("sanction", {"case": "1", "agent": "x", "step": "burn"}, "step"),
        ("steal", {}, "no kind of act 'steal'"),
        ("set demand", {"demand": {"subject": "*", "weights": {"nobody": 1}, "quota": 1}}, "no centre"),
        ("set demand", {"demand": {"subject": "*", "weights": {"a": 1}, "quota": 2}}, "quota of 2"),
        ("publish", {"kind": "persona", "name": "n", "version": "1", "digest": "12"}, "64 hex"),
    ],
)
def test_a_malformed_act_is_refused_and_leaves_no_trace(kind: str, body: dict, words: str, commons: Commons) -> None:
    before = len(commons.kernel.state.seen)
    with pytest.raises((FormatError, GovernanceError), match=words):
        commons.act(A, kind, body, at(1))
    assert len(commons.kernel.state.seen) == before


def test_forged_signatures_and_those_for_other_ledgers_are_refused(commons: Commons) -> None:
    act = propose(ANN, "revoke", {"agent": "bot"}, commons.id)
    forged = read_act({**act.as_json(), "by": BOT.public})
    with pytest.raises(SignatureRefused, match="not that of"):
        commons.kernel.take(forged, at(1))
    with pytest.raises(SignatureRefused, match="not that of"):
        commons.kernel.take(read_act({**act.as_json(), "body": {"agent": "other"}}), at(1))
    with pytest.raises(SignatureRefused, match="for the ledger"):
        commons.kernel.take(propose(ANN, "revoke", {"agent": "bot"}, "0" * 64), at(1))


def test_a_deputy_signs_for_its_centre_and_counts_as_it_does_once(commons: Commons) -> None:
    commons.act(A, "add centre", {"centre": centre("b", B, "charter/*", deputies=[D.public, BOT.public])}, at(1))
    commons.act(A, "adopt", {"name": "village", "text": "abc"}, at(2), D)
    assert commons.kernel.rule(Load("village", "abc"), at(2)).allowed
    with pytest.raises(SignatureRefused, match="has 1"):
        commons.act(B, "adopt", {"name": "village", "text": "abcd"}, at(3), D, BOT)


def test_a_deputy_who_may_not_sign_is_silent_and_its_centre_is_not(commons: Commons) -> None:
    commons.act(A, "add centre", {"centre": centre("b", B, "charter/*", deputies=[D.public])}, at(1))
    for case, step, loses in (("1", "warn", []), ("2", "limit", ["sign"])):
        commons.act(A, "sanction", {"case": case, "agent": D.public, "step": step, "loses": loses}, at(2))
    with pytest.raises(SignatureRefused, match="has 1"):
        commons.act(A, "adopt", {"name": "village", "text": "abc"}, at(3), D)
    commons.act(A, "adopt", {"name": "village", "text": "abc"}, at(3), B)


def test_a_deputy_cannot_take_its_centre_out_nor_serve_another(commons: Commons) -> None:
    commons.act(A, "add centre", {"centre": centre("b", B, "charter/*", deputies=[D.public])}, at(1))
    with pytest.raises(ActRefused, match="only 'b' itself"):
        commons.act(D, "exit", {"centre": "b"}, at(2))
    with pytest.raises(ActRefused, match="another centre has this key"):
        commons.act(A, "add centre", {"centre": centre("d", ANN, "ballot/*", deputies=[D.public])}, at(2))
