"""Arms that are compared are equal in all but one thing, and share what they have in common."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.dialogue import Conversation, Message, Signal, SignalKind
from eudaimon.experiments.arms import matching
from eudaimon.experiments.arms.choosing import chosen, scores_of
from eudaimon.experiments.arms.drawing import Counted
from eudaimon.experiments.arms.matching import (
    MOST,
    at_equal_kl,
    by_sort,
    counted,
    distance,
    fewest,
    said_by_base,
    strength_at,
)
from eudaimon.experiments.arms.sharing import AskedOnce
from eudaimon.experiments.arms.spending import at_effort
from eudaimon.experiments.harness.desk import Desk, Life
from eudaimon.language import Branch, Extend, LocalModel, Score, ScriptedModel
from eudaimon.night import CouncilCritic, CriticScore, Said
from eudaimon.psyche import Council, Everyone, load_archetypes
from eudaimon.training import Settings, consolidate

CARDS = load_archetypes()
HEARD = [(Message("assistant", text),) for text in ("yes.", "no.")]


def asks(*names: str, of: list[Conversation] = HEARD) -> list[Branch]:
    return [Branch(one, tuple(CARDS[name].message for name in names)) for one in of]


def test_each_voice_is_asked_once_of_each_conversation_whoever_else_is_asked() -> None:
    asked: list[tuple[str, str]] = []

    def judge(heard: Conversation, voice: Message) -> tuple[str, tuple[float, ...]]:
        asked.append((heard[-1].content, voice.name))
        return f"{voice.name} of {heard[-1].content}", (1.0, 0.0, 0.0)

    model = AskedOnce(ScriptedModel(judge=judge))
    for names in (("sage",), ("fool", "sage", "mother"), ("sage", "fool")):
        said = model.branch([*asks(*names), *asks(*names, of=HEARD[:1])])
        expected = [[f"{name} of {one[-1].content}" for name in names] for one in (*HEARD, HEARD[0])]
        assert [[voice.text for voice in some] for some in said] == expected
    assert sorted(asked) == sorted((one[-1].content, name) for one in HEARD for name in ("sage", "fool", "mother"))


def test_what_was_said_or_weighed_once_is_remembered_by_seed_and_text() -> None:
    asked: list[object] = []
    model = AskedOnce(
        ScriptedModel(
            say=lambda one: asked.append(one) or str(one.seed),  # type: ignore[func-returns-value]
            weigh=lambda heard, text: asked.append(text) or -float(len(text)),  # type: ignore[func-returns-value]
        )
    )
    for _ in range(2):
        assert [one.text for one in model.extend([Extend(HEARD[0], seed=seed) for seed in (1, 2, 1)])] == [
            "1",
            "2",
            "1",
        ]
        assert model.score([Score(HEARD[0], ("a", "bc"))] * 2) == [(-1.0, -2.0)] * 2
    assert len(asked) == 4
    assert (model.name, model.capabilities) == (model.model.name, model.model.capabilities)


def test_what_another_persona_said_is_not_remembered() -> None:
    class Dressed(ScriptedModel):
        worn: str | None = None

        def load_adapter(self, path: str | None) -> None:
            self.worn = path

    plain = Dressed(say=lambda one: f"as {plain.worn}")
    model, heard = AskedOnce(plain), []
    for adapter in (None, "other", None):
        model.load_adapter(adapter)
        heard.append(model.extend([Extend(HEARD[0])])[0].text)
    assert heard == ["as None", "as other", "as None"]


def test_a_voice_that_chooses_by_gold_chooses_the_best() -> None:
    golds = [[0.1, 0.9, 0.5], [0.4, 0.2, 0.5]]
    assert chosen(golds, golds) == pytest.approx((0.4 + 0.9 + 0.5) / 3)
    assert chosen([[-one for one in some] for some in golds], golds) == pytest.approx((0.1 + 0.2 + 0.5) / 3)


def test_a_conversation_is_scored_by_the_mean_of_its_replies() -> None:
    class Lengths:
        def score(self, said: list[Said]) -> list[CriticScore]:
            return [CriticScore(len(reply) / 10, "continue") for _, reply in said]  # type: ignore[arg-type]

    assert scores_of(Lengths(), [[((), "abc")], [((), "a"), ((), "abc")]]) == pytest.approx([0.3, 0.2])


def test_partings_are_pairs_and_marks_are_neither_pairs_nor_labels() -> None:
    found = by_sort([Signal(kind, 1, kind, "", (), "yes", "no") for kind in SignalKind])
    assert {sort: [one.kind for one in some] for sort, some in found.items()} == {
        "pairs": [SignalKind.PAIR, SignalKind.LETTING_GO],
        "labels": [SignalKind.LABEL],
    }


@pytest.mark.parametrize("power", [1, 2, 4, 6, 12])
def test_the_strength_is_found_however_fast_the_distance_grows(power: int) -> None:
    def far(strength: float) -> float:
        return float(0.14 * strength**power)

    strength, found = strength_at(far, 0.1, far(1.0))
    assert found == far(strength)
    assert abs(found / 0.1 - 1) <= 0.01


def test_a_strength_is_found_where_kl_first_grows_slowly_and_then_fast() -> None:
    """As one persona's did, at which square roots alone stepped to and fro for all their guesses."""
    strengths, kls = [0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0], [0.0, 0.0048, 0.0133, 0.0281, 0.0638, 0.0992, 0.1527]
    for wanted in (0.002, 0.03, 0.06, 0.1016, 0.15):
        found = strength_at(lambda strength: float(np.interp(strength, strengths, kls)), wanted, 0.1527)[1]
        assert found == pytest.approx(wanted, rel=0.01)


