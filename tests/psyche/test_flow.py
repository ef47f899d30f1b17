"""In a flow each persona goes at its own pace, and says what it would say in any company."""

from __future__ import annotations

from concurrent.futures import Future
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eudaimon.dialogue import Decision, Message
from eudaimon.errors import CapabilityError, ModelError
from eudaimon.language import Branch, Capabilities, Extend, Extension, ScriptedModel, Voice
from eudaimon.psyche import (
    Council,
    Everyone,
    Flow,
    Settings,
    Touched,
    derived_seed,
    drive,
    drive_ahead,
    load_archetypes,
    speak,
)

POOL = ("sage", "mother", "guardian")
ARCHETYPES = load_archetypes()


def say(request: Extend) -> str:
    """Words that depend on the seed and on what was said before, as a model's do."""
    drawn = derived_seed(request.seed, "".join(m.content for m in request.conversation))
    return "" if drawn % 7 == 0 else f" w{drawn % 89}" + ",.;"[drawn % 3]


def hear(request: Branch, voice: Message) -> Voice:
    drawn = derived_seed("".join(m.content for m in request.conversation), voice.name) % 9
    return (
        Voice("no", (0.1, 0.8, 0.1))
        if drawn < 3
        else Voice("no", (0.1, 0.1, 0.8))
        if drawn == 3
        else Voice("", (0.9, 0.05, 0.05))
    )


class Waiter:
    """Answers each request after so many steps as its words say."""

    def __init__(self, model: Unhurried) -> None:
        self._model = model
        self._open: list[tuple[int, Future[Any], Any]] = []
        self._now = 0

    def extend(self, request: Extend) -> Future[Extension]:
        return self._ask(request, lambda: self._model.extend([request])[0], request.seed)

    def branch(self, request: Branch) -> Future[tuple[Voice, ...]]:
        return self._ask(request, lambda: self._model.branch([request])[0], 3)

    def withdraw(self, future: Future[Any]) -> None:
        self._model.withdrawn += any(one[1] is future for one in self._open)
        self._open = [one for one in self._open if one[1] is not future]

    def step(self) -> bool:
        self._now += 1
        due, self._open = (
            [one for one in self._open if one[0] <= self._now],
            [o for o in self._open if o[0] > self._now],
        )
        for _, future, answer in due:
            try:
                future.set_result(answer())
            except ModelError as error:
                future.set_exception(error)
        return bool(self._open)

    def _ask(self, request: Any, answer: Any, seed: int) -> Future[Any]:
        future: Future[Any] = Future()
        slow = derived_seed(seed, "".join(m.content for m in request.conversation)) % 5
        self._open.append((self._now + 1 + slow, future, answer))
        return future


class Unhurried(ScriptedModel):
    """A scripted model that takes requests at any time and answers them in an order of its own."""

    def __init__(self) -> None:
        super().__init__(say=say)
        self.capabilities, self.withdrawn = Capabilities(together=True, admits=True), 0

    def scheduler(self) -> Waiter:
        return Waiter(self)

    def extend(self, requests: list[Extend]) -> list[Extension]:
        if any("too long" in m.content for request in requests for m in request.conversation):
            raise ModelError("this conversation is too long")
        return [Extension(text, "stop" if text else "end", 2) for text in map(say, requests)]

    def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
        return [tuple(hear(request, voice) for voice in request.voices) for request in requests]


questions = st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=5)


@settings(max_examples=60, deadline=None)
@given(
    questions=questions,
    gaps=st.lists(st.integers(0, 9), min_size=5, max_size=5),
    seed=st.integers(0, 999),
    ahead=st.booleans(),
    seats=st.integers(0, 2),
)
def test_the_text_is_what_it_is_in_rounds(
    questions: list[str], gaps: list[int], seed: int, ahead: bool, seats: int
) -> None:
    model, manner = Unhurried(), Settings(seed=seed, tries=1, patience=3, max_tokens=24)
    casting: Any = Touched(model, ARCHETYPES, POOL, seats) if seats else Everyone(POOL)
    council = Council(model, ARCHETYPES, casting)
    talks = [(Message("user", question),) for question in questions]
    flow, replies = Flow(model, council, ahead=ahead), []
    for talk, gap in zip(talks, gaps, strict=False):
        replies.append(flow.admit(speak(talk, manner)))
        for _ in range(gap):
            flow.step()
    while flow.step():
        pass
    for one, other in zip(drive([speak(talk, manner) for talk in talks], model, council), replies, strict=True):
        reply = other.result(timeout=0)
        assert (one.text, one.passages, one.finish) == (reply.text, reply.passages, reply.finish)
        if not ahead:
            assert (one.drafts, one.reflections, one.tokens) == (reply.drafts, reply.reflections, reply.tokens)


