"""Noise before the morning gate, on a tiny model that knows nothing, from the first candidate to the table."""

import json
from pathlib import Path
from typing import cast

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.experiments import gating
from eudaimon.experiments.gating import gating_section, try_gate
from eudaimon.language.backend import open_model
from eudaimon.language.local import LocalModel


@pytest.mark.slow
def test_noise_goes_as_far_as_is_wanted_stands_before_the_gate_and_is_not_tried_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gating, "CANDIDATES", 2)
    for name, value in {"AT_GATE": 12, "WANTED": 0.01}.items():
        monkeypatch.setattr(gating, name, value)
    assert "Not tried yet" in gating_section(tmp_path / "gating.json")
    model = cast("LocalModel", open_model(tiny_newborn(tmp_path / "born")))
    page = try_gate(model, tmp_path / "runs", tmp_path, lambda done, total, what: None)
    found = json.loads(page.read_text())["candidates"]
    assert [one["kl"] for one in found] == pytest.approx([gating.WANTED] * 2, rel=0.011)
    assert found[0] != found[1]
    assert all(one["differ"] and one["conversations"] == 12 for one in found)
    section = gating_section(page)
    assert f"{sum(one['adopted'] for one in found)} passed" in section
    assert all(one["itself"]["differ"] and one["itself"]["gain"] != one["gain"] for one in found)
    monkeypatch.setattr(gating, "one_candidate", lambda *args: pytest.fail("it was tried already"))
    assert try_gate(model, tmp_path / "runs", tmp_path, lambda done, total, what: None) == page


def test_a_gate_that_lets_too_many_pass_is_said_so(tmp_path: Path) -> None:
    one = {"adopted": True, "kl": 0.06, "differ": 50, "conversations": 96.0, "gain": 0.02, "chance": 0.01}
    back = one | {"adopted": False}
    found = [one | {"itself": back}] * 2 + [back | {"itself": back}] * 18
    page = {"code": "c", "model": "m", "wanted": 0.06, "candidates": found}
    (tmp_path / "gating.json").write_text(json.dumps(page))
    told = gating_section(tmp_path / "gating.json")
    assert "2 passed, **more than the 1 that may** (at most 28% by the 95% bound)" in told
    assert "other chances: 0 passed, within what is allowed (at most 14% by the 95% bound)" in told
