"""Conversations with a model that answers from elsewhere, each kept as soon as it is over."""

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from threading import Barrier, Event, active_count
from time import monotonic, sleep

import pytest

from eudaimon.dialogue import Conversation, Episode, Message
from eudaimon.errors import EndpointError
from eudaimon.language import Extend, ScriptedModel
from eudaimon.language.backend import open_model
from eudaimon.life.holding import Holding
from eudaimon.psyche import Council, Everyone, Settings, Talk, converse, load_archetypes

Say = Callable[[Extend], str]
NOTES = (Message("system", "Tom sells bread."),)


class Asker:
    """Asks its questions one after the other."""

    def __init__(self, *questions: str) -> None:
        self.questions = questions

    def next(self, messages: Conversation) -> str | None:
        turn = sum(message.role == "user" for message in messages)
        return self.questions[turn] if turn < len(self.questions) else None


def say(request: Extend) -> str:
    last = request.conversation[-1]
    return "" if last.role == "assistant" else f"you ask {last.content} with luck {request.seed}."


def holding(
    keep: Callable[[Sequence[Episode], bool], None],
    abreast: int,
    say: Say = say,
    over: Callable[[int], None] = lambda done: None,
) -> Holding:
    model = ScriptedModel(say=say)
    hold = partial(converse, model=model, settings=Settings(seed=5), day=2, persona="newborn", source="village")
    council = Council(model, load_archetypes(), Everyone(("sage", "fool")))
    return Holding(hold, council, lambda _, settings: settings, keep, abreast, over)


def talks(names: str, poisoned: str = "") -> list[Talk]:
    return [Talk(name, Asker("poison") if name == poisoned else Asker("who", "what"), NOTES) for name in names]


def test_talks_held_one_by_one_are_those_held_together() -> None:
    alone, together, told = list[tuple[Sequence[Episode], bool]](), list[Episode](), list[int]()
    holding(lambda some, last: alone.append((some, last)), 3, over=told.append).one_by_one(talks("abcdef"), {"e"})
    holding(lambda some, _: together.extend(some), 6).by_cohorts(talks("abcdf"), set(), ScriptedModel(), apart=True)
    assert sorted((one for some, _ in alone for one in some), key=lambda one: one.id) == together
    assert [last for _, last in alone] == [False, False, False, False, True]
    assert told == [1, 2, 3, 4, 5, 6]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
def test_cohorts_of_a_local_model_are_held_alike_by_one_process_and_by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    model, found, forked, children = open_model(), [], os.fork, list[int]()
    monkeypatch.setattr(os, "fork", lambda: children.append(forked()) or children[-1])
    hold = partial(converse, model=model, settings=Settings(seed=5), day=1, persona="newborn", source="village")
    council = Council(model, load_archetypes(), Everyone(("sage", "fool")))
    for cores in (1, 2):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)))
        kept, told = list[tuple[Sequence[Episode], bool]](), list[int]()
        keep = partial(lambda kept, episodes, last: kept.append((episodes, last)), kept)
        one = Holding(hold, council, lambda _, settings: settings, keep, 2, told.append)
        one.by_cohorts(talks("abcde"), {"a", "b"}, model, apart=True)
        assert [last for _, last in kept] == [False, True]
        assert (told[-1], told == sorted(told)) == (5, True)
        assert bool(children) == (cores == 2)
        found.append(kept)
    assert found[0] == found[1]
    one.by_cohorts(talks("abcde"), set(), model, apart=False)
    assert len(children) == 2


@pytest.mark.parametrize("abreast", [1, 3])
@pytest.mark.long
def test_what_befalls_one_talk_loses_nothing_of_the_others_and_ends_the_round(abreast: int) -> None:
    begun, failing = Barrier(abreast), Event()

    def fails_for_one(request: Extend) -> str:
        asked = request.conversation[-1].content
        if asked in ("poison", "who"):
            begun.wait(10)
        if asked == "what" and abreast > 1:  # nobody is done before the failure, so that no other talk can have begun
            failing.wait(10)
        if asked == "poison":
            failing.set()
            raise EndpointError("the endpoint is down")
        return say(request)

    kept = list[Episode]()
    with pytest.raises(EndpointError, match="is down"):
        holding(lambda some, _: kept.extend(some), abreast, fails_for_one).one_by_one(talks("abcdefgh", "b"), set())
    assert {episode.id for episode in kept} == set("abc"[:abreast]) - {"b"}, "no further ones begin"
    assert all(len(episode.messages) == 5 for episode in kept), "those that began are held to their end"


def test_whoever_stops_the_day_waits_for_nobody_and_talks_under_way_are_given_up() -> None:
    before, stopped, answers = active_count(), Event(), list[str]()

    def waits(request: Extend) -> str:
        if request.conversation[0].content != NOTES[0].content:
            return say(request)
        answers.append(request.conversation[-1].content)
        stopped.wait(10)
        return say(request)

    def stops(some: Sequence[Episode], last: bool) -> None:
        raise KeyboardInterrupt

    quick = Talk("quick", Asker("now"), (Message("system", "Ann sells salt."),))
    with pytest.raises(KeyboardInterrupt):
        holding(stops, 3, waits).one_by_one([*talks("ab"), quick], set())
    stopped.set()
    begun = monotonic()
    while active_count() > before and monotonic() < begun + 10:
        sleep(0.01)
    assert active_count() <= before
    assert "who" in answers
    assert "what" not in answers
