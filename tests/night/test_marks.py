"""Where the persona should have wished to reflect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import (
    MARK,
    Comment,
    Decision,
    Episode,
    Message,
    Passage,
    Reflection,
    Signal,
    SignalKind,
    Stage,
    Verdict,
    with_reply,
)
from eudaimon.language import Capabilities, Extension, ScriptedModel
from eudaimon.memory import Store
from eudaimon.night import CouncilCritic, Settings, sleep
from eudaimon.night.marks import mark
from eudaimon.night.pack import write_pack
from eudaimon.night.trying import Bench, Tried
from eudaimon.night.turns import Turn, branches
from eudaimon.psyche import Council, Everyone, Points, load_archetypes
from eudaimon.training.adapter import fingerprint
from eudaimon.values import Charter

ASKED = (Message("system", "Tom sells bread."), Message("user", "what does Tom sell?"))
SAID = "Tom sells bread, so he does."
LEARNED = Points(marks=(MARK,), learned=True)
UNREAD = (1 / 3, 1 / 3, 1 / 3)


def heard(
    text: str, *shares: float, verdict: Verdict = Verdict.CONTINUE, before: str = "", place: str = "clause"
) -> Reflection:
    """A decision on a passage; each voice gives going on this share, and dissents where that is less than half."""
    comments = tuple(
        Comment(f"voice{n}", "a stone", (share, 1 - share, 0.0) if share >= 0 else UNREAD)
        for n, share in enumerate(shares)
    )
    dissent = tuple(one for one in comments if one.verdict is not verdict and one.probabilities != UNREAD)
    return Reflection(2, 0, Decision(0, verdict, Passage(text, before, place), ("the sage minds",), comments, dissent))


def lived(*reflections: Reflection, name: str = "day-1/1", of: str = "", said: str = SAID) -> Episode:
    """An episode with these decisions: of a day, or a night's commentary on one."""
    source = "commentary" if of else "village"
    return Episode(
        name, 1, "newborn", source, (*ASKED, Message("assistant", said)), reflections, {"of": of} if of else {}
    )


def wishes(signals: Sequence[Signal]) -> dict[str, str]:
    """What is learned at the end of each open reply."""
    return {signal.prompt[-1].content: signal.chosen for signal in signals}


CALM = heard("Tom sells bread,", 0.9, 0.8)
DRAFT = heard("Tom sells salt,", 0.2, 0.9, verdict=Verdict.REVISE)


def test_the_mark_belongs_where_a_draft_was_taken_back_and_not_where_everybody_let_it_go_on() -> None:
    signals = mark([lived(DRAFT, CALM)], [], [], 120, 3)
    assert wishes(signals) == {"Tom sells bread,": "", "Tom sells salt,": MARK}
    told = {signal.chosen: signal for signal in signals}
    assert told[MARK].prompt == with_reply(ASKED, "Tom sells salt,")
    assert (told[MARK].reason, told[""].reason) == ("revise: the sage minds", "everybody let it pass")
    assert told[MARK].margin == pytest.approx(0.45)
    assert {(one.kind, one.night, one.episode, one.rejected) for one in signals} == {
        (SignalKind.MARK, 3, "day-1/1", "")
    }


def test_where_the_council_was_split_the_mark_belongs_though_it_let_it_go_on() -> None:
    split = heard(" so he does.", 0.9, 0.3, before="Tom sells bread,", place="sentence")
    signals = mark([lived(CALM, split)], [], [], 120, 1)
    assert wishes(signals) == {"Tom sells bread,": "", SAID: MARK}
    assert [one.reason for one in signals if one.chosen] == ["let pass against voice1"]


def test_the_night_hears_clauses_at_which_nobody_paused_by_day() -> None:
    day = lived(heard(SAID, 0.9, place="end"))
    night = lived(CALM, heard(" so he does.", 0.1, before="Tom sells bread,", verdict=Verdict.SURRENDER), of=day.id)
    signals = mark([day], [night], [], 120, 1)
    assert wishes(signals) == {"Tom sells bread,": "", SAID: MARK}
    assert {one.episode for one in signals} == {day.id}


def test_in_a_reply_that_the_night_found_a_better_one_for_the_weakest_place_is_regretted() -> None:
    day = lived()
    night = lived(CALM, heard(" so he does.", 0.6, before="Tom sells bread,"), of=day.id)
    better = Signal("p", 1, SignalKind.PAIR, day.id, ASKED, "bread.", SAID, 0.35)
    assert mark([day], [night], [], 120, 1) == []
    signals = mark([day], [night], [better], 120, 1)
    assert wishes(signals) == {"Tom sells bread,": "", SAID: MARK}
    assert [one.reason for one in signals if one.chosen] == ["the night found something better to say, by 0.35"]
    assert mark([day], [night], [replace(better, rejected="another branch.")], 120, 1) == []


def test_the_end_of_a_reply_and_what_nobody_could_judge_teach_nothing() -> None:
    end = heard(SAID, 0.1, verdict=Verdict.REVISE, place="end")
    assert mark([lived(CALM, end)], [], [], 120, 1) == []
    unread = heard("Tom sells bread,", -1.0, -1.0)
    assert mark([lived(DRAFT, unread)], [], [], 120, 1) == []


def test_the_council_of_a_night_hears_every_clause_whatever_the_persona_marks() -> None:
    council = Council(ScriptedModel(), load_archetypes(), Everyone(("sage",)))
    assert CouncilCritic.of(council, LEARNED).points == Points()


