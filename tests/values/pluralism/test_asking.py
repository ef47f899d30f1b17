"""Steering and matching on any backend: exact where it can be, counted where it must be, with its tier's caveats."""

from collections.abc import Callable
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Message
from eudaimon.errors import InputError
from eudaimon.language import Capabilities, Extend, LanguageModel, ScriptedModel
from eudaimon.values import read_charter
from eudaimon.values.pluralism import (
    Attribute,
    Question,
    answer,
    best_temperature,
    charter_words,
    error_correlation,
    exchangeability,
    gain,
    jensen_shannon,
    match,
    mixed,
    mixture_weights,
    ordinal,
    steer,
    tempered,
    told_first,
    total_variation,
    vendi,
)

YES_NO = ("yes.", "no.")
SHARES = st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3)


def question(name: str, options: tuple[str, ...] = YES_NO) -> Question:
    return Question(name, (Message("user", f"{name}?"),), options)


def backend(chance: Callable[[str, str], float], tier: str) -> ScriptedModel:
    """A fake of each tier that says `yes.` with `chance(system, asked)`."""

    def p(conversation: tuple[Message, ...]) -> float:
        told = " ".join(m.content for m in conversation if m.role == "system")
        return chance(told, conversation[-1].content)

    def say(request: Extend) -> str:
        return "Yes." if Random(request.seed * 7919 + 13).random() < p(request.conversation) else "No."

    return ScriptedModel(
        say=say,
        judge=lambda heard, voice: ("", (p(heard), 1 - p(heard))),
        weigh=lambda heard, text: float(np.log(p(heard) if text == "yes." else 1 - p(heard))),
        capabilities=Capabilities(logprobs=tier != "T", scores=tier == "W"),
    )


@pytest.mark.parametrize(("tier", "how"), [("W", "scored"), ("L", "chosen"), ("T", "sampled")])
def test_every_tier_answers_with_its_own_caveats(tier: str, how: str) -> None:
    (found,) = answer(backend(lambda told, asked: 0.7, tier), [question("tea")])
    assert found.how == how
    assert found.shares[0] == pytest.approx(0.7, abs=0.1 if tier == "T" else 1e-9)
    assert found.caveats[0].startswith("counted from 200 samples" if tier == "T" else "exact")


def test_fewer_samples_than_count_are_refused() -> None:
    with pytest.raises(InputError, match="50 samples a question are too few"):
        answer(backend(lambda told, asked: 0.5, "T"), [question("tea")], samples=50)


def test_a_reply_that_names_no_option_or_several_is_in_no_share() -> None:
    replies = ("Yes.", "No.", "Yes or no.", "Hm.")
    model = ScriptedModel(say=lambda r: replies[r.seed % 4], capabilities=Capabilities())
    (found,) = answer(model, [question("tea")])
    assert (found.unread, found.shares) == (0.5, (0.5, 0.5))
    assert "50% of the samples named no option or several" in found.caveats
    milky = ScriptedModel(say=lambda r: "Tea with milk.", capabilities=Capabilities())
    (longer,) = answer(milky, [question("x", ("tea", "tea with milk"))])
    assert longer.shares == (0.0, 1.0)


def test_a_cache_or_a_drift_is_found_by_the_permutation_test_and_chance_is_not() -> None:
    rng = np.random.default_rng(0)
    assert exchangeability(np.repeat(rng.integers(0, 2, 20), 10).tolist(), 2) < 0.01
    assert exchangeability((rng.random(200) < np.linspace(0.1, 0.9, 200)).astype(int).tolist(), 2) < 0.01
    false = np.mean([exchangeability(rng.integers(0, 2, 200).tolist(), 2, seed=s, draws=199) < 0.05 for s in range(60)])
    assert false <= 0.12


def steered(follow: float, leak: float) -> ScriptedModel:
    """`tea` is steered by what is said of tea; `cake` moves by `leak` whenever tea is steered to no."""

    def chance(told: str, asked: str) -> float:
        topic = asked.rstrip("?")
        if topic in told:
            return follow if "like" in told else 1 - follow
        return 0.5 + (leak if "hate" in told else 0.0)

    return backend(chance, "W")


def attributes() -> list[Attribute]:
    return [
        Attribute(question(name), {"yes.": f"You like {name}.", "no.": f"You hate {name}."}) for name in ("tea", "cake")
    ]


@pytest.mark.parametrize(("follow", "leak"), [(0.9, 0.0), (0.9, 0.2), (0.3, 0.1)])
def test_planted_steering_and_leakage_are_measured_as_planted(follow: float, leak: float) -> None:
    found = steer(steered(follow, leak), attributes())
    assert found.accuracy == (1.0 if follow > 0.5 else 0.0)
    assert found.leakage == pytest.approx(leak / 2)
    assert found.reached["tea", "yes."] == pytest.approx(follow)
    assert found.tier == "T" or found.caveats


