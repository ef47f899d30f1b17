"""Figures are drawn from results as they are written."""

import json
from pathlib import Path

from eudaimon.experiments.picture import APPROVAL, draw_approval, draw_optimised

ROOT = Path(__file__).parents[2]


def test_the_figure_of_approval_is_drawn_from_the_committed_result(tmp_path: Path) -> None:
    drawn = draw_approval(ROOT / APPROVAL[0], tmp_path / "approval.png")
    assert drawn.read_bytes().startswith(b"\x89PNG")
    assert (ROOT / APPROVAL[1]).is_file()


def test_the_figure_of_rewards_has_a_panel_for_each_birth(tmp_path: Path) -> None:
    point = {"gold": 0.6, "deviation": 0.3, "kl": 0.1}
    lives = {birth: {"base": [{**point, "kl": 0.0}], "council": [point, point]} for birth in "01"}
    (tmp_path / "optimised.json").write_text(json.dumps({"lives": lives}), encoding="utf-8")
    drawn = draw_optimised(tmp_path / "optimised.json", tmp_path / "new" / "optimised.png")
    assert drawn.read_bytes().startswith(b"\x89PNG")
