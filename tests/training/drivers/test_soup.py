"""A soup of adapters adds to the weights what its parts add, weighed."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from eudaimon.errors import InputError, TrainingError
from eudaimon.language.opening import adapted, load
from eudaimon.training.drivers import Plan, train
from eudaimon.training.drivers.soup import mix

Written = Callable[..., str]


@pytest.fixture
def adapters(model: Path, written: Written, tmp_path: Path) -> list[Path]:
    plans = [
        Plan("sft", str(model), written("sft"), tmp_path / f"run {seed}", steps=4, rate=0.02, rank=2, seed=seed)
        for seed in (1, 2)
    ]
    return [train(plan).weights for plan in plans]


def test_a_soups_weights_are_the_weighed_mean_of_its_parts(model: Path, adapters: list[Path], tmp_path: Path) -> None:
    made = mix(str(model), adapters, [0.3, 0.7], tmp_path / "soup")
    base, _ = load(model, "float32", "cpu")
    first, second, mixed = (dict(adapted(base, path).named_parameters()) for path in (*adapters, made))
    for name, weight in mixed.items():
        wished = 0.3 * first[name] + 0.7 * second[name]
        assert torch.allclose(weight, wished, atol=1e-5), name
    assert any(not torch.allclose(mixed[name], value, atol=1e-3) for name, value in base.named_parameters())


def test_soups_that_cannot_be_made_are_told(model: Path, adapters: list[Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="sum to 1"):
        mix(str(model), adapters, [0.3, 0.3], tmp_path / "soup")
    with pytest.raises(InputError, match="holds no adapter"):
        mix(str(model), [tmp_path], [1.0], tmp_path / "soup")
    with pytest.raises(TrainingError, match="holds files already"):
        mix(str(model), adapters, [0.5, 0.5], adapters[0])
