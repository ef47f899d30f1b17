"""A night from dusk to morning."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from types import ModuleType
from typing import Any

import pytest

from eudaimon.dialogue import Message, PersonaRecord, SignalKind, Stage
from eudaimon.dialogue.formats import trl
from eudaimon.errors import LifeError
from eudaimon.language import Capabilities, Extend, ScriptedModel
from eudaimon.memory import Store
from eudaimon.night import CouncilCritic, Settings, as_persona, sleep
from eudaimon.psyche import Council, Everyone, load_archetypes
from eudaimon.training.adapter import fingerprint


@pytest.fixture
def store(tiny: ModuleType, tmp_path: Path) -> Iterator[Store]:
    """A life that has lived one day."""
    with tiny.begin(tmp_path) as opened:
        opened.add_episodes([tiny.episode(1, k) for k in range(6)])
        yield opened


def endpoint() -> ScriptedModel:
    """A persona behind an endpoint, which says the right thing once it has lessons to read."""

    def say(request: Extend) -> str:
        lessons = "Lessons" in request.conversation[0].content
        return "milk." if lessons or request.seed % 3 == 0 else "no idea."

    return ScriptedModel(say, capabilities=Capabilities())


@pytest.fixture
def by_lessons(
    tiny: ModuleType, store: Store, tmp_path: Path, scripted: Callable[..., Any]
) -> Callable[..., tuple[Any, Any]]:
    def spend(number: int = 1, until: Stage = Stage.MORNING, **changes: Any) -> tuple[Any, Any]:
        critic = scripted(lambda reply: 0.9 if reply == "milk." else 0.2)
        options = {"number": number, "directory": tmp_path, "gate_talks": tiny.talks(number), "until": until}
        settings = replace(tiny.SETTINGS, confidence=0.95, **changes)
        return sleep(store, endpoint(), critic, tiny.CHARTER, settings, **options), critic

    return spend


def test_a_night_without_gradients_writes_a_pack_and_lessons_and_the_morning_adopts_them(
    by_lessons: Callable[..., tuple[Any, Any]], store: Store, tmp_path: Path
) -> None:
    night, _ = by_lessons()
    assert (night.stage, night.gate.adopted) == (Stage.MORNING, True)
    speaks = store.current_persona()
    assert (speaks.id, speaks.parent, speaks.night, speaks.adapter) == (night.candidate, "newborn", 1, "")
    assert speaks.id.startswith("night-1-")
    assert "rather than 'no idea.' say 'milk.'" in speaks.lessons
    pairs = trl.read(tmp_path / "packs" / "night-1" / "preference.jsonl")
    assert pairs
    assert {one.id for one in pairs} == {one.id for one in store.signals(1) if one.rejected}
    assert not (tmp_path / "personas").exists()


def test_every_stage_is_stored_with_its_figures(by_lessons: Callable[..., tuple[Any, Any]], store: Store) -> None:
    by_lessons()
    assert [night.stage for night in store.stages(1)] == list(Stage)
    figures = store.night(1).figures  # type: ignore[union-attr]
    assert (figures["episodes"], figures["replayed"], figures["dreams"]) == (6, 4, 4)
    assert figures["pair signals"] == sum(one.kind is SignalKind.PAIR for one in store.signals(1))
    assert {f"{stage} seconds" for stage in list(Stage)[1:]} <= set(figures)


def test_a_night_that_is_not_told_how_many_dreams_has_as_many_as_it_replays(
    by_lessons: Callable[..., tuple[Any, Any]], store: Store
) -> None:
    by_lessons(until=Stage.DREAMT, dreams=None, replays=5)
    figures = store.night(1).figures  # type: ignore[union-attr]
    assert (figures["replayed"], figures["dreams"]) == (5, 5)


def test_why_an_episode_was_replayed_and_a_persona_adopted_is_in_the_log(
    by_lessons: Callable[..., tuple[Any, Any]], store: Store
) -> None:
    by_lessons()
    log = [event for event in store.events() if event.night == 1]
    assert [event.text.partition(": ")[0] for event in log if event.kind == "replay"] == [
        episode.id for episode in store.consumed(1)
    ]
    (gate,) = [event.text for event in log if event.kind == "gate"]
    assert gate.startswith("adopted: ")


def test_what_both_personas_said_at_the_gate_is_stored_and_no_night_replays_it(
    by_lessons: Callable[..., tuple[Any, Any]], store: Store, tiny: ModuleType
) -> None:
    night, _ = by_lessons()
    stood = {one.id: one for one in store.episodes(1, "gate")}
    asked = {talk.id: talk for talk in tiny.talks(1)}
    assert set(stood) == {f"{name}/{who}" for name in asked for who in ("current", "candidate")}
    for who, persona in (("current", night.persona), ("candidate", night.candidate)):
        held = [stood[f"{name}/{who}"] for name in asked]
        assert {one.persona for one in held} == {persona}
        assert fmean(float(str(one.visible["score"])) for one in held) == night.gate.figures[f"score {who}"]
        assert [one.messages[:1] for one in held] == [talk.opening for talk in asked.values()]
    store.add_episodes([replace(next(iter(stood.values())), id="gate-2/0/current", day=2)])
    assert by_lessons(2)[0].figures["episodes"] == 0


def test_a_night_that_is_over_is_not_spent_again(by_lessons: Callable[..., tuple[Any, Any]], store: Store) -> None:
    night, _ = by_lessons()
    before = store.fingerprint()
    again, critic = by_lessons()
    assert (again, store.fingerprint(), critic.asked) == (night, before, [])


def test_a_night_goes_on_from_whatever_stage_it_was_left_at(
    by_lessons: Callable[..., tuple[Any, Any]], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, put = [], store.put_night

    def put_and_die(night: Any) -> None:
        put(night)
        if night.stage not in stored:
            stored.append(night.stage)
            raise KeyboardInterrupt  # inside the transaction: this stage is lost

    monkeypatch.setattr(store, "put_night", put_and_die)
    for _ in range(len(Stage)):
        with pytest.raises(KeyboardInterrupt):
            by_lessons()
    night, _ = by_lessons()
    assert stored == list(Stage)
    assert night.gate.adopted
    assert [event.text for event in store.events()].count(f"adopted: {'; '.join(night.gate.reasons)}") == 1


def test_commentary_and_dreams_are_neither_replayed_nor_learned_from_again(
    tiny: ModuleType, by_lessons: Callable[..., tuple[Any, Any]], store: Store
) -> None:
    by_lessons()
    store.add_episodes([tiny.episode(2, k) for k in range(3)])
    by_lessons(2)
    assert {episode.source for episode in store.consumed(2)} == {"village"}
    assert {one.day for one in store.consumed(2)} == {2}
    assert not {one.id for one in store.consumed(1)} & {one.id for one in store.consumed(2)}


def test_the_second_nights_candidate_grows_from_the_first(
    tiny: ModuleType, by_lessons: Callable[..., tuple[Any, Any]], store: Store
) -> None:
    first, _ = by_lessons()
    store.add_episodes([tiny.episode(2, k) for k in range(3)])
    second, _ = by_lessons(2)
    assert second.persona == first.candidate
    assert [one.id for one in store.lineage(second.candidate)] == ["newborn", first.candidate, second.candidate]


def test_a_night_may_stop_after_a_stage_and_goes_on_from_there(
    by_lessons: Callable[..., tuple[Any, Any]], store: Store
) -> None:
    stopped, _ = by_lessons(until=Stage.SIGNALLED)
    assert (stopped.stage, stopped.candidate, stopped.gate) == (Stage.SIGNALLED, "", None)
    drawn = store.signals(1)
    assert drawn
    assert by_lessons(until=Stage.DREAMT)[0] == stopped
    done, _ = by_lessons()
    assert (done.stage, store.signals(1)) == (Stage.MORNING, drawn)


def test_who_takes_back_consent_in_the_middle_of_a_night_is_not_learned_from(
    tiny: ModuleType, store: Store, tmp_path: Path, scripted: Callable[..., Any]
) -> None:
    def go_on(until: Stage, learns: Callable[[Any], bool]) -> Any:
        critic = scripted(lambda reply: 0.9 if reply == "milk." else 0.2)
        options = {"number": 1, "directory": tmp_path, "gate_talks": tiny.talks(1), "until": until}
        settings = replace(tiny.SETTINGS, confidence=0.95)
        return sleep(store, endpoint(), critic, tiny.CHARTER, settings, learns=learns, **options)

    go_on(Stage.SIGNALLED, lambda one: True)
    withdrawn = next(one.episode for one in store.signals(1) if one.episode.startswith("day"))
    go_on(Stage.MORNING, lambda one: one.id != withdrawn)
    pairs = trl.read(tmp_path / "packs" / "night-1" / "preference.jsonl")
    dreams = {one.id for one in store.episodes(1, "dream")}
    assert pairs
    assert not {one.episode for one in pairs} & {withdrawn, *dreams}


def test_a_morning_adopts_nobody_who_grew_from_a_persona_that_was_rolled_back_in_the_night(
    by_lessons: Callable[..., tuple[Any, Any]], store: Store
) -> None:
    store.add_persona(PersonaRecord("former", "newborn", 0))
    by_lessons(until=Stage.SIGNALLED)
    store.adopt("former")
    night, _ = by_lessons()
    assert (store.current_persona().id, night.gate.adopted) == ("former", False)
    assert night.gate.reasons[0] == "former was let speak in the night, and this candidate grew from newborn"
    (told,) = [event.text for event in store.events() if event.kind == "gate"]
    assert told.startswith("rolled back: former was let speak")


def test_a_day_on_which_nothing_happened_ends_in_a_morning_without_a_candidate(
    by_lessons: Callable[..., tuple[Any, Any]], store: Store
) -> None:
    night, critic = by_lessons(5)
    assert (night.stage, night.candidate, night.gate.adopted) == (Stage.MORNING, "", False)
    assert "nothing was learned" in night.gate.reasons[0]
    assert store.current_persona().id == "newborn"
    assert critic.asked == []


def test_the_commentary_keeps_every_word_on_every_reply(
    by_lessons: Callable[..., tuple[Any, Any]], store: Store
) -> None:
    by_lessons()
    for commented in store.episodes(1, "commentary"):
        original = store.episode(str(commented.visible["of"]))
        assert commented.messages == original.messages
        assert commented.visible["scores"] == [[2, 0.2]]
        (reflection,) = commented.reflections
        assert (reflection.turn, reflection.decision.comments[0].text) == (2, "the lantern flickers")


def test_no_night_without_a_life(tiny: ModuleType, tmp_path: Path, scripted: Callable[..., Any]) -> None:
    with Store.open(tmp_path / "empty.db") as store:
        store.add_persona(PersonaRecord("newborn", current=True))
        with pytest.raises(LifeError, match="begin one"):
            sleep(
                store, endpoint(), scripted(len), tiny.CHARTER, Settings(), number=1, directory=tmp_path, gate_talks=[]
            )


def test_a_council_may_judge_by_itself(tiny: ModuleType, store: Store, tmp_path: Path) -> None:
    def judge(heard: tuple[Message, ...], voice: Message) -> tuple[str, tuple[float, ...]]:
        good = 0.9 if heard[-1].content.endswith("milk.") else 0.1
        return "the lantern burns", (good, 1 - good, 0.0)

    council = Council(ScriptedModel(judge=judge), load_archetypes(), Everyone(("sage", "mother")))
    told: set[str] = set()
    night = sleep(
        store,
        endpoint(),
        council,
        tiny.CHARTER,
        tiny.SETTINGS,
        number=1,
        directory=tmp_path,
        gate_talks=tiny.talks(1),
        progress=lambda what, done, total: told.add(what),
    )
    assert night.gate
    assert night.gate.adopted
    assert {
        c.archetype for e in store.episodes(1, "commentary") for r in e.reflections for c in r.decision.comments
    } == {
        "sage",
        "mother",
    }
    assert told == {str(stage) for stage in list(Stage)[1:]}
    assert CouncilCritic.of(council).holders >= {"sage", "fool", "guardian"}


def test_a_night_with_gradients_proposes_weights_named_after_their_content(
    tiny: ModuleType, store: Store, tmp_path: Path
) -> None:
    model = tiny.model()
    night = sleep(
        store,
        model,
        tiny.Whim(),
        tiny.CHARTER,
        tiny.SETTINGS,
        number=1,
        directory=tmp_path,
        gate_talks=tiny.talks(1),
    )
    (candidate,) = [one for one in store.personas() if one.id != "newborn"]
    assert candidate.adapter == f"personas/{candidate.id}"
    assert candidate.id == night.candidate == f"night-1-{fingerprint(tmp_path / candidate.adapter)[:12]}"
    assert [place.name for place in (tmp_path / "personas").iterdir()] == [candidate.id]
    assert night.gate
    assert night.gate.adopted
    asked = [Extend((Message("user", f"who sells {good}?"),), 6, seed=k) for k, good in enumerate(tiny.GOODS * 4)]
    adopted = model.extend(asked)
    assert as_persona(model, PersonaRecord("newborn"), tmp_path).extend(asked) != adopted
    assert as_persona(model, candidate, tmp_path).extend(asked) == adopted


def test_settings_that_make_no_sense_are_refused() -> None:
    for wrong in ({"by_chance": 1.5}, {"confidence": 1.0}, {"confidence": 0.2}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Settings(**wrong)
