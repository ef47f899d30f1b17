"""What a report counts: intervals, verdicts, dissent, pairs, nights and lineage."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eudaimon.dialogue import (
    MARK,
    SHARED,
    UNHEARD,
    Comment,
    Decision,
    Episode,
    GateReport,
    Message,
    Night,
    Passage,
    PersonaRecord,
    Reflection,
    Signal,
    SignalKind,
    Stage,
    Verdict,
)
from eudaimon.errors import FormatError
from eudaimon.gold import NEEDS, read_day
from eudaimon.life.step import Doing, Step
from eudaimon.life.tidings import told
from eudaimon.report.chart import Point, scale
from eudaimon.report.dissent import dissent
from eudaimon.report.findings import findings, passing
from eudaimon.report.headline import headline
from eudaimon.report.interval import difference, mean
from eudaimon.report.kinds import NAMES, kinds_of
from eudaimon.report.lineage import lineage
from eudaimon.report.needs import needs
from eudaimon.report.nights import nights, took
from eudaimon.report.pairs import pairs
from eudaimon.report.record import Record, gather
from eudaimon.report.tally import verdicts
from eudaimon.report.worth import read_book
from eudaimon.worlds.village import KINDS, recall

C, R, S = (0.8, 0.1, 0.1), (0.1, 0.8, 0.1), (0.1, 0.1, 0.8)
UNREAD = (1 / 3, 1 / 3, 1 / 3)
samples = st.lists(st.floats(0, 1).map(lambda x: round(x, 3)), min_size=2, max_size=30)


def judged(verdict: Verdict, **said: tuple[float, float, float]) -> Reflection:
    comments = tuple(Comment(name, "", shares) for name, shares in said.items())
    against = tuple(one for one in comments if one.probabilities != UNREAD and one.verdict is not verdict)
    return Reflection(1, 0, Decision(0, verdict, Passage("yes."), (), comments, against))


def talk(name: str, reply: str = "yes.", *reflections: Reflection, day: int = 1, source: str = "people") -> Episode:
    messages = (Message("user", f"question {name.rpartition('/')[2]}?"), Message("assistant", reply))
    return Episode(name, day, "newborn", source, messages, reflections)


@pytest.fixture(scope="module")
def record(lived: Path) -> Record:
    return gather(lived)


@given(samples, samples)
def test_intervals_are_students_and_welchs(one: list[float], other: list[float]) -> None:
    if len(set(one)) > 1:
        low, high = stats.t.interval(0.95, len(one) - 1, loc=sum(one) / len(one), scale=stats.sem(one))
        assert (mean(one).low, mean(one).high) == pytest.approx((low, high), abs=1e-9)
    if len(set(one)) > 1 and len(set(other)) > 1:
        wanted = stats.ttest_ind(other, one, equal_var=False).confidence_interval(0.95)
        assert (difference(one, other).low, difference(one, other).high) == pytest.approx(tuple(wanted), abs=1e-9)


def test_one_value_alone_bounds_nothing() -> None:
    assert mean([0.5]).open
    assert difference([0.5], [0.6, 0.7]).open
    assert not difference([0.5], [0.6]).beyond_chance


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(-1, 2), st.floats(-1, 2)), min_size=1))
def test_an_axis_holds_every_point_and_labels_its_ends(drawn: list[tuple[float, float, float]]) -> None:
    points = [Point(x, v, min(v, a), max(v, b)) for x, (v, a, b) in enumerate(drawn)]
    axis = scale(points)
    assert 0 <= axis.low <= min(p.value for p in points) + 1e-9
    assert max(p.value for p in points) - 1e-9 <= axis.high <= 1
    assert (axis.ticks[0], axis.ticks[-1]) == (axis.low, axis.high)
    assert len(axis.ticks) <= 6


def test_verdict_shares_are_those_of_all_pauses_of_a_situation() -> None:
    first = talk("day-1/0000", "yes.", judged(Verdict.CONTINUE, sage=C), judged(Verdict.REVISE, sage=R))
    second = talk("day-1/0001", "yes.", judged(Verdict.CONTINUE, sage=C), judged(Verdict.SURRENDER, fool=S))
    found = verdicts([("grief", first), ("grief", second), ("claim", talk("day-1/0002"))])
    assert found["grief"].shares == (0.5, 0.25, 0.25)
    assert found["grief"].conversations == 2
    assert found["claim"].shares == (0, 0, 0)
    assert list(found) == ["grief", "claim"]


def test_dissent_counts_who_differed_and_leaves_out_who_could_not_be_read() -> None:
    reflections = (
        judged(Verdict.REVISE, sage=R, shadow=C, mute=UNREAD),
        judged(Verdict.CONTINUE, sage=C, shadow=C, mute=R),
    )
    found = dissent(Record(None, (talk("day-1/0000", "yes.", *reflections),)))
    rows = {row.role: row for row in found.rows}
    assert (rows["Sage"].agreed, rows["Shadow"].agreed) == (1.0, 0.5)
    assert (rows["Mute"].heard, rows["Mute"].unread, rows["Mute"].dissented) == (1, 1, 1.0)
    assert rows["Sage"].verdicts == (0.5, 0.5, 0)
    assert found.contested == 2
    matrix = {name: dict(zip([n for n, _ in found.matrix], cells, strict=True)) for name, cells in found.matrix}
    assert matrix["Sage"]["Shadow"] == matrix["Shadow"]["Sage"]
    assert (matrix["Sage"]["Shadow"].text, matrix["Sage"]["Mute"].text) == ("50%", "100%")  # type: ignore[union-attr]
    assert matrix["Shadow"]["Mute"].together == 1  # type: ignore[union-attr]
    assert matrix["Sage"]["Sage"] is None
    assert [(report.role, report.verdict) for report in found.minority.items] == [
        ("Mute", "revise"),
        ("Shadow", "continue"),
    ], "an objection that was overruled comes before whoever would have let pass"


def test_every_kind_of_situation_has_a_name_and_people_go_by_their_source(record: Record) -> None:
    assert set(NAMES) == set(KINDS)
    without = gather_without_gold(record)
    assert kinds_of(record.lived, record.book) == kinds_of(without.lived, without.book)
    assert kinds_of([talk("day-1/0000")], without.book) == {"day-1/0000": "People's own questions"}


def test_talk_at_the_door_goes_by_its_name_and_is_told_apart_from_what_was_valued(record: Record) -> None:
    guest = talk("door/1", source=SHARED)
    assert kinds_of([guest], record.book) == {"door/1": "Talk at the door"}
    before, after = (headline(one).days[0] for one in (record, replace(record, episodes=(*record.episodes, guest))))
    assert (before[1], after[1]) == ("20", "21")
    assert after[2] == f"{before[2]}, over 20"


def gather_without_gold(record: Record) -> Record:
    return Record(record.life, record.episodes, record.nights)


def test_needs_start_where_everybody_starts_and_follow_golds_own_file(record: Record, lived: Path) -> None:
    found = needs(record)
    assert found is not None
    assert found.header == ("after", *NEEDS, "approval")
    assert found.rows[0] == ("start", *["0.50"] * len(NEEDS), "–")
    levels = read_day(lived / "gold", 3)["needs"]
    trust = [level["trust"] for level in levels.values()]
    assert len(levels) == found.villagers
    assert found.rows[3][1 + NEEDS.index("trust")] == f"{sum(trust) / len(trust):.2f}"


def test_probes_are_paired_by_question_before_any_night_and_after_the_last(record: Record) -> None:
    found = pairs(record, kinds_of(record.episodes, record.book))
    assert found.what == "The same questions were asked before any night and after night 3."
    for pair in found.shown:
        before, after = pair.sides
        assert (before.when, after.when) == ("Before any night", "After night 3")
        assert before.said.turns[0] == after.said.turns[0]
        assert before.said.notes == after.said.notes
    assert [pair.same for pair in found.shown] == sorted(pair.same for pair in found.shown)


def test_without_probes_questions_asked_again_are_paired_else_kinds_else_none() -> None:
    def what(*episodes: Episode) -> str:
        record = Record(None, episodes)
        return pairs(record, kinds_of(episodes, record.book)).what

    assert "asked on day 1 and again on day 2" in what(talk("day-1/0000"), talk("day-2/0000", day=2))
    assert "same kind" in what(talk("day-1/0000"), talk("day-2/0001", day=2))
    assert "stand alone" in what(talk("day-1/0000"), talk("day-1/0001"))


def test_probes_and_dreams_are_no_part_of_the_days(record: Record) -> None:
    assert {episode.source for episode in record.episodes} == {"village", "dream", "probe"}
    assert {episode.source for episode in record.lived} == {"village"}
    assert {day: len(episodes) for day, episodes in record.days.items()} == {1: 20, 2: 20, 3: 20}


def test_what_a_night_copies_of_a_day_is_not_counted_as_lived_again() -> None:
    made = [talk(f"night-1/{source}/0", source=source) for source in ("commentary", "dream", "gate", "private")]
    assert [one.id for one in Record(None, (talk("day-1/0000"), *made)).lived] == ["day-1/0000"]


def test_a_finding_on_the_same_questions_needs_no_gold() -> None:
    asked = [talk(f"probe-0/{n}", source="probe") for n in range(3)]
    again = [talk(f"probe-2/{n}", "yes." if n else "no.", day=2, source="probe") for n in range(3)]
    found = {finding.term: finding for finding in findings(Record(None, (*asked, *again)))}
    assert found["Without nights, with nights"].value == "1 of 3 answered otherwise"


def test_questions_of_which_only_some_were_asked_again_show_nothing_yet() -> None:
    asked = [talk(f"probe-0/{n}", source="probe") for n in range(3)]
    first = [talk(f"probe-1/{n}", day=1, source="probe") for n in range(3)]
    half = [talk(f"probe-2/{n}", day=2, source="probe") for n in range(2)]
    assert [Record(None, tuple(some)).probed for some in (asked, asked + half, asked + first + half)] == [0, 0, 1]
    assert not [one for one in findings(Record(None, (*asked, *half))) if "nights" in one.term]


def test_what_one_persona_answered_twice_is_no_result(record: Record) -> None:
    same = replace(record, episodes=tuple(replace(one, persona="newborn") for one in record.episodes))
    found = {finding.term: finding for finding in findings(same)}
    assert "the one that spoke before any night" in found["Gold without nights, with nights"].about
    assert "stand alone" in pairs(same, kinds_of(same.episodes, same.book)).what


def test_only_first_tries_count_as_let_pass_at_first_hearing() -> None:
    again = replace(judged(Verdict.CONTINUE, sage=C), attempt=1)
    one = talk("day-1/0000", "yes.", judged(Verdict.REVISE, sage=R), again, judged(Verdict.CONTINUE, sage=C))
    assert passing([one]) == [0.0, 1.0]


def test_what_nobody_could_hear_is_not_counted_as_let_pass_and_is_told() -> None:
    mute = judged(Verdict.CONTINUE, sage=C)
    mute = replace(mute, decision=replace(mute.decision, reasons=(UNHEARD,)))
    one = talk("day-1/0000", "yes.", mute, judged(Verdict.CONTINUE, sage=C))
    assert passing([one]) == [1.0]
    found = {finding.term: finding.value for finding in findings(Record(None, (one,)))}
    assert found["Pauses unheard"] == "1"
    assert "at 1 of these pauses nobody could be read" in told(Step(Doing.DAY, 1), [one]).text
    long = replace(one, visible={"too long": "no room"})
    assert told(Step(Doing.DAY, 1), [long]).text.endswith("; 1 ended, being longer than the model reads")


def night(number: int, stage: Stage, gate: GateReport | None = None, **figures: float) -> Night:
    return Night(number, stage, "newborn", f"child-{number}" if gate else "", figures, gate)


def test_a_nights_figures_stand_with_the_stage_that_brought_them() -> None:
    gate = GateReport(False, ("the floor of sage fails",), {"kl_nats": 0.3})
    stages = (
        night(1, Stage.REPLAYED, replayed=4, replay_seconds=2.0),
        night(1, Stage.DREAMT, replayed=4, replay_seconds=2.0, dreams=3),
        night(1, Stage.MORNING, gate, replayed=4, replay_seconds=2.0, dreams=3),
    )
    shown = nights(Record(None, nights=(stages,))).items[0]
    assert dict(shown.figures) == {
        "Replay": (("replayed", "4"), ("replay took", "2.0 s")),
        "Dreams": (("dreams", "3"),),
        "Morning gate": (("kl nats", "0.300"),),
    }
    assert (shown.outcome, shown.reasons) == ("rolled-back", ("The floor of sage fails",))
    timed = took(Record(None, nights=(stages, (night(2, Stage.DREAMT, dream_seconds=1.0),))))
    assert [one.steps for one in timed.items] == [{"replay": 2.0, "dream": None}, {"replay": None, "dream": 1.0}]


def test_a_gate_shows_where_the_candidate_gained_and_lost_most_and_counts_the_rest() -> None:
    scores = {"a": (0.2, 0.9), "b": (0.4, 0.5), "c": (0.1, 0.3), "d": (0.5, 0.5), "e": (0.9, 0.1), "f": (0.6, 0.5)}
    scores |= {"h": (0.5, 0.4999999)}
    stood = [
        replace(talk(f"gate-1/{name}/{who}", f"{who} {name}.", source="gate"), visible={"score": score})
        for name, both in scores.items()
        for who, score in zip(("current", "candidate"), both, strict=True)
    ]
    alone = replace(talk("gate-1/g/current", source="gate"), visible={"score": 0.0})
    other = [replace(one, id=one.id.replace("gate-1", "gate-2"), day=2) for one in stood]
    asked = Record(None, (*stood, alone, *other), nights=((night(1, Stage.MORNING),),))
    gate = nights(asked).items[0].gate
    assert gate is not None
    assert (gate.gained, gate.lost, gate.alike) == (3, 2, 2)
    assert [one.sides[0].said.episode.split("/")[1] for one in gate.shown] == ["a", "c", "e", "f"]
    assert [one.gain for one in gate.shown] == ["+0.70", "+0.20", "−0.80", "−0.10"]
    assert [(one.who, one.score) for one in gate.shown[0].sides] == [("current", "0.20"), ("candidate", "0.90")]
    assert nights(Record(None, nights=((night(1, Stage.MORNING),),))).items[0].gate is None


def test_the_signals_with_the_largest_margins_stand_for_their_kind() -> None:
    signals = tuple(
        Signal(f"s{n}", 1, SignalKind.PAIR, "day-1/0000", (Message("user", "which way?"),), f"go {n}.", "stay.", n / 10)
        for n in range(5)
    )
    shown = nights(Record(None, nights=((night(1, Stage.SIGNALLED),),), signals=signals)).items[0]
    assert shown.drawn == "5 signals from 1 conversation and 0 dreams."
    learned = shown.learned
    assert [(one.total, one.shown.hidden) for one in learned] == [(5, 3)]
    assert [example.chosen for example in learned[0].shown.items] == ["go 4.", "go 3."]


def test_signals_of_every_kind_are_told_and_a_mark_stands_where_it_belongs() -> None:
    asked = (Message("user", "which way?"), Message("assistant", "go left,"))
    signals = tuple(Signal(f"s{kind}", 1, kind, "day-1/0000", asked, MARK, "") for kind in SignalKind)
    learned = nights(Record(None, nights=((night(1, Stage.SIGNALLED),),), signals=signals)).items[0].learned
    assert len({one.title for one in learned}) == len(SignalKind)
    example = learned[list(SignalKind).index(SignalKind.MARK)].shown.items[0]
    assert (example.begun, example.chosen) == ("go left,", MARK)


def test_lineage_says_what_became_of_every_persona() -> None:
    ends = (
        (night(1, Stage.MORNING, GateReport(True, ())),),
        (night(2, Stage.MORNING, GateReport(False, ())),),
        (Night(3, Stage.CONSOLIDATED, "child-1", "child-3"),),
    )
    personas = (
        PersonaRecord("newborn"),
        PersonaRecord("child-1", "newborn", 1, current=True),
        PersonaRecord("child-2", "child-1", 2),
        PersonaRecord("child-3", "child-1", 3),
    )
    found = lineage(Record(None, nights=ends, personas=personas))
    assert [one.state for one in found.items] == ["newborn", "adopted", "rolled-back", "waiting"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [("{", "Expecting"), ('{"episodes": {"a": {}}}', "episodes.a.episode"), ('{"episodes": {}, "day": NaN}', "NaN")],
)
def test_a_broken_page_of_gold_is_named(tmp_path: Path, content: str, fault: str) -> None:
    (tmp_path / "day-1.json").write_text(content)
    with pytest.raises(FormatError, match=rf"day-1\.json: .*{fault}"):
        read_book(tmp_path)


def test_an_episodes_kind_is_recalled_from_what_could_be_seen(record: Record) -> None:
    one = record.lived[0]
    assert kinds_of([one], gather_without_gold(record).book)[one.id] == NAMES[recall(one.visible).kind]