def test_what_steers_may_be_another_model_than_words() -> None:
    def of(attribute: Attribute, value: str) -> ScriptedModel:
        return backend(lambda told, asked: 0.9 if value == "yes." else 0.1, "W")

    found = steer(backend(lambda told, asked: 0.5, "W"), attributes(), by=of)
    assert found.accuracy == 1.0
    assert found.leakage == pytest.approx(0.4)  # it says so whatever it is asked


def test_a_charter_steers_by_its_floors_first() -> None:
    words = charter_words(read_charter()).splitlines()
    assert words[0].startswith("Never broken: ")
    assert not words[-1].startswith("Never broken: ")


def test_a_mixture_of_voices_beats_temperature_and_all_alike_on_questions_that_it_was_not_fitted_to() -> None:
    rng = np.random.default_rng(1)
    voices = [[rng.dirichlet([0.4] * 4) for _ in range(80)] for _ in range(3)]
    population = [rng.dirichlet(row * 60 + 0.01) for row in mixed(voices, (0.55, 0.3, 0.15))]
    weights = mixture_weights([voice[:40] for voice in voices], population[:40])
    assert weights == pytest.approx((0.55, 0.3, 0.15), abs=0.08)
    held, ours = population[40:], mixed([voice[40:] for voice in voices], weights)
    base = voices[0]
    rivals = {
        "temperature": tempered(base[40:], best_temperature(base[:40], population[:40])),
        "all alike": [np.full(4, 0.25)] * 40,
    }
    assert match(ours, held).distance < 0.15
    for rival in rivals.values():
        assert gain(ours, rival, held).low > 0


@given(SHARES, SHARES, SHARES)
def test_distances_are_distances(p: list[float], q: list[float], r: list[float]) -> None:
    for distance in (jensen_shannon, total_variation, ordinal):
        assert distance(p, p) == pytest.approx(0.0, abs=1e-6)
        assert distance(p, q) == pytest.approx(distance(q, p), abs=1e-9)
        assert distance(p, r) <= distance(p, q) + distance(q, r) + 1e-6
        assert 0 <= distance(p, q) <= 1


def test_an_ordinal_distance_knows_that_neighbours_are_near() -> None:
    assert ordinal([1, 0, 0, 0], [0, 1, 0, 0]) < ordinal([1, 0, 0, 0], [0, 0, 0, 1]) == 1.0
    for wrong in ([], [-1, 2], [0, 0]):
        with pytest.raises(ValueError, match="a row of shares"):
            total_variation(wrong, [1, 0])


@given(st.integers(1, 8))
def test_the_effective_number_of_stances_counts_what_is_distinct(n: int) -> None:
    assert vendi(np.eye(n)) == pytest.approx(n)
    assert vendi(np.ones((n, n))) == pytest.approx(1.0)
    twice = np.kron(np.eye(n), np.ones((2, 2)))
    assert vendi(twice) == pytest.approx(n)
    with pytest.raises(ValueError, match="square symmetric"):
        vendi([[1.0, 0.2], [0.3, 1.0]])


def test_the_correlation_of_errors_is_that_of_centres_that_err() -> None:
    rng = np.random.default_rng(0)
    shared = rng.random(4000)
    same = [(shared < 0.3), (shared < 0.3), np.zeros(4000)]
    assert error_correlation(same) == pytest.approx(1.0)
    assert abs(error_correlation(rng.random((4, 4000)) < 0.3)) < 0.05
    with pytest.raises(ValueError, match="two centres"):
        error_correlation([[0, 0], [0, 1]])


class TextOnly:
    """A model of which nothing but its text is to be had."""

    def __init__(self, model: LanguageModel) -> None:
        self.name, self.capabilities, self.usage, self.extend = model.name, Capabilities(), model.usage, model.extend


def test_the_embedded_model_moves_toward_its_notes_and_is_counted_much_as_it_is_weighed() -> None:
    from eudaimon.language.backend import open_model

    model = open_model()
    people, goods = ("Tom", "Ann"), ("bread", "milk", "honey", "salt")
    asked = [question(f"what does {one} sell", tuple(f"{one} sells {good}." for good in goods)) for one in people]
    attributes = [Attribute(one, {value: value for value in one.options}) for one in asked]
    found, plain = steer(model, attributes), answer(model, asked)
    rises = [
        found.reached[one.id, value] > before.shares[place]
        for one, before in zip(asked, plain, strict=True)
        for place, value in enumerate(one.options)
    ]
    assert sum(rises) >= 6  # of 8: how far it goes is the model's affair, and no test's
    assert found.tier == "W"
    (exact,) = answer(model, [told_first(asked[0], "Tom sells bread.")])
    (counted,) = answer(TextOnly(model), [told_first(asked[0], "Tom sells bread.")])  # type: ignore[arg-type]
    assert (exact.how, counted.how) == ("scored", "sampled")
    assert total_variation(exact.shares, counted.shares) < 0.25
    assert counted.exchangeable > 0.001
