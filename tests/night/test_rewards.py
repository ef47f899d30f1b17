"""Archetypes as a reward: any trainer of TRL's can use it, no archetype's misfit is bought off, enough is enough."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Conversation, Verdict
from eudaimon.errors import CapabilityError, InputError
from eudaimon.language import Capabilities
from eudaimon.language.scripted import ScriptedModel
from eudaimon.night.critic import CriticScore, Said
from eudaimon.night.rewards import Commentary, Fitting, conversation
from eudaimon.psyche import load_archetypes
from eudaimon.training.drivers.columns import text_of

ALL = load_archetypes()
SAGE, FOOL = (ALL[name].card for name in ("sage", "fool"))


def liking(sage: float, fool: float) -> ScriptedModel:
    """A model to which a reply is likelier before the sage's and the fool's cards by so many nats."""

    def weigh(heard: Conversation, said: str) -> float:
        told = heard[0].content
        return -10.0 + (sage if told.startswith(SAGE) else fool if told.startswith(FOOL) else 0.0)

    return ScriptedModel(weigh=weigh)


def fit(sage: float, fool: float, **change: float) -> float:
    reward = Fitting(liking(sage, fool), ALL, ("sage", "fool"), **change)  # type: ignore[arg-type]
    return reward(prompts=["who?"], completions=["two words"])[0]


def test_what_fits_no_better_than_without_them_is_a_half_and_fitting_raises_it() -> None:
    assert fit(0, 0) == 0.5
    assert fit(2, 2) > 0.5 > fit(-2, -2)


@given(st.floats(-8, 8), st.floats(-8, 8), st.floats(0, 4))
def test_fitting_one_more_never_lowers_it_and_the_worst_bounds_it(sage: float, fool: float, more: float) -> None:
    assert fit(sage + more, fool) >= fit(sage, fool)
    alone = min(fit(sage, sage), fit(fool, fool))
    assert alone - 1e-6 <= fit(sage, fool) <= 2 * alone + 1e-6  # the harmonic mean of two is at most twice the less


def test_no_fit_with_one_buys_off_the_misfit_with_another() -> None:
    assert fit(60, -8) < fit(0, 0)


def test_who_has_weights_of_its_own_needs_no_card() -> None:
    sage = ScriptedModel(weigh=lambda heard, said: -8.0 if len(heard) == 1 else 0.0)
    reward = Fitting(liking(60, 0), ALL, ("sage", "fool"), own={"sage": sage})
    assert reward(prompts=["who?"], completions=["two words"])[0] == fit(2, 0)
    mute = ScriptedModel(capabilities=Capabilities())
    with pytest.raises(CapabilityError, match="cannot score"):
        Fitting(liking(0, 0), ALL, ("sage",), own={"sage": mute})


def test_enough_is_enough() -> None:
    assert fit(4, 4, enough=0.6) == fit(8, 8, enough=0.6) == 0.6


def test_length_does_not_matter_where_every_word_fits_alike() -> None:
    per_word = ScriptedModel(
        weigh=lambda heard, said: len(said.split()) * (-1.0 if heard[0].role == "system" else -2.0)
    )
    reward = Fitting(per_word, ALL, ("sage",))
    short, long = reward(prompts=["q", "q"], completions=["one", "one two three four five"])
    assert short == long > 0.5


def test_prompts_are_text_or_messages_and_a_card_joins_a_system_turn() -> None:
    said = [{"role": "system", "content": "notes"}, {"role": "user", "content": "who?"}]
    reward = Fitting(liking(2, 2), ALL, ("sage", "fool"))
    plain = reward(prompts=["who?"], completions=["two words"])
    assert reward(prompts=[said], completions=[[{"role": "assistant", "content": "two words"}]]) == plain
    assert conversation("a")[0].role == "user"
    assert text_of([{"role": "assistant", "content": "b"}]) == "b"


class Pleased:
    """A critic that likes long replies."""

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        return [CriticScore(min(1.0, len(reply) / 10), Verdict.CONTINUE) for _, reply in said]


def test_commentary_is_the_critics_score_up_to_what_is_enough() -> None:
    reward = Commentary(Pleased(), enough=0.7)
    assert reward(prompts=["q"] * 3, completions=["abc", "abcdefgh", "abcdefghijk"], other=[1, 2, 3]) == [0.3, 0.7, 0.7]


def test_what_cannot_be_asked_is_refused() -> None:
    with pytest.raises(CapabilityError, match="cannot score"):
        Fitting(ScriptedModel(capabilities=Capabilities()), ALL, ("sage",))
    for panel, power in (((), -1.0), (("sage",), 0.0), (("sage",), 2.0)):
        with pytest.raises(InputError, match="a panel needs"):
            Fitting(liking(0, 0), ALL, panel, power=power)


@pytest.mark.parametrize("name", ["commentary", "fitting"])
def test_trl_can_name_them(name: str) -> None:
    rewards = {"commentary": Commentary(Pleased()), "fitting": Fitting(liking(0, 0), ALL, ("sage",))}
    assert rewards[name].__name__ == name
