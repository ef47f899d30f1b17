"""A door of a life under an authority asks it before every turn."""

from __future__ import annotations

from pathlib import Path

from tests.life.test_authority import ANN, PARISH, Commons, Heard
from tests.serving.conftest import Open

from eudaimon.dialogue import SHARED
from eudaimon.life.authority import LEARNING


def test_a_suspended_persona_answers_nobody_until_that_is_lifted(open_door: Open, tmp_path: Path) -> None:
    commons = Commons(tmp_path)
    door = open_door(authority=commons.authority)
    with door.client("ann") as client:
        assert door.chat(client, "well?").status_code == 200
        case = commons.take("speak")
        refused = door.chat(client, "well?")
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
        assert '"code": "not_allowed"' in door.chat(client, "well?", stream=True).text
        commons.do(PARISH, "lift", case=case)
        assert door.chat(client, "well?").status_code == 200


def test_who_consented_is_guided_and_learned_from_and_the_base_answers_others(open_door: Open, tmp_path: Path) -> None:
    commons, model = Commons(tmp_path), Heard()
    commons.consent(ANN, "guidance")
    door = open_door(model=model, authority=commons.authority)
    keys = [door.key(ANN.public, learns=True), door.key("somebody", learns=True)]
    for key, sealed in zip(keys, (False, True), strict=True):
        model.sealed.clear()
        with door.client("none", Authorization=f"Bearer {key}") as client:
            assert door.chat(client, "well?").status_code == 200
        assert set(model.sealed) == {sealed}
    rule = door.house.life.rule
    assert rule is not None
    shared = door.house.life.store.episodes(source=SHARED)
    assert [rule.learns(one) for one in shared] == [False, False]
    commons.consent(ANN, LEARNING)
    assert sorted(rule.learns(one) for one in shared) == [False, True]
