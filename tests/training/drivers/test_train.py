"""Every method trains any model on TRL's columns, and leaves what is needed to repeat it and to use what came of it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.life.newborn import tiny_newborn

from eudaimon.errors import FormatError, TrainingError
from eudaimon.training.drivers import Plan, train
from eudaimon.training.drivers.rewarding import find_reward, to_the_point

Written = Callable[..., str]


def plan_of(method: str, model: Path, data: str, out: Path, **change: Any) -> Plan:
    options = change.pop("options", {})
    plain: dict[str, Any] = {"steps": 4, "batch": 4, "rate": 1e-2, "rank": 4, "save_every": 2}
    return Plan(method, str(model), data, out, **{**plain, **change}, options=options)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["sft", "dpo", "reward", "rlhf"])
def test_a_method_leaves_an_adapter_that_peft_loads_and_a_directory_that_repeats_the_run(
    method: str, model: Path, written: Written, rewards: Path, tmp_path: Path
) -> None:
    options = {"rewards": [f"{rewards}:short"], "group": 2, "completion": 4} if method == "rlhf" else {}
    steps: list[tuple[int, int]] = []
    plan = plan_of(method, model, written(method), tmp_path / "run", options=options)
    outcome = train(plan, lambda done, total, figures: steps.append((done, total)))
    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert outcome.figures["steps"] == 4
    told = json.loads((tmp_path / "run" / "run.json").read_text())
    settings = {**told["settings"], "out": tmp_path / "again"}
    again = train(Plan(**settings))
    ours, theirs = (path / "adapter_model.safetensors" for path in (outcome.weights, again.weights))
    assert ours.read_bytes() == theirs.read_bytes()
    assert told["versions"]["trl"]
    assert told["rows"] == 12


@pytest.mark.long
def test_the_adapter_changes_what_peft_says(model: Path, written: Written, tmp_path: Path) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    outcome = train(plan_of("sft", model, written("sft"), tmp_path / "run", steps=60, batch=8))
    assert outcome.figures["loss"] < 3
    base = AutoModelForCausalLM.from_pretrained(model)
    ids = torch.tensor([[6, 7, 8, 21]])
    before = base(input_ids=ids).logits
    after = PeftModel.from_pretrained(base, outcome.weights)(input_ids=ids).logits
    assert not torch.allclose(before, after)


def test_all_weights_can_be_trained_and_are_saved_as_a_model(model: Path, written: Written, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM

    outcome = train(plan_of("dpo", model, written("dpo"), tmp_path / "run", rank=0, steps=2))
    assert outcome.weights.name == "model"
    AutoModelForCausalLM.from_pretrained(outcome.weights)


def test_a_reward_model_that_was_trained_here_can_be_the_reward(model: Path, written: Written, tmp_path: Path) -> None:
    judge = train(plan_of("reward", model, written("reward"), tmp_path / "judge", rank=0)).weights
    options = {"rewards": [str(judge)], "group": 2, "completion": 4, "advantage": "grpo"}
    outcome = train(plan_of("rlhf", model, written("rlhf", "p.jsonl"), tmp_path / "run", options=options))
    assert outcome.figures["steps"] == 4


def test_a_floor_of_relevance_is_one_more_reward(model: Path, written: Written, tmp_path: Path) -> None:
    pairs = [
        {"prompt": f"who sells {x}?", "chosen": f"Tom sells {x}.", "rejected": "no"} for x in ("figs", "bread", "oil")
    ]
    data = tmp_path / "pairs.jsonl"
    data.write_text("".join(json.dumps(pair) + "\n" for pair in pairs * 4), encoding="utf-8")
    floor = to_the_point(str(data), unit=2.0)
    told = [[{"role": "user", "content": pair["prompt"]}] for pair in pairs]
    kept, lost = floor(told, [pair["chosen"] for pair in pairs]), floor(told, ["blue " * 4] * 3)
    assert max(lost) < min(kept) <= max(kept) <= 0
    assert lost == [2 * one for one in to_the_point(str(data), unit=1.0)(told, ["blue " * 4] * 3)]

    (tmp_path / "rewards.py").write_text("def short(prompts, completions, **columns): return [0.0] * len(prompts)\n")
    options = {"rewards": [f"{tmp_path}/rewards.py:short"], "group": 2, "completion": 4, "to_the_point": str(data)}
    train(
        plan_of("rlhf", model, written("rlhf", "p.jsonl"), tmp_path / "run", steps=20, save_every=20, options=options)
    )
    state = json.loads((tmp_path / "run/checkpoints/checkpoint-20/trainer_state.json").read_text(encoding="utf-8"))
    logged = [one for one in state["log_history"] if "rewards/relevant/mean" in one]
    assert logged
    for one in logged:
        assert one["rewards/relevant/mean"] == pytest.approx(one["reward"], abs=1e-5)


def test_a_floor_of_relevance_needs_prompts(tmp_path: Path) -> None:
    (tmp_path / "bare.jsonl").write_text('{"chosen": "a", "rejected": "b"}\n', encoding="utf-8")
    with pytest.raises(FormatError, match="there is no 'prompt'; add it"):
        to_the_point(str(tmp_path / "bare.jsonl"), unit=1.0)


@pytest.mark.parametrize("rank", [0, 4])
def test_a_family_without_a_classifier_of_its_own_becomes_a_reward_model_that_starts_from_its_body(
    rank: int, written: Written, tmp_path: Path
) -> None:
    from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

    newborn = tiny_newborn(tmp_path / "newborn")
    outcome = train(plan_of("reward", newborn, written("reward"), tmp_path / "judge", rank=rank, steps=1, rate=1e-12))
    assert outcome.figures["steps"] == 1
    if rank == 0:
        assert find_reward(str(outcome.weights)) == str(outcome.weights)
        judge = AutoModelForSequenceClassification.from_pretrained(outcome.weights)
        body = AutoModelForCausalLM.from_pretrained(newborn).model
        for name, weight in judge.model.named_parameters():
            torch.testing.assert_close(weight, body.get_parameter(name))


@pytest.mark.parametrize("loss", ["sigmoid", "ipo", "robust"])
def test_losses_of_pairs_are_chosen_by_name(loss: str, model: Path, written: Written, tmp_path: Path) -> None:
    options = {"loss": loss, "smoothing": 0.1 if loss == "robust" else 0.0}
    outcome = train(plan_of("dpo", model, written("dpo"), tmp_path / "run", options=options, steps=2))
    assert outcome.figures["steps"] == 2


def test_conversations_are_read_as_well_as_text(model: Path, written: Written, tmp_path: Path) -> None:
    said = [{"role": "user", "content": "who sells bread ?"}, {"role": "assistant", "content": "Tom sells it ."}]
    sft = train(plan_of("sft", model, written([{"messages": said}] * 4), tmp_path / "sft", steps=2))
    pairs = [{"prompt": said[:1], "chosen": said[1:], "rejected": [{"role": "assistant", "content": "no ."}]}] * 4
    dpo = train(plan_of("dpo", model, written(pairs, "pairs.jsonl"), tmp_path / "dpo", steps=2))
    assert sft.figures["steps"] == dpo.figures["steps"] == 2


def test_data_comes_in_other_formats_too(model: Path, tmp_path: Path) -> None:
    from datasets import Dataset

    data = Dataset.from_list([{"text": "Tom sells bread ."}] * 4)
    data.to_csv(tmp_path / "a.csv")
    data.to_parquet(tmp_path / "a.parquet")
    data.save_to_disk(tmp_path / "saved")
    for name in ("a.csv", "a.parquet", "saved"):
        plan = plan_of("sft", model, str(tmp_path / name), tmp_path / f"run {name}", steps=1)
        assert train(plan).figures["steps"] == 1


def test_modpos_loss_through_the_reference_is_modpos_own(model: Path, written: Written, tmp_path: Path) -> None:
    from eudaimon.training.drivers import columns, rows
    from eudaimon.training.drivers.methods import make_trainer
    from eudaimon.training.drivers.opening import open_tokenizer
    from eudaimon.training.drivers.train import _dataset, common
    from eudaimon.training.methods import modpo

    weights = [0.6, 0.4]
    options = {"margins": ["care"], "weights": weights, "beta": 0.2}
    plan = plan_of("dpo", model, written("dpo"), tmp_path / "run", options=options, batch=12)
    read = rows.read_rows(plan.data)
    form = columns.checked(read, "dpo")
    trainer = make_trainer(
        plan, open_tokenizer(plan, read), _dataset(read, form, plan), 64, common(plan, tmp_path / "c")
    )
    with torch.no_grad():
        theirs = float(trainer.compute_loss(trainer.model, next(iter(trainer.get_train_dataloader()))))
    ours = modpo(torch.zeros(12), 0.2, torch.tensor(weights), torch.full((12, 1), 0.5)).mean()  # untrained: no gap yet
    assert theirs == pytest.approx(float(ours), abs=1e-5)
    assert train(plan).figures["steps"] == 4


def test_a_finished_run_is_not_repeated_and_another_is_not_written_over_it(
    model: Path, written: Written, tmp_path: Path
) -> None:
    plan = plan_of("sft", model, written("sft"), tmp_path / "run", steps=2)
    first = train(plan)
    stamp = (first.weights / "adapter_model.safetensors").stat().st_mtime_ns
    assert train(plan).figures == first.figures
    assert (first.weights / "adapter_model.safetensors").stat().st_mtime_ns == stamp
    with pytest.raises(TrainingError, match="holds a run with other rate"):
        train(replace(plan, rate=5e-3))
    written([{"text": "no ."}])
    with pytest.raises(TrainingError, match="other data"):
        train(plan)