@settings(max_examples=40, deadline=None)
@given(questions=questions, seed=st.integers(0, 999))
def test_who_listens_hears_only_what_stands_and_who_looks_on_sees_every_decision(
    questions: list[str], seed: int
) -> None:
    model, told = Unhurried(), [[""] for _ in questions]
    seen: list[list[Decision]] = [[] for _ in questions]
    personas = [speak((Message("user", q),), Settings(seed=seed, max_tokens=24)) for q in questions]
    replies = drive_ahead(
        personas,
        model,
        Council(model, ARCHETYPES, Everyone(POOL)),
        settled=lambda index, text: told[index].append(text),
        watch=lambda index, decision: seen[index].append(decision),
    )
    for texts, decisions, reply in zip(told, seen, replies, strict=True):
        assert texts[-1] == reply.text
        assert all(after.startswith(before) for before, after in pairwise(texts))
        assert [r.decision for r in reply.reflections] == sorted(decisions, key=lambda decision: decision.pause)


def test_nobody_waits_for_somebody_slower() -> None:
    model = Unhurried()
    council, done = Council(model, ARCHETYPES, Everyone(POOL)), []
    flow = Flow(model, council)
    for question in "abcdefgh":
        reply = flow.admit(speak((Message("user", question),), Settings(seed=5, max_tokens=24)))
        reply.add_done_callback(lambda _, question=question: done.append(question))  # type: ignore[misc]
    steps = 0
    while flow.step():
        steps += 1
        if steps == 4:
            flow.admit(speak((Message("user", "late"),), Settings(seed=5)))
    assert sorted(done) == list("abcdefgh")
    assert done != sorted(done), "whoever is done first is answered first"


def test_a_reply_that_fails_leaves_the_others_alone() -> None:
    model = Unhurried()
    flow = Flow(model, Council(model, ARCHETYPES, Everyone(POOL)))
    bad, good = (flow.admit(speak((Message("user", text),), Settings(seed=1))) for text in ("too long", "q"))
    while flow.step():
        pass
    assert good.result(timeout=0).text is not None
    with pytest.raises(ModelError):
        bad.result(timeout=0)


def test_a_model_that_takes_requests_in_batches_alone_is_refused() -> None:
    with pytest.raises(CapabilityError):
        Flow(ScriptedModel(), Council(ScriptedModel(), ARCHETYPES, Everyone(POOL)))


def test_whoever_leaves_says_no_more_and_holds_up_nobody() -> None:
    model = Unhurried()
    flow, told = Flow(model, Council(model, ARCHETYPES, Everyone(POOL))), list[str]()
    left = flow.admit(speak((Message("user", "one?"),), Settings(seed=1)), told.append)
    stays = flow.admit(speak((Message("user", "two?"),), Settings(seed=2)))
    flow.step()
    flow.leave(left)
    before = list(told)
    assert model.withdrawn == 1, "what was asked for them is taken back"
    while flow.busy:
        flow.step()
    assert left.cancelled()
    flow.leave(left)  # again, and where nobody says it
    flow.leave(Future())
    assert told == before
    assert stays.result().text


def test_each_persona_may_have_a_council_of_its_own() -> None:
    model = Unhurried()
    flow = Flow(model, Council(model, ARCHETYPES, Everyone(POOL)))
    alone = Council(model, ARCHETYPES, Everyone(("guardian",)))
    one = flow.admit(speak((Message("user", "one?"),), Settings(seed=1)), council=alone)
    other = flow.admit(speak((Message("user", "one?"),), Settings(seed=1)))
    while flow.busy:
        flow.step()
    heard = [[reflection.decision.comments for reflection in reply.result().reflections] for reply in (one, other)]
    assert [{word.archetype for words in each for word in words} for each in heard] == [{"guardian"}, set(POOL)]
