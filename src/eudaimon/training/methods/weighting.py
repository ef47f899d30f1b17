"""Several objectives in one model: averaged weights, and weights told in the prompt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

from torch import Tensor

State = Mapping[str, Tensor]


def soup(states: Sequence[State], weights: Sequence[float]) -> dict[str, Tensor]:
    """sum_i lambda_i theta_i of models that were trained from the same start (Rame et al. 2023, arXiv:2306.04488).

    Raises:
        ValueError: weights do not sum to 1, there is not one for each state, or the states are not of one model.
    """
    if len(weights) != len(states) or abs(sum(weights) - 1) > 1e-6:
        raise ValueError(f"a soup of {len(states)} needs as many weights that sum to 1, but they are {list(weights)}")
    for other in states[1:]:
        if {name: value.shape for name, value in other.items()} != {n: v.shape for n, v in states[0].items()}:
            raise ValueError("a soup needs states of one model, but names or shapes differ; train them from one start")
    return {
        name: sum((w * s[name].float() for w, s in zip(weights, states, strict=True)), start=0 * value.float()).to(
            value.dtype
        )
        for name, value in states[0].items()
    }


def conditioned(prompt: str, weights: Mapping[str, float]) -> str:
    """`prompt` with the weights of the objectives told before it, as the policy is asked in training and afterwards.

    Prompt-conditioned weights: Gupta et al. 2025 (MO-ODPO, arXiv:2503.00295); Guo et al. 2024 (CPO, arXiv:2402.19085).

    >>> conditioned("who sells bread?", {"care": 0.25, "truth": 0.75})
    '<care: 0.25> <truth: 0.75> who sells bread?'
    """
    return " ".join([*(f"<{name}: {weight:.2f}>" for name, weight in weights.items()), prompt])


def simplex(objectives: int, steps: int) -> Iterator[tuple[float, ...]]:
    """All weightings of so many objectives in steps of 1 / steps.

    >>> list(simplex(2, 2))
    [(0.0, 1.0), (0.5, 0.5), (1.0, 0.0)]
    """
    for bars in combinations(range(steps + objectives - 1), objectives - 1):
        edges = (-1, *bars, steps + objectives - 1)
        yield tuple((b - a - 1) / steps for a, b in pairwise(edges))
