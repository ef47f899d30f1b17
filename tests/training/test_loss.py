"""What is minimised."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.training import Settings
from eudaimon.training.examples import Example, batches
from eudaimon.training.loss import gaps, loss, preference

numbers = st.floats(-50, 50)


def test_an_undecided_policy_pays_one_bit() -> None:
    assert preference(torch.zeros(1), beta=0.1).item() == pytest.approx(math.log(2))


@given(numbers, numbers, st.floats(0.05, 1.0))
def test_a_wider_gap_never_costs_more(a: float, b: float, beta: float) -> None:
    low, high = preference(torch.tensor(sorted([a, b]), dtype=torch.float64), beta).tolist()
    assert high <= low


@given(numbers, st.floats(0.05, 0.49))
def test_doubtful_preferences_are_not_pushed_to_certainty(gap: float, smoothing: float) -> None:
    best = math.log((1 - smoothing) / smoothing) / 0.1  # where the derivative is 0
    least = preference(torch.tensor([best], dtype=torch.float64), 0.1, smoothing)
    assert preference(torch.tensor([gap], dtype=torch.float64), 0.1, smoothing) >= least - 1e-9


def test_smoothing_of_one_half_or_more_is_refused() -> None:
    with pytest.raises(ValueError, match="smoothing"):
        Settings(smoothing=0.5)


@pytest.mark.parametrize("field", ["rank", "beta", "epochs", "batch", "rate", "clip", "kl", "max_tokens"])
def test_settings_that_train_nothing_are_refused(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        Settings(**{field: 0})


def test_a_batch_mixes_pairs_and_examples_by_their_number() -> None:
    examples = [Example((1, 2), (3, 4), (5,), False), Example((1, 2), (3, 4), (), True)]
    (batch,) = batches(examples, 2)
    said = torch.tensor([[-1.0, -2.0], [-3.0, -4.0], [-5.0, 0.0]])
    before = torch.tensor([-4.0, -7.0, -6.0])
    gap = gaps(said, before, batch)
    assert gap.tolist() == [(-3 + 4) - (-5 + 6)]
    settings = Settings(beta=0.1, supervised=0.5)
    expected = (math.log(2) + 0.5 * 3.5) / 2  # the mean negative log-likelihood of a token of the label is 3.5
    assert loss(said, gap, batch, settings).item() == pytest.approx(expected)
