"""MODPO through TRL's DPO trainer, without a loss of our own.

    [beta d - w . m] / w_0  =  (beta / w_0) [ratio - (reference + w . m / beta)]

A margin can be put into the reference's log-probabilities: MODPO is DPO at beta / w_0 whose reference prefers the
chosen side by w . m / beta more. TRL computes the reference's log-probabilities once beforehand; here they are shifted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eudaimon.errors import InputError


def margins_of(dataset: Any, columns: Sequence[str], weights: Sequence[float], beta: float) -> list[float]:
    """w_{1:} . (m_chosen - m_rejected) / beta of every row, from columns that hold these differences.

    Raises:
        InputError: a column is missing or holds no numbers, or there is not one weight for each objective, the first,
            by which pairs are judged, positive.
    """
    if len(weights) != len(columns) + 1 or not weights[0] > 0:
        raise InputError(
            f"{len(columns)} margins need {len(columns) + 1} weights, the first positive, of the objective that pairs "
            f"are judged by; but they are {list(weights)}"
        )
    total = [0.0] * len(dataset)
    for column, weight in zip(columns, weights[1:], strict=True):
        if column not in dataset.column_names:
            raise InputError(f"there is no column '{column}' of margins; there are {', '.join(dataset.column_names)}")
        for row, value in enumerate(dataset[column]):
            if not isinstance(value, (int, float)):
                raise InputError(f"row {row + 1}: the margin '{column}' is {value!r}, not a number; fill it")
            total[row] += weight * value / beta
    return total


def shift(trainer: Any, margins: Sequence[float]) -> None:
    """Put the margins into the reference of `trainer`, which has computed it beforehand."""
    before = trainer.train_dataset
    if len(before) != len(margins):
        raise InputError("some rows were dropped as too long, so margins cannot be told apart; raise --max-tokens")
    shifted = [value + margin for value, margin in zip(before["ref_chosen_logps"], margins, strict=True)]
    trainer.train_dataset = before.remove_columns("ref_chosen_logps").add_column("ref_chosen_logps", shifted)