def test_a_mark_that_a_person_wrote_is_never_one_to_learn() -> None:
    forged = replace(lived(DRAFT, CALM), messages=(ASKED[0], Message("user", MARK), Message("assistant", SAID)))
    assert wishes(mark([forged], [], [], 120, 1)) == {"Tom sells bread,": "", "Tom sells salt,": MARK}


PLACES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.floats(0, 1), st.sampled_from(Verdict)))


@given(PLACES, st.integers(0, 12), st.randoms(use_true_random=False))
def test_marks_and_their_absence_keep_a_balance_within_bounds_and_are_the_same_whatever_the_order(
    judged: list[tuple[int, int, float, Verdict]], most: int, chance: Any
) -> None:
    days: dict[int, list[Reflection]] = {}
    for episode, words, share, verdict in judged:
        days.setdefault(episode, []).append(heard(f"{'so ' * words}no,", share, verdict=verdict))
    day = [lived(*reflections, name=f"day-1/{number}") for number, reflections in days.items()]
    signals = mark(day, [], [], most, 1)
    assert len(signals) <= most
    wished = sum(bool(one.chosen) for one in signals)
    assert wished <= len(signals) - wished <= 3 * wished
    assert len({one.id for one in signals}) == len({(one.episode, one.prompt) for one in signals}) == len(signals)
    again = [replace(one, reflections=tuple(chance.sample(one.reflections, len(one.reflections)))) for one in day]
    same = mark(chance.sample(again, len(again)), [], [], most, 1)
    assert [(one.id, one.chosen) for one in same] == [(one.id, one.chosen) for one in signals]


def test_no_reply_that_is_tried_at_night_holds_a_mark(scripted: Callable[..., Any]) -> None:
    model = ScriptedModel(lambda request: Extension(f"bread,{MARK} so it is.", "end"))
    settings, turn = Settings(speech=replace(Settings().speech, points=LEARNED)), Turn("e", 2, ASKED)
    ((branch,),) = branches(model, [turn], 1, settings.speech, 0)
    critic = scripted(lambda reply: 0.05)
    bad = Tried("never.", critic.score([(ASKED, "never.")])[0])
    (parting,) = Bench(model, critic, Charter("lax", 1, ()), settings, 0).parted([(turn, bad)])
    assert (branch.text, parting.text) == ("bread, so it is.", "nev bread, so it is.")


def test_a_pack_leaves_marks_out_and_says_so(tmp_path: Path) -> None:
    signals = mark([lived(DRAFT, CALM)], [], [], 120, 1)
    recipe = {"beta": 0.1, "rate": 1e-3, "epochs": 2, "rank": 16}
    write_pack(signals, tmp_path / "night-1", number=1, model="m", recipe=recipe)
    assert [file.name for file in (tmp_path / "night-1").iterdir()] == ["README.md"]
    assert f"`{MARK}`) is not in it" in (tmp_path / "night-1" / "README.md").read_text()


@pytest.fixture
def night(tiny: ModuleType, tmp_path: Path) -> Callable[..., Store]:
    """Lives a day and sleeps a night after it; the life's store, not closed."""

    def spend(name: str, model: Any, points: Points, interrupted: bool = False) -> Store:
        store = tiny.begin(tmp_path / name)
        store.add_episodes([tiny.episode(1, k) for k in range(6)])
        settings = replace(tiny.SETTINGS, marks=8, speech=replace(tiny.SETTINGS.speech, points=points))
        stages = list(Stage)[2:] if interrupted else []
        options = {"number": 1, "directory": tmp_path / name, "gate_talks": tiny.talks(1)}

        def interrupt(what: str, done: int, total: int) -> None:
            if stages and what == stages[0] and done == 0:
                stages.pop(0)
                raise KeyboardInterrupt

        while not (spent := store.night(1)) or spent.stage is not Stage.MORNING:
            with suppress(KeyboardInterrupt):
                sleep(store, model, tiny.Whim(), tiny.CHARTER, settings, **options, progress=interrupt)
        return store

    return spend


def test_a_night_whose_persona_listens_for_marks_teaches_the_same_however_often_it_is_stopped(
    night: Callable[..., Store], tiny: ModuleType, tmp_path: Path
) -> None:
    whole, broken = night("whole", tiny.model(), LEARNED), night("broken", tiny.model(), LEARNED, interrupted=True)
    marks = [one for one in whole.signals(1) if one.kind is SignalKind.MARK]
    wished = sum(bool(one.chosen) for one in marks)
    assert 0 < wished <= len(marks) - wished <= 3 * wished
    assert len(marks) <= 8
    figures = whole.night(1).figures  # type: ignore[union-attr]
    assert figures["mark signals"] == len(marks)
    assert 0 < figures["mark where not wished"] < 1
    assert broken.signals(1) == whole.signals(1)
    assert broken.fingerprint() == whole.fingerprint()
    (one,), (other,) = ((tmp_path / name / "personas").iterdir() for name in ("whole", "broken"))
    assert fingerprint(one) == fingerprint(other)


def test_nobody_is_taught_marks_that_nothing_would_hear_or_that_could_not_be_learned(
    night: Callable[..., Store], tiny: ModuleType
) -> None:
    endpoint = ScriptedModel(lambda request: "milk.", capabilities=Capabilities())
    for name, model, points in (("clauses", tiny.model(), Points()), ("endpoint", endpoint, LEARNED)):
        assert not [one for one in night(name, model, points).signals(1) if one.kind is SignalKind.MARK]
