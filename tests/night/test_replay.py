"""Which episodes the night goes through, and why."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Episode, Message
from eudaimon.language import Capabilities, ScriptedModel
from eudaimon.night import Settings
from eudaimon.night.replay import choose, regrets, surprises


def episode(number: int, reply: str = "so no.") -> Episode:
    said = (Message("user", f"{number}?"), Message("assistant", reply))
    return Episode(f"day-1/{number:03d}", 1, "newborn", "village", said)


@given(
    st.lists(st.tuples(st.floats(0, 9), st.floats(0, 1)), max_size=30),
    st.integers(1, 20),
    st.floats(0, 1),
    st.integers(),
)
def test_as_many_as_there_is_room_for_are_replayed_each_once_with_a_reason(
    worth: list[tuple[float, float]], room: int, by_chance: float, seed: int
) -> None:
    day = [episode(k) for k in range(len(worth))]
    surprise, regret = [one for one, _ in worth], [other for _, other in worth]
    chosen = choose(day, surprise, regret, Settings(replays=room, by_chance=by_chance), seed)
    assert len(chosen) == min(room, len(day))
    assert len({one.episode.id for one in chosen}) == len(chosen)
    assert all(one.why for one in chosen)
    assert [one.episode.id for one in chosen] == sorted(one.episode.id for one in chosen)


def test_what_is_regretted_most_and_what_surprised_most_come_first() -> None:
    day = [episode(k) for k in range(20)]
    regret = [0.9 if k == 3 else 0.0 for k in range(20)]
    surprise = [5.0 if k == 7 else 0.1 for k in range(20)]
    why = {one.episode.id: one.why for one in choose(day, surprise, regret, Settings(replays=4, by_chance=0.5), 0)}
    assert why["day-1/003"] == "regret: regret 0.90, surprise 0.10 nats per word"
    assert why["day-1/007"] == "surprise: regret 0.00, surprise 5.00 nats per word"
    assert sum(reason.startswith("drawn by chance") for reason in why.values()) == 2


def test_chance_gives_every_episode_its_turn() -> None:
    day, seen = [episode(k) for k in range(12)], set()
    for seed in range(60):
        picked = choose(day, [float(k) for k in range(12)], [0.0] * 12, Settings(replays=4, by_chance=0.5), seed)
        seen |= {one.episode.id for one in picked}
    assert len(seen) == 12


def test_surprise_is_what_a_word_costs_under_the_base() -> None:
    model = ScriptedModel(weigh=lambda heard, text: -6.0 if "no" in text else -1.5)
    assert surprises(model, [episode(1, "so no."), episode(2, "yes, yes."), episode(3, "")]) == pytest.approx(
        [2, 1.5 / 4, 0]
    )


def test_a_model_that_cannot_weigh_words_is_never_surprised() -> None:
    assert surprises(ScriptedModel(capabilities=Capabilities()), [episode(1)]) == [0.0]


def test_regret_is_the_best_branch_minus_what_was_said(scripted: Callable[..., Any]) -> None:
    critic = scripted(lambda reply: {"so no.": 0.25, "so be it.": 0.75, "best.": 1.0}[reply])
    day = [episode(1, "so no."), episode(2, "best.")]
    assert regrets(ScriptedModel(), critic, day, Settings(), 0) == [0.5, 0.0]


def test_an_empty_day_is_no_trouble(scripted: Callable[..., Any], tiny: ModuleType) -> None:
    assert surprises(ScriptedModel(), []) == regrets(ScriptedModel(), scripted(len), [], Settings(), 0) == []
    assert choose([], [], [], Settings(), 0) == []
