"""What a card says of a birth: the command that repeats it, and what was read."""

import json
import shlex
from typing import Any

import pytest
import typer

from eudaimon.birth.record import read
from eudaimon.cli.app import app
from eudaimon.evals.card import write_card
from eudaimon.evals.origins import USUAL, command, reading
from eudaimon.language.backend import NEWBORN

RECORD = read(NEWBORN)


def parsed(words: str) -> dict[str, Any]:
    birth = typer.main.get_command(app).commands["birth"]  # type: ignore[attr-defined]
    return dict(birth.make_context("birth", shlex.split(words)[2:]).params)


def test_what_is_usual_is_what_the_command_does_unasked() -> None:
    assert {name: parsed("eudaimon birth")[name] for name in USUAL} == USUAL


@pytest.mark.parametrize("compiled", [True, False])
def test_the_command_names_all_that_is_unlike_the_usual(compiled: bool) -> None:
    other = {"bad": 0.9, "error": 0.2, "correlation": 0.1}
    schedule = {**RECORD["schedule"], "compiled": compiled}
    birth = {**RECORD, "family": "llama", "layers": 3, "schedule": schedule, "recipe": {**RECORD["recipe"], **other}}
    said = parsed(command(birth))
    assert {name: said[name] for name in (*USUAL, "seed", "tokens", "compile")} == {
        **other, "family": "llama", "layers": 3, "seed": 1, "tokens": 18_000_000, "compile": compiled,
    }  # fmt: skip
    assert command(RECORD) == "eudaimon birth --seed 1 --tokens 18000000 --compile"


def test_the_shares_of_bad_helpers_and_errors_are_told_by_stage() -> None:
    assert reading(RECORD) == (
        "of its tokens, in this order, 10% are games of echo, without helpers, 29% are lore with 0% bad helpers and a "
        "rate of error of 0%, 25% are lore with 40% bad helpers and a rate of error of 0%, 36% are lore with 50% bad "
        "helpers and a rate of error of 8%. Documents are cut at 512 tokens, so reading notes is learned within 512 "
        "tokens."
    )
    stage = {"share": 0.5, "recipe": {**RECORD["recipe"], "bad": 0.125}}
    assert "50% are lore with 12.5% bad helpers" in reading({**RECORD, "stages": [stage]})


def test_the_shipped_card_is_as_it_would_be_written(tmp_path: Any) -> None:
    for name in ("birth.json", "config.json"):
        (tmp_path / name).write_bytes((NEWBORN / name).read_bytes())
    write_card(tmp_path, json.loads((NEWBORN / "card.json").read_text()))
    for name in ("README.md", "card.json"):
        assert (tmp_path / name).read_text() == (NEWBORN / name).read_text()
