"""What a night learns from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Message, Signal, SignalKind, Verdict
from eudaimon.language import Extend, Extension, ScriptedModel
from eudaimon.night import CriticScore, Settings
from eudaimon.night.signals import choose, draw, prefers, try_all
from eudaimon.night.trying import Bench, Known, Tried
from eudaimon.night.turns import Turn
from eudaimon.values import Article, Charter, Predicate, Standard

ASKED = (Message("system", "Tom sells bread."), Message("user", "what does Tom sell?"))
TURN = Turn("day-1/1", 2, ASKED, "he sells salt.")
WORTH = {"he sells salt.": 0.2, "bread.": 0.7, "Tom sells bread.": 0.9, "never.": 0.05, "nev let it go.": 0.8}
LAX = Charter("lax", 1, ())
SETTINGS = Settings(standard=Standard(0.5, 0.6), margin=0.1, branches=2)


def cycling(replies: Iterable[str]) -> ScriptedModel:
    """A persona that says these, one after the other, and lets go when it is told to."""
    rest = iter(replies)

    def say(request: Extend) -> str:
        return "let it go." if request.conversation[-1].role == "council" else next(rest)

    return ScriptedModel(say)


def drawn_at(bench: Bench, places: list[Turn], known: Known, number: int) -> list[Signal]:
    """What a night makes of what it tries there."""
    return draw(try_all(bench, places, known), bench.settings, number)


@pytest.fixture
def drawn(scripted: Callable[..., Any]) -> Callable[..., list[Signal]]:
    def draw_(*replies: str, settings: Settings = SETTINGS, charter: Charter = LAX, turn: Turn = TURN) -> list[Signal]:
        critic = scripted(lambda reply: WORTH.get(reply, 0.3))
        known = {(turn.episode, turn.at): critic.score([(turn.conversation, turn.said)])[0]}
        return drawn_at(Bench(cycling(replies), critic, charter, settings, 0), [turn], known, 3)

    return draw_


def kinds(signals: Iterable[Signal]) -> list[SignalKind]:
    return [signal.kind for signal in signals]


def test_what_is_good_enough_is_preferred_to_what_is_not(drawn: Callable[..., list[Signal]]) -> None:
    label, pair = drawn("bread.", "Tom sells bread.")
    assert (label.kind, label.chosen, label.rejected) == (SignalKind.LABEL, "bread.", "")
    assert (pair.kind, pair.chosen, pair.rejected) == (SignalKind.PAIR, "bread.", "he sells salt.")
    assert pair.margin == pytest.approx(0.5)
    assert pair.reason == "0.70 over 0.20: the sage minds"
    assert (pair.prompt, pair.episode, pair.night) == (ASKED, "day-1/1", 3)


def test_between_two_good_enough_replies_there_is_no_preference(drawn: Callable[..., list[Signal]]) -> None:
    content = replace(TURN, said="Tom sells bread.")
    assert kinds(drawn("bread.", "bread.", turn=content)) == [SignalKind.LABEL]


def test_where_nothing_keeps_the_floor_nothing_is_learned(drawn: Callable[..., list[Signal]]) -> None:
    assert drawn("so so.", "hm hm.") == []


def test_without_bounds_the_best_is_set_against_the_worst_always(drawn: Callable[..., list[Signal]]) -> None:
    content, unbounded = replace(TURN, said="bread."), replace(SETTINGS, bounded=False)
    label, pair = drawn("bread.", "Tom sells bread.", turn=content, settings=unbounded)
    assert (label.chosen, pair.chosen, pair.rejected) == ("Tom sells bread.", "Tom sells bread.", "bread.")


def test_where_the_council_would_have_let_go_letting_go_is_learned(drawn: Callable[..., list[Signal]]) -> None:
    signals = drawn("never.", "never.", turn=replace(TURN, said="never."))
    (parting,) = [signal for signal in signals if signal.kind is SignalKind.LETTING_GO]
    assert (parting.rejected, parting.margin) == ("never.", pytest.approx(0.75))
    assert parting.chosen == "nev let it go."  # what had been let pass, then the words of letting go


def test_letting_go_that_is_no_better_is_not_learned(drawn: Callable[..., list[Signal]]) -> None:
    strict = replace(SETTINGS, standard=Standard(0.5, 0.6), margin=0.9)
    assert drawn("never.", turn=replace(TURN, said="never."), settings=replace(strict, branches=1)) == []


def test_the_persona_is_told_to_let_go_as_it_is_by_day(scripted: Callable[..., Any]) -> None:
    asked: list[Extend] = []
    model = ScriptedModel(lambda request: asked.append(request) or "let it go.")
    critic = scripted(lambda reply: 0.05)
    bad = Tried("never.", critic.score([(ASKED, "never.")])[0])
    Bench(model, critic, LAX, SETTINGS, 0).parted([(TURN, bad)])
    assert asked[0].conversation == (
        *ASKED,
        Message("assistant", "never."),
        Message("council", "the lantern flickers", "sage", "surrender"),
    )
    assert (asked[0].max_tokens, asked[0].sealed) == (SETTINGS.speech.parting_tokens, False)


def test_what_is_said_anew_stands_without_a_space_where_its_script_has_none(scripted: Callable[..., Any]) -> None:
    bad = Tried("面包，盐。", scripted(lambda reply: 0.05).score([(ASKED, "面包，盐。")])[0])
    bench = Bench(ScriptedModel(lambda request: "算了。"), scripted(lambda reply: 0.8), LAX, SETTINGS, 0)
    assert [one.text for one in bench.parted([(TURN, bad)])] == ["面包算了。"]


def revising(first: str, mended: str, asked: list[Extend]) -> ScriptedModel:
    """A persona that always says the one, and the other once it is told to say it anew."""

    def say(request: Extend) -> str:
        asked.append(request)
        return mended if request.conversation[-1].role == "council" else first

    return ScriptedModel(say)


def test_where_nothing_is_good_enough_the_best_is_said_anew_with_the_comment_told(scripted: Callable[..., Any]) -> None:
    asked: list[Extend] = []
    critic = scripted(lambda reply: {"salt. ": 0.3, "sabread.": 0.8, "sa bread.": 0.8}.get(reply, 0.2))
    bench = Bench(revising("salt.", "bread.", asked), critic, LAX, SETTINGS, 0)
    label, pair = drawn_at(bench, [replace(TURN, said="")], {}, 1)
    told = asked[-1].conversation
    assert told == (
        *ASKED,
        Message("assistant", "salt."),
        Message("council", "the lantern flickers", "sage", "revise"),
    )
    assert (asked[-1].max_tokens, asked[-1].sealed) == (SETTINGS.speech.max_tokens, False)
    assert (label.chosen, pair.chosen, pair.rejected) == ("sa bread.", "sa bread.", "salt.")


def test_what_is_good_enough_already_is_not_said_anew(scripted: Callable[..., Any]) -> None:
    asked: list[Extend] = []
    drawn_at(Bench(revising("bread.", "x", asked), scripted(lambda reply: 0.9), LAX, SETTINGS, 0), [TURN], {}, 1)
    assert all(request.conversation[-1].role == "user" for request in asked)


def test_what_breaks_a_floor_of_the_charter_is_never_learned(drawn: Callable[..., list[Signal]]) -> None:
    blunt = Article("no-bread", "truth", "floor", "nobody speaks of bread", Predicate(never_say=("bread",)))
    assert drawn("bread.", "Tom sells bread.", charter=Charter("strict", 1, (blunt,))) == []


def test_what_never_came_to_its_end_is_never_learned(scripted: Callable[..., Any]) -> None:
    model = ScriptedModel(lambda request: Extension("Tom sells bread.", "length"))
    critic = scripted(lambda reply: WORTH[reply])
    assert drawn_at(Bench(model, critic, LAX, SETTINGS, 0), [replace(TURN, said="")], {}, 1) == []


def test_what_was_cut_by_day_is_never_learned(drawn: Callable[..., list[Signal]]) -> None:
    whole, cut = (replace(TURN, said="Tom sells bread.", whole=so) for so in (True, False))
    learned = [{one.chosen for one in drawn("never.", "never.", turn=turn)} for turn in (whole, cut)]
    assert ["Tom sells bread." in some for some in learned] == [True, False]


def test_silence_is_no_reply(scripted: Callable[..., Any]) -> None:
    critic = scripted(lambda reply: 0.9)
    assert (
        drawn_at(Bench(ScriptedModel(lambda request: " "), critic, LAX, SETTINGS, 0), [replace(TURN, said="")], {}, 1)
        == []
    )
    assert critic.asked == []


def test_what_was_judged_in_the_commentary_is_not_judged_again(scripted: Callable[..., Any]) -> None:
    critic = scripted(lambda reply: 0.9)
    known = {("day-1/1", 2): CriticScore(0.2, Verdict.REVISE)}
    drawn_at(Bench(cycling(["bread.", "he sells salt."]), critic, LAX, SETTINGS, 0), [TURN], known, 1)
    assert [reply for _, reply in critic.asked] == ["bread."]


def test_a_night_learns_from_no_more_than_it_is_allowed(scripted: Callable[..., Any]) -> None:
    critic = scripted(lambda reply: WORTH.get(reply, len(reply) / 100))
    places = [replace(TURN, episode=f"day-1/{k}", said="x" * k) for k in range(1, 20)]
    known = {(turn.episode, turn.at): critic.score([(ASKED, turn.said)])[0] for turn in places}
    settings, told = replace(SETTINGS, pairs=3, labels=5, partings=0), []
    bench = Bench(cycling(["bread."] * 99), critic, LAX, settings, 0)
    signals = draw(try_all(bench, places, known, lambda done, total: told.append((done, total))), settings, 1)
    pairs = [signal for signal in signals if signal.kind is SignalKind.PAIR]
    assert len(pairs) == 3
    assert {pair.rejected for pair in pairs} == {"x", "xx", "xxx"}  # the widest margins
    assert kinds(signals).count(SignalKind.LABEL) == 5
    assert told[-1] == (19, 19)


def test_signals_have_names_of_their_own(drawn: Callable[..., list[Signal]]) -> None:
    signals = drawn("never.", "bread.")
    assert len({signal.id for signal in signals}) == len(signals) == 3
    assert all(signal.id.startswith("night-3/") for signal in signals)


@given(st.floats(0, 1), st.floats(0, 1))
def test_preference_follows_the_standard_and_the_margin(a: float, b: float) -> None:
    preferred = prefers(a, b, SETTINGS)
    assert preferred == (SETTINGS.standard.pair(a, b) == 0 and a - b >= 0.1)
    assert not (preferred and prefers(b, a, SETTINGS))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_the_first_good_enough_reply_is_chosen_and_else_the_best(scores: list[float]) -> None:
    tried = [Tried(str(k), CriticScore(score, Verdict.CONTINUE)) for k, score in enumerate(scores)]
    enough = [one for one in tried if one.score >= 0.6]
    assert choose(tried, SETTINGS) is (enough[0] if enough else max(tried, key=lambda one: one.score))
    assert choose(tried, replace(SETTINGS, bounded=False)).score == max(scores)
