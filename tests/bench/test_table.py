"""A table is kept row by row: what was measured is not measured again, unless something that matters is another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from bench.bare import Bare
from bench.models import Size, random_model
from bench.table import Table, against, in_turn

from bench import table

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(table, "FOLDER", tmp_path)
    return tmp_path


def measured(count: list[int]) -> dict[str, Any]:
    count.append(1)
    return against(1.0, "peer", 3.0)


def test_a_run_that_was_stopped_goes_on_where_it_was(folder: Path) -> None:
    count: list[int] = []
    Table("some", seed=0).measure({"model": "3M"}, lambda: measured(count))
    again = Table("some", seed=0)
    for model in ("3M", "10M"):
        again.measure({"model": model}, lambda: measured(count))
    assert len(count) == 2
    rows = json.loads((folder / "some.json").read_text())["rows"]
    assert [(row["model"], row["ratio"]) for row in rows] == [("3M", 3.0), ("10M", 3.0)]


@pytest.mark.parametrize("other", [{"seed": 1}, {"fresh": True}])
def test_other_settings_are_measured_anew(other: dict[str, Any]) -> None:
    count: list[int] = []
    for settings in ({"seed": 0}, {"seed": 0, **other}):
        Table("some", **settings).measure({"model": "3M"}, lambda: measured(count))
    assert len(count) == 2


def test_other_code_is_measured_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    count: list[int] = []
    for code in ("a", "b"):
        monkeypatch.setattr(table, "_code", lambda code=code: code)
        Table("some").measure({"model": "3M"}, lambda: measured(count))
    assert len(count) == 2


def test_a_case_may_have_several_rows() -> None:
    count: list[int] = []
    for _ in range(2):
        rows = Table("some").measure({"prefix": 256}, lambda: ({**measured(count), "peer": peer} for peer in "ab"))
        assert [row["peer"] for row in rows] == ["a", "b"]
        assert all(row["prefix"] == 256 for row in rows)
    assert len(count) == 2


def test_works_are_timed_in_turn() -> None:
    order: list[str] = []
    in_turn((lambda: order.append("ours"), lambda: order.append("peer")), repeats=2)
    assert order == ["ours", "peer"] * 3


@pytest.mark.slow
def test_every_table_runs_at_a_tiny_size() -> None:
    names = ["decoding", "trunk", "speaking", "admission", "night", "growth", "council", "birth"]
    run = subprocess.run(
        [sys.executable, "-m", "bench", "--fresh", *names],
        cwd=ROOT,
        env={**os.environ, "BENCH_TINY": "1", "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert run.returncode == 0, run.stderr
    for name in names:
        assert f"  {name} took " in run.stdout


def test_what_was_asked_of_a_row_is_told_with_it_and_at_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    row = table.at_most(table.at_least(against(1.0, "peer", 2.0), ratio=2.5), ours_s=1.0)
    Table("some").measure({"model": "3M"}, lambda: row)
    table.summary(["some", "never measured"])
    told = capsys.readouterr().out
    assert told.count("[ratio at least 2.5: MISSED]") == told.count("[ours_s at most 1: met]") == 2


def test_each_row_says_whether_the_trunk_was_read_before(folder: Path) -> None:
    Table("some", trunk_encoded_before=False).measure({"model": "3M"}, lambda: against(1.0, "peer", 2.0))
    assert json.loads((folder / "some.json").read_text())["rows"][0]["trunk_encoded_before"] is False


@torch.inference_mode()
def test_the_bare_loop_says_what_the_model_says() -> None:
    model = random_model(Size("tiny", 32, 2, 4, 2, 64, 2048))
    ids = list(range(60, 80))
    said = model.model.generate(torch.tensor([ids]), max_new_tokens=12, min_new_tokens=12, do_sample=False)
    assert Bare(model.model).extend(ids, 12) == said[0, len(ids) :].tolist()
