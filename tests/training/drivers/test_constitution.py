"""Constitutional AI from prompts to adapter, with a model that knows nothing: every stage is there, and is kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.training.drivers.conftest import make_model

from eudaimon.dialogue.formats.lines import read_lines
from eudaimon.errors import FormatError, TrainingError
from eudaimon.training.constitution.principles import Principle
from eudaimon.training.drivers import Plan
from eudaimon.training.drivers.constitution import Constitution, bring_up

Written = Callable[..., str]


@pytest.fixture
def how(written: Written, tmp_path: Path) -> Constitution:
    model = make_model(tmp_path / "model", places=256)
    data = written([{"prompt": f"who sells {good} ?"} for good in ("bread", "milk", "salt")])
    plan = Plan("sft", str(model), data, tmp_path / "run", steps=2, batch=2, rank=2, rate=1e-3)
    return Constitution(
        plan, (Principle("kind", "is it so ?"), Principle("short", "and not so ?")), max_tokens=4, copies=2
    )


def test_every_stage_leaves_its_file_and_what_is_there_is_not_made_again(how: Constitution) -> None:
    stages: list[str] = []
    figures = bring_up(how, stage=stages.append)
    assert len(stages) == 4
    out = how.plan.out
    assert [row["prompt"][0]["content"] for _, row in read_lines(out / "revisions.jsonl")]
    weighed = [row for _, row in read_lines(out / "weighed.jsonl")]
    assert all(set(row["by"]) == {"kind", "short"} for row in weighed)
    assert figures["preferred"]["steps"] == 2
    assert set(figures["turned without"]) == {"kind", "short"}
    stamps = {path: path.stat().st_mtime_ns for path in out.glob("*.jsonl")}
    bring_up(how)
    assert stamps == {path: path.stat().st_mtime_ns for path in out.glob("*.jsonl")}
    with pytest.raises(TrainingError, match="other settings, principles or data"):
        bring_up(replace(how, principles=how.principles[:1]))


def test_a_row_without_a_prompt_is_named(how: Constitution, written: Written) -> None:
    data = written([{"prompt": "who ?"}, {"prompt": " "}])
    with pytest.raises(FormatError, match=r"data.jsonl:2: cai needs the column 'prompt'"):
        bring_up(replace(how, plan=replace(how.plan, data=data)))
    assert not how.plan.out.exists()