@pytest.mark.parametrize(("power", "wanted"), [(2.0, 0.02), (1.7, 0.05), (2.3, 0.3), (2.0, 100.0)])
def test_an_adapter_gets_the_strength_at_which_it_is_as_far_as_is_wanted_where_there_is_one(
    power: float, wanted: float
) -> None:
    def far(strength: float) -> float:
        return float(0.08 * strength**power)

    strength, found = strength_at(far, wanted, far(1.0))
    assert found == far(strength)
    assert strength <= MOST
    assert found == pytest.approx(wanted, rel=0.01) if strength < MOST else found < wanted
    assert strength_at(far, 0.0, far(1.0)) == (0.0, 0.0)


def test_the_further_the_stronger_and_nowhere_at_no_strength(tmp_path: Path) -> None:
    model = LocalModel.open(tiny_newborn(tmp_path / "born"))
    said = [((Message("user", "is it so?"),), text) for text in ("so yes.", "so no.", "I do not know.")]
    labels = [Signal(str(n), 1, SignalKind.LABEL, "", heard, text) for n, (heard, text) in enumerate(said)]
    consolidate(model, labels, Settings(epochs=4, batch=1, kl=9.0), tmp_path / "learned")
    far = distance(model, tmp_path / "learned", said)
    none, half, whole, again = (far(strength) for strength in (0.0, 0.5, 1.0, 1.0))
    assert none == pytest.approx(0.0, abs=1e-6)
    assert none < half < whole == again


@pytest.mark.parametrize("bend", [0.0, 30.0])
@pytest.mark.parametrize("effort", [5.0, 80.0, 400.0])
def test_an_effort_is_met_where_costs_do_not_begin_at_nought_and_bend(effort: float, bend: float) -> None:
    asked: list[float] = []

    def spent(count: float) -> float:
        asked.append(count)
        return 4 + 10 * count + bend * (count > 3)

    found = at_effort(effort, spent)
    assert found == asked[-1]
    assert spent(found) == pytest.approx(effort, rel=0.02)


def test_as_much_is_learned_as_the_poorer_of_those_that_are_compared_first_has() -> None:
    drawn = {
        arm: counted({"pair signals": pairs, "letting_go signals": 1, "label signals": labels})
        for arm, pairs, labels in (("ours", 29, 7), ("theirs", 39, 5), ("beside", 0, 0))
    }
    assert fewest(drawn, ("ours", "theirs")) == {"pairs": 30, "labels": 5}


def test_a_strength_that_was_not_found_is_told_and_who_learned_nothing_holds_all_at_the_base(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ways = {
        "near": lambda s: 0.02 * s**2,
        "far": lambda s: 0.08 * s**2,
        "leaping": lambda s: 0.05 if s > 0.6 else 0.001,
    }
    monkeypatch.setattr(matching, "said_by_base", lambda desk, model: [])
    monkeypatch.setattr(matching, "distance", lambda model, adapter, said: ways[adapter.name])
    desk, model = Desk(Life(0, 0, 3, 77), tmp_path, tmp_path, 4), LocalModel.__new__(LocalModel)
    points = at_equal_kl(desk, model, {arm: arm for arm in ways}, ("near", "far"))
    assert points["near"] == {"reached": 0.02, "strength": 1.0, "kl": 0.02, "off": 0.0}
    assert (points["far"]["strength"], points["far"]["kl"]) == (0.5, 0.02)
    assert points["leaping"]["off"] > 0.5
    assert points["leaping"]["kl"] in (0.05, 0.001)
    held = at_equal_kl(desk, model, {"near": "near", "far": ""}, ("near", "far"))
    assert [held[arm]["strength"] for arm in ("near", "far")] == [0.0, 0.0]
    assert held["near"]["reached"] == 0.02


def test_what_arms_are_measured_on_is_said_where_no_day_was_lived_and_nobody_came_to_a_gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "GATE", 14)
    model = LocalModel.open(tiny_newborn(tmp_path / "born"))
    desk = Desk(Life(0, 0, 3, 77), tmp_path / "life", tmp_path, 4)
    said = said_by_base(desk, model)
    assert said
    assert all(heard[-1].role == "user" and reply.strip() for heard, reply in said)


def test_comments_are_counted_whether_heard_anew_or_remembered() -> None:
    def judge(heard: Conversation, voice: Message) -> tuple[str, tuple[float, ...]]:
        return "hm", (1.0, 0.0, 0.0)

    council = Council(AskedOnce(ScriptedModel(judge=judge)), CARDS, Everyone(("sage", "fool")))
    critic = Counted(CouncilCritic.of(council))
    for _ in range(2):
        critic.score([(HEARD[0], "so no."), (HEARD[1], "so yes.")])
    assert critic.comments == 8


def test_an_effort_is_met_also_where_more_costs_no_more_for_a_while() -> None:
    def spent(count: float) -> float:
        return 10 * min(count, 3.5) if count < 4.2 else 10 * count - 7

    assert spent(at_effort(38.0, spent)) == pytest.approx(38.0, rel=0.02)
