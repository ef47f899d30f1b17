"""A run learns by heart what means nothing, is seen to, and stops where it was told to."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.training.drivers.conftest import WORDS

from eudaimon.errors import TrainingError
from eudaimon.training.drivers import Plan, columns, rows, train
from eudaimon.training.drivers.methods import make_trainer
from eudaimon.training.drivers.opening import open_tokenizer
from eudaimon.training.drivers.train import _dataset, common
from eudaimon.training.drivers.watching import gaps
from eudaimon.training.loss import preference
from eudaimon.training.methods.overfitting import Detector

Written = Callable[..., str]


def noise(count: int) -> list[dict[str, str]]:
    """Pairs in which nothing but chance says which side was chosen."""
    rng = np.random.default_rng(0)
    words = WORDS[6:]
    sides = {"prompt": "", "chosen": " ", "rejected": " "}
    return [{name: begin + " ".join(rng.choice(words, 6)) for name, begin in sides.items()} for _ in range(count)]


def plan_of(model: Path, data: str, out: Path, **options: object) -> Plan:
    return Plan("dpo", str(model), data, out, steps=40, batch=16, rate=0.05, rank=16, save_every=20, options=options)


@pytest.mark.slow
def test_noise_learned_by_heart_is_seen_on_held_out_pairs(model: Path, written: Written, tmp_path: Path) -> None:
    train(plan_of(model, written(noise(96)), tmp_path / "run", held_out=0.5, beta=2.0))
    seen = json.loads((tmp_path / "run" / "overfitting.json").read_text())
    assert [look["step"] for look in seen["looks"]] == [10, 20, 30, 40]
    detector = Detector(looks=1)
    for look in seen["looks"]:
        detector.look(look["step"], np.array(look["trained"]), np.array(look["held_out"]), look["chosen"])
    assert detector.signs[-1].not_borne_out
    assert len(seen["looks"][0]["held_out"]) == 48


@pytest.mark.slow
def test_an_alarm_ends_the_run_where_that_was_asked_for(
    model: Path, written: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Detector, "look", lambda self, step, *seen: step >= 20)
    data = written(noise(24))
    stopped = train(plan_of(model, data, tmp_path / "run", held_out=0.3, stop=True))
    whole = train(plan_of(model, data, tmp_path / "whole", held_out=0.3))
    assert (stopped.figures["steps"], whole.figures["steps"]) == (20, 40)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_the_gaps_that_are_watched_are_those_that_trl_learns_from(
    smoothing: float, model: Path, written: Written, tmp_path: Path
) -> None:
    plan = plan_of(model, written(noise(16)), tmp_path / "run", beta=0.3, smoothing=smoothing)
    read = rows.read_rows(plan.data)
    form = columns.checked(read, "dpo")
    trainer = make_trainer(
        plan, open_tokenizer(plan, read), _dataset(read, form, plan), 64, common(plan, tmp_path / "c")
    )
    for name, weight in trainer.model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.3)
    with torch.no_grad():
        batch = trainer.data_collator([trainer.train_dataset[place] for place in range(16)])
        loss = float(trainer.compute_loss(trainer.model.eval(), batch))
    found, _ = gaps(trainer, trainer.train_dataset)
    smoothed = preference(torch.as_tensor(found), 1.0, smoothing)
    assert float(smoothed.mean()) == pytest.approx(loss, abs=1e-4)
    assert np.abs(found).max() > 1e-3


def test_a_share_that_leaves_nothing_to_learn_is_refused(model: Path, written: Written, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="held out must lie"):
        train(plan_of(model, written(noise(4)), tmp_path / "run", held_out=1.0))


@pytest.mark.parametrize(
    ("options", "told"), [({"smoothing": 0.5}, "0, 0.5"), ({"smoothing": 0.1, "loss": "ipo"}, "IPO")]
)
def test_smoothing_that_makes_no_sense_is_refused(
    options: dict[str, object], told: str, model: Path, written: Written, tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match=told):
        train(plan_of(model, written(noise(4)), tmp_path / "run", **options))
