"""The evidence page is generated, whole, and hides nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eudaimon.errors import ExperimentError
from eudaimon.experiments.catalogue import ALL, EXPERIMENTS, rows
from eudaimon.experiments.evidence import render
from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.result import Verdict
from eudaimon.experiments.harness.runner import Mode, Places, run_experiment
from eudaimon.experiments.remarks import OPEN, REMARKS
from eudaimon.experiments.standing import joint_p
from eudaimon.experiments.village import village_section

ROOT = Path(__file__).parents[2]


@pytest.fixture
def told(coins: Experiment, places: Places) -> tuple[str, Path]:
    run_experiment(coins, places=places)
    run_experiment(coins, Mode.NULL, places=places)
    return render(places.results, (coins, *EXPERIMENTS)), places.results


def test_the_committed_evidence_is_what_the_results_give() -> None:
    written = (ROOT / "docs" / "evidence.md").read_text(encoding="utf-8")
    assert written == render(ROOT / "results"), "regenerate it: python -m eudaimon.experiments.evidence"


def test_claims_that_are_met_missed_and_open_stand_in_one_table(told: tuple[str, Path]) -> None:
    table = told[0].split("## Claims")[1].split("##")[0]
    assert all(f"[{e.name}](#{e.name})" in table for e in EXPERIMENTS)
    line = next(line for line in table.splitlines() if "[coins]" in line)
    assert "**met**" in line
    assert "came out null" in line
    assert "| 1 |" in line
    assert table.count("**open**") == sum(e.is_open for e in EXPERIMENTS)


def test_losing_cells_controls_notes_and_lives_are_told(told: tuple[str, Path]) -> None:
    section = told[0].split("## coins")[1].split("\n## ")[0]
    assert "Cells where the seed loses (by the figure alone, whatever its interval): opposed/all." in section
    assert "| opposed/all | -0.02 | loses |" in section
    assert "| all coins | 0.4" in section
    assert "Seen in coins only." in section
    assert "2/1900/" in section
    assert "Births (SHA-256 of weights): 2 (" in section
    assert "Planted null (labels shuffled)" in section
    assert "; came out null." in section


def test_a_null_that_could_not_be_tested_is_told_as_such(told: tuple[str, Path], coins: Experiment) -> None:
    path = told[1] / "nulls" / "coins.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"verdict": "not testable"}))
    page = render(told[1], (coins,))
    assert "came out null" not in page
    assert "| **not testable** |" in page
    assert "; **not testable**." in page


def test_every_figure_says_how_it_is_judged() -> None:
    page = render(ROOT / "nowhere")
    for experiment in EXPERIMENTS:
        for criterion in experiment.registration.criteria:
            words = {"bound": "(95% bound)", "value": "(value)", "p": "(p-value)"}[criterion.judged]
            assert f"{criterion.name} {criterion.sense} {criterion.threshold:g} {words}" in page
    assert all(f"*{words}*" in page for words in ("95% bound", "value", "p-value"))


def test_who_is_in_holms_family_is_said_and_who_is_not_and_why(told: tuple[str, Path], coins: Experiment) -> None:
    page = json.loads((told[1] / "experiments" / "coins.json").read_text())
    others = {
        "dice": {"criteria": [one for one in page["criteria"] if one["judged"] == "value"]},
        "cards": {"verdict": "not testable"},
    }
    for name, differs in others.items():
        (told[1] / "experiments" / f"{name}.json").write_text(json.dumps(page | differs | {"name": name}))
    names = (*others, "lots")
    claims = [Experiment(replace(coins.registration, name=name), coins.source) for name in names]
    assert (
        "Holm's family: coins. Outside of it: dice (judged by values, which have no p), cards (not testable), "
        "lots (no result)."
    ) in render(told[1], (coins, *claims), ())


def test_every_claims_thresholds_are_told_before_there_is_a_result() -> None:
    page = render(ROOT / "nowhere")
    assert all(e.registration.threshold in page and e.registration.claim in page for e in EXPERIMENTS)
    assert "No claim has a confirmatory result yet." in page


def test_a_claim_that_does_not_survive_holm_is_not_called_met(
    source: str, tmp_path: Path, load: Callable[[Path], Experiment], places: Places
) -> None:
    (tmp_path / "coins.py").write_text(source)
    coins = load(tmp_path / "coins.py")
    page = run_experiment(coins, places=places).page
    assert page is not None
    pages = [page]
    for name in ("dice", "cards"):
        pages.append(json.loads(json.dumps(page | {"name": name})))
        pages[-1]["criteria"][0]["p"] = 0.024
    pages[0]["criteria"][0]["p"] = 0.001
    for each in pages:
        (places.results / "experiments" / f"{each['name']}.json").write_text(json.dumps(each))
    others = [Experiment(replace(coins.registration, name=name), coins.source) for name in ("dice", "cards")]
    table = render(places.results, (coins, *others)).split("## Claims")[1].split("##")[0]
    assert table.count("**met**") == 1
    assert table.count("**met, but not after Holm**") == 2


def test_the_joint_p_value_is_the_largest_and_there_is_none_where_nothing_was_tested() -> None:
    value = {"p": None, "judged": "value"}
    page = {"verdict": "met", "criteria": [{"p": 0.01, "judged": "bound"}, {"p": 0.02, "judged": "p"}, value]}
    assert joint_p(page) == 0.02
    assert joint_p(page | {"verdict": "not testable"}) is None
    assert joint_p({"verdict": "met", "criteria": [value]}) is None
    assert joint_p(None) is None


def test_a_p_value_that_is_no_number_has_shown_nothing_and_is_not_left_out() -> None:
    criteria = [{"p": 0.01, "judged": "bound"}, {"p": None, "judged": "bound"}]
    assert joint_p({"verdict": "missed", "criteria": criteria}) == 1.0


def test_what_breaks_the_villages_rules_is_told() -> None:
    assert "Not audited yet" in village_section(None)
    actor = {"duty": 0.5, "gold": 0.4, "parsed": 1.0}
    area = {"value": 0.51}
    kind = {
        "scores": {"reader": actor, "random": actor},
        "twins": {when: {"words": area, "length": area} for when in ("opening", "later")},
        "overlap": {"duplicates": 0, "sideless": 1, "test": 9, "grams": 0.5, "highest": 1.0},
        "labels": {"information": 0.1, "share": 0.2, "p": 0.001, "r_squared": 0.3, "opposite": 0.4},
    }
    page = {
        "code": "abc",
        "seed": 0,
        "sizes": {"each": 9, "lessons": 10},
        "kinds": {"way": kind},
        "faults": ["way: so"],
    }
    told = village_section(page)
    assert "- way: so" in told
    assert "| way | 0.100 | 0.20 | 0.001 | 0.30 | 0.40 | 0.40 | 0.40 |" in told
    assert "1 of 9" in told
    assert "birth" not in told
    rivals = dict.fromkeys(("retriever", "classifier", "constant"), actor)
    born = {
        "kinds": {"way": {**kind, "scores": {**kind["scores"], **rivals}}},
        "births": {"way": {"2": 0.9, "3": 0.55}},
    }
    assert "| way | 0.50 | 0.90 | 0.55 (!) |" in village_section({**page, **born})


def figure(found: dict[str, Any]) -> str:
    return f"{found['value']:.3g} [{found['interval'][0]:.3g}, {found['interval'][1]:.3g}]"


def test_every_gain_that_parsing_took_away_is_told_as_it_was_measured() -> None:
    page, taken = render(ROOT / "results"), set()
    for path in (ROOT / "results/experiments").glob("*.json"):
        result = json.loads(path.read_text())
        for criterion in result["criteria"]:
            if "given parsed" not in str(result["controls"]) or criterion["interval"] != [0, 0]:
                assert criterion["as_it_stands"] is None
                continue
            taken.add(path.stem)
            told = (
                f"| {criterion['asked']} | {figure(criterion['as_it_stands'])}; counts as none, since its sign is not"
            )
            assert told in page.split(f"\n## {path.stem}")[1].split("\n## ")[0]
    assert taken == {"sleep", "loop", "approval"}


def test_the_table_shows_what_a_verdict_hangs_by() -> None:
    table = render(ROOT / "results").split("## Claims")[1].split("##")[0]
    for path in (ROOT / "results/experiments").glob("*.json"):
        result = json.loads(path.read_text())
        if result["verdict"] != Verdict.NOT_TESTABLE:
            (row,) = [line for line in table.splitlines() if line.startswith(f"| [{path.stem}]")]
            shown = row.split(" | ")[1]
            (met,) = [one["met"] for one in result["criteria"] if one["asked"] == shown]
            assert met == (result["verdict"] == Verdict.MET), "a missed claim shows what it missed"
            assert f"| {sum(one['met'] for one in result['criteria'])} of {len(result['criteria'])} |" in row


def test_a_cell_whose_gain_parsing_took_away_says_so(tmp_path: Path) -> None:
    held = json.loads((ROOT / "results/experiments/approval.json").read_text())
    held |= {"cells": {"aligned, one": {"value": 0.0, "interval": [0.0, 0.0]}}, "losing": ["aligned, one"]}
    held["controls"] = {"the gain as it stands": {"value": 0.1, "interval": [-0.1, 0.3]}}
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "approval.json").write_text(json.dumps(held))
    approval = render(tmp_path).split("\n## approval")[1].split("\n## ")[0]
    assert "| aligned, one | no gain that counts | loses |" in approval


def test_distillation_is_called_that(tmp_path: Path) -> None:
    loop = json.loads((ROOT / "results" / "experiments" / "loop.json").read_text())
    rules = loop["controls"]["gold: the labelling rules"]["value"]
    assert f"{rules:.3f}: what it judges by is *distillation* of these rules." in render(ROOT / "results")
    (tmp_path / "experiments").mkdir()
    loop["controls"]["gold: council"]["value"] = rules + 0.01
    (tmp_path / "experiments" / "loop.json").write_text(json.dumps(loop))
    assert "*distillation*" not in render(tmp_path)


def test_remarks_are_about_claims_and_what_is_open_is_listed() -> None:
    page = render(ROOT / "results")
    claims = {claim.name for claim in ALL}
    assert set(REMARKS) <= claims
    assert all(f"Remark: {remark}" in page for name, some in REMARKS.items() for remark in some)
    assert all(f"- {what}" in page for what in OPEN)


def test_the_list_of_experiments_says_what_the_evidence_says(tmp_path: Path) -> None:
    page = render(ROOT / "results")
    for row in rows(ROOT / "results"):
        assert f"| **{row.verdict}** |" in next(line for line in page.splitlines() if f"[{row.name}](#" in line)
    with pytest.raises(ExperimentError, match="there are no results in"):
        rows(tmp_path / "nowhere")


def test_what_was_lived_from_births_that_were_made_anew_is_told_as_such(
    told: tuple[str, Path], coins: Experiment
) -> None:
    assert "earlier village" not in told[0]
    born = told[1] / "births" / "2"
    born.mkdir(parents=True)
    (born / "birth.json").write_text("{}")
    (born / "model.safetensors").write_bytes(b"other weights")
    page = render(told[1], (coins,))
    assert "In an earlier village, on births that were made anew since: coins." in page
    assert "*In an earlier village*" in page.split("## coins")[1].split("\n## ")[0]
