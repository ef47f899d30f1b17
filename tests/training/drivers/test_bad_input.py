"""Bad input is one clear error, with the row and the remedy, before anything is trained or written."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.training.drivers.conftest import make_model
from transformers import AutoTokenizer, CLIPConfig

from eudaimon.errors import (
    CapabilityError,
    EudaimonError,
    FormatError,
    InputError,
    ModelError,
    RewardError,
    TemplateError,
    TrainingError,
)
from eudaimon.training.drivers import Plan, train
from eudaimon.training.drivers.directory import FORMAT
from eudaimon.training.drivers.rewarding import find_reward

Written = Callable[..., str]
GOOD = {"prompt": "who ?", "chosen": "Tom", "rejected": "Ann"}
SAID = [{"role": "user", "content": "who ?"}, {"role": "assistant", "content": "Tom ."}]


def run(model: Path, data: str, out: Path, method: str = "dpo", **options: Any) -> None:
    train(Plan(method, str(model), data, out, steps=2, batch=2, rank=2, options=options))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "rows", "line", "told"),
    [
        (
            "dpo",
            [{"prompt": "a", "chosen": "b"}],
            1,
            "needs the columns prompt + chosen + rejected or chosen + rejected",
        ),
        ("dpo", [GOOD, {"prompt": "a", "chosen": "b"}], 2, "'rejected' is missing here"),
        ("dpo", [GOOD, {**GOOD, "chosen": "  "}], 2, "'chosen' is empty"),
        ("dpo", [GOOD, {**GOOD, "chosen": 3}], 2, "should be a string"),
        ("dpo", [GOOD, {**GOOD, "rejected": "Tom"}], 2, "are the same"),
        ("reward", [{**GOOD, "score_chosen": 1, "score_rejected": 5}], 1, "the columns are reversed; swap them"),
        ("sft", [{"completion": "x"}], 1, "needs the columns messages or prompt + completion or text"),
        ("sft", [{"messages": SAID[::-1]}], 1, "ends with the turn of 'user'"),
        ("sft", [{"messages": [{"content": "x"}]}], 1, "needs a role and content"),
        ("rlhf", [{"prompt": SAID}], 1, "are prompt and completion the wrong way round?"),
        ("dpo", [GOOD, {**GOOD, "prompt": "who " * 64}], 2, "the prompt has 64 tokens and the context only 64"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_with_its_line(
    method: str, rows: list[dict[str, Any]], line: int, told: str, model: Path, written: Written, tmp_path: Path
) -> None:
    data = written(rows)
    with pytest.raises(FormatError) as error:
        run(model, data, tmp_path / "run", method)
    assert str(error.value).startswith(f"{data}:{line}: ")
    assert told in str(error.value)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("content", "name", "kind", "told"),
    [
        ("", "data.jsonl", InputError, "has no rows"),
        ('{"prompt": "a"}\nnot json\n', "data.jsonl", FormatError, "data.jsonl:2: "),
        ("[", "data.json", InputError, "cannot be read as a dataset"),
        (None, "none.jsonl", InputError, "cannot be read"),
        (None, "none.parquet", InputError, "there is no such dataset"),
    ],
)
def test_data_that_cannot_be_read_is_told(
    content: str | None, name: str, kind: type[EudaimonError], told: str, model: Path, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(kind) as error:
        run(model, str(tmp_path / name), tmp_path / "run")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("reward", "told"),
    [
        ("nan", "at row 2 of the batch"),
        ("few", "gave 1 rewards for 2 completions"),
        ("raises", "raised KeyError"),
    ],
)
def test_a_reward_function_that_fails_ends_the_run_with_its_name_and_its_row(
    reward: str, told: str, model: Path, written: Written, rewards: Path, tmp_path: Path
) -> None:
    data = written([{"prompt": "who ?", "good": "coal"}] * 4)
    with pytest.raises(RewardError) as error:
        run(model, data, tmp_path / "run", "rlhf", rewards=[f"{rewards}:{reward}"], group=2, completion=2)
    assert told in str(error.value)
    assert f"rewards.py:{reward}" in str(error.value)
    assert (tmp_path / "run" / "run.json").exists()  # what is there stays, and the run can go on once it is mended


def test_the_row_on_which_a_reward_raises_is_found(rewards: Path) -> None:
    reward = find_reward(f"{rewards}:raises")
    assert callable(reward)
    with pytest.raises(RewardError, match=r"row 2 of the batch \(prompt 'b'\)"):
        reward(["a", "b"], ["x", "y"], good=["bread", "coal"])


@pytest.mark.parametrize("name", ["nowhere.py:f", "no_such_module:f", "rewards.py:none", "./nothing"])
def test_a_reward_that_is_not_there_is_told(name: str, rewards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(rewards.parent)
    with pytest.raises(InputError):
        find_reward(name)


def test_rlhf_without_a_reward_is_told(model: Path, written: Written, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="needs a reward"):
        run(model, written("rlhf"), tmp_path / "run", "rlhf")


def test_a_tokenizer_that_cannot_pad_is_told(written: Written, tmp_path: Path) -> None:
    model = make_model(tmp_path / "model", pad_token=None, eos_token=None)
    with pytest.raises(ModelError, match="neither a pad token nor an end token"):
        run(model, written("dpo"), tmp_path / "run")


def test_an_end_token_pads_where_there_is_no_other(written: Written, tmp_path: Path) -> None:
    run(make_model(tmp_path / "model", pad_token=None), written("dpo"), tmp_path / "run")
    saved = AutoTokenizer.from_pretrained(tmp_path / "run" / "adapter")
    assert saved.pad_token == saved.eos_token is not None


def test_conversations_without_a_chat_template_are_told(written: Written, tmp_path: Path) -> None:
    model = make_model(tmp_path / "model")
    (model / "chat_template.jinja").unlink()
    with pytest.raises(TemplateError, match=r"data.jsonl:1: 'messages' is a conversation.*--template FILE"):
        run(model, written([{"messages": SAID}]), tmp_path / "run", "sft")


def test_a_model_that_is_not_there_is_told(written: Written, tmp_path: Path) -> None:
    with pytest.raises(EudaimonError):
        run(tmp_path / "nowhere", written("dpo"), tmp_path / "run")


def test_what_is_no_causal_model_cannot_become_a_reward_model(model: Path, written: Written, tmp_path: Path) -> None:
    AutoTokenizer.from_pretrained(model).save_pretrained(tmp_path / "sight")
    CLIPConfig().save_pretrained(tmp_path / "sight")
    with pytest.raises(CapabilityError, match="CLIPConfig is neither a causal family nor one with a classifier"):
        run(tmp_path / "sight", written("reward"), tmp_path / "run", "reward")


def test_options_and_margins_that_are_not_known_are_told(model: Path, written: Written, tmp_path: Path) -> None:
    for number, (options, told) in enumerate(
        [
            ({"colour": 1}, "has no option colour"),
            ({"margins": ["none"], "weights": [0.5, 0.5]}, "no column 'none'"),
            ({"margins": ["care"], "weights": [0.5]}, "need 2 weights"),
        ]
    ):
        with pytest.raises(EudaimonError, match=told):
            run(model, written("dpo"), tmp_path / f"run {number}", **options)


def test_a_directory_of_another_version_or_with_other_things_is_left_alone(
    model: Path, written: Written, tmp_path: Path
) -> None:
    data = written("dpo")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "run.json").write_text(json.dumps({"format": FORMAT + 1}))
    with pytest.raises(TrainingError, match=f"format {FORMAT + 1}, but this version writes {FORMAT}"):
        run(model, data, tmp_path / "old")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("my only copy")
    with pytest.raises(TrainingError, match="holds files but no run"):
        run(model, data, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "my only copy"


def test_plans_that_make_no_sense_are_refused() -> None:
    for change in ({"steps": 0}, {"rate": -1.0}, {"rank": -1}):
        with pytest.raises(ValueError, match="must"):
            Plan("sft", "m", "d", Path("o"), **change)  # type: ignore[arg-type]


def test_a_model_at_home_is_found_where_a_shell_leaves_that_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert [Plan("sft", where, "d", Path("o")).model for where in ("~/m", "./m", "ann/m")] == [
        "/home/ann/m",
        "./m",
        "ann/m",
    ]
