"""Real preferences: what a small reward model from scratch makes of them, beside length and a bag of words.

Figures are printed with intervals by prompts; what is asked for is that nothing is claimed that length alone explains.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from tests.training.rewards import real

from eudaimon.evals.statistics import interval
from eudaimon.training.rewards import (
    Judged,
    Learning,
    Relevance,
    ToThePoint,
    bag_of_words,
    calibrate,
    learn,
    learn_ngrams,
    length_only,
    sanity,
    split_by_prompt,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.shared,
    pytest.mark.skipif(not real.SHARED.exists(), reason="shared/data is not beside the project"),
]
HOW = Learning(members=3, epochs=6)


def told(name: str, gaps: np.ndarray, tested: list[Judged]) -> float:
    right = np.where(gaps == 0, 0.5, gaps > 0)
    found = interval(right.tolist(), [pair.prompt for pair in tested])
    print(f"{name}: {found.value:.3f} [{found.low:.3f}, {found.high:.3f}]", end="  ")
    return float(right.mean())


@pytest.mark.parametrize("source", [real.hh_rlhf, real.alpaca_eval, real.counsel_chat])
def test_a_reward_model_on_real_preferences_beside_length_and_a_bag_of_words(
    source: Callable[[], list[Judged]], capsys: pytest.CaptureFixture[str]
) -> None:
    pairs = source()
    taught, tested = split_by_prompt(pairs)
    model = learn(taught, HOW)
    with capsys.disabled():
        print(f"\n{source.__name__}: {len(taught)} taught, {len(tested)} tested", end="  ")
        ours = told("encoder", model.gaps(tested), tested)
        grams = learn_ngrams(taught)
        gaps = grams.gaps(tested)
        told("n-grams", gaps, tested)
        for name, rival in (("length", length_only(taught, tested)), ("words", bag_of_words(taught, tested))):
            lead = (gaps > 0).astype(float) - (rival > 0)
            over = interval(lead.tolist(), [pair.prompt for pair in tested])
            print(f"n-grams over {name}: {over.value:+.3f} [{over.low:+.3f}, {over.high:+.3f}]", end="  ")
        print(f"n-grams' calibration error {calibrate(gaps).error:.3f}, Brier {calibrate(gaps).brier:.3f}", end="  ")
        told("length", length_only(taught, tested), tested)
        told("words", bag_of_words(taught, tested), tested)
        print(f"calibration error {calibrate(model.gaps(tested)).error:.3f}")
    assert ours > 0.4
    assert not {p.prompt for p in taught} & {p.prompt for p in tested}


def test_the_null_model_is_caught_by_its_repetition(capsys: pytest.CaptureFixture[str]) -> None:
    model = learn(split_by_prompt(real.alpaca_eval())[0], HOW)
    prompts, null, honest = real.null_model()
    found = sanity(model, prompts, null, honest)
    taught, tested = split_by_prompt(real.alpaca_eval())
    grams, floor = learn_ngrams(taught), Relevance(taught)
    known: dict[tuple[str, ...], list[float]] = {}

    def once(prompts: list[str], completions: list[str]) -> list[float]:
        """N-grams are slow to count, and the same texts are asked three times."""
        key = (*prompts, *completions)
        if key not in known:
            known[key] = grams(prompts, completions)
        return known[key]

    def alone(prompts: list[str], completions: list[str]) -> list[float]:
        """The floor without a look at the batch."""
        return (np.array(once(prompts, completions)) - floor.shortfall(prompts, completions)).tolist()

    guarded = ToThePoint(once, floor)
    other, bare, safe = (sanity(one, prompts, null, honest) for one in (once, alone, guarded))
    with capsys.disabled():
        for name, one in (("encoder", found), ("n-grams", other), ("with a floor", bare), ("with both", safe)):
            print(f"\nNullModel by {name}: repeated {one.repeated:.3f}, rank {one.rank:.3f}, moved {one.moved:.3f}")
        told("\nalpaca-eval by n-grams", grams.gaps(tested), tested)
        told("with both", guarded.gaps(tested), tested)
    assert other.constant
    assert not safe.fooled
    assert safe.reads_prompts
    assert found.constant
    for one, rest in [(honest[0], honest[1:]), *[(b, [a]) for a, b in pairwise(honest)]]:
        assert not sanity(model, prompts, one, rest).constant
