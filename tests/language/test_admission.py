"""Requests that come in while others are under way are answered as they would be alone."""

from __future__ import annotations

from concurrent.futures import CancelledError
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eudaimon.dialogue import Message
from eudaimon.errors import CapabilityError, ModelError
from eudaimon.language import ScriptedModel, scheduler
from eudaimon.language.decoding import Lockstep, Written
from eudaimon.language.local import LocalModel
from eudaimon.language.model import Blend, Branch, Extend, Extension, Usage
from eudaimon.language.network import Network
from eudaimon.language.reading import Reader

FAMILIES = ("llama", "gemma2", "gpt_oss", "lfm2", "mamba2")
"""By the short way; with windows; with sinks; small states; no attention at all."""

VOICES = tuple(Message("council", f"You are {name}.", name) for name in ("sage", "fool", "mother"))
TEXTS = ("does Tom sell bread?", "no", "is it far from the well to the river, please?", "who keeps salt?")
TALKS = tuple((Message("user", text), Message("assistant", "yes, Tom")) for text in TEXTS)
few = settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

words = st.builds(
    Extend,
    st.sampled_from(TALKS),
    max_tokens=st.integers(0, 9),
    stop=st.sampled_from([(), (".",)]),
    temperature=st.sampled_from([0.0, 1.0]),
    seed=st.integers(0, 9),
)
voices = st.builds(
    Branch,
    st.sampled_from(TALKS),
    st.sampled_from([VOICES, VOICES[:1]]),
    max_tokens=st.integers(0, 5),
    temperature=st.just(1.0),
    seed=st.integers(0, 9),
)


def model_of(tiny: ModuleType, family: str, native: bool = True, **options: Any) -> LocalModel:
    tokenizer = tiny.native_tokenizer() if native else tiny.chatml_tokenizer()
    return LocalModel(tiny.random_model(family, tokenizer), tokenizer, **options)


def check(model: LocalModel, request: Extend | Branch, answer: Any) -> None:
    """It is the answer that the model gives to this request alone."""
    model.forget()
    if isinstance(request, Extend):
        (alone,) = model.extend([request])
        assert (answer.text, answer.finish, answer.tokens) == (alone.text, alone.finish, alone.tokens)
        assert answer.logprob == pytest.approx(alone.logprob, abs=1e-4)
        return
    for one, other in zip(answer, model.branch([request])[0], strict=True):
        assert one.text == other.text
        np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-4)


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("family", FAMILIES)
@few
@given(asked=st.lists(st.tuples(st.one_of(words, voices), st.integers(0, 6)), min_size=1, max_size=8))
def test_whoever_comes_at_any_time_hears_what_they_would_hear_alone(
    tiny: ModuleType, family: str, native: bool, asked: list[tuple[Extend | Branch, int]]
) -> None:
    model = model_of(tiny, family, native, batch_tokens=150)
    waiter, answers = model.scheduler(), []
    for request, steps in asked:
        ask: Any = waiter.extend if isinstance(request, Extend) else waiter.branch
        answers.append(ask(request))
        for _ in range(steps):
            waiter.step()
    waiter.run()
    for (request, _), answer in zip(asked, answers, strict=True):
        check(model, request, answer.result(timeout=0))


@pytest.mark.parametrize("family", ["llama", "gemma2"])
def test_those_who_came_later_share_the_forward_passes(tiny: ModuleType, family: str) -> None:
    model = model_of(tiny, family)
    waiter = model.scheduler()
    first = waiter.extend(Extend(TALKS[0], max_tokens=12, temperature=0.0))
    for _ in range(3):
        waiter.step()
    others = [waiter.extend(Extend(talk, max_tokens=6, temperature=0.0)) for talk in TALKS[1:]]
    waiter.step()
    model.usage = usage = Usage()
    for lane in waiter._lanes:
        for speaker in lane._talk.convoy.speakers:
            speaker.usage = usage
        assert len(lane._talk.convoy.speakers) == 2, "two who were read apart"
        assert len(lane._talk.convoy) == 4
    waiter.step()
    assert usage.calls == 1
    waiter.run()
    assert first.done()
    assert all(other.done() for other in others)


def test_a_finished_slot_is_reused_before_the_others_are_done(tiny: ModuleType) -> None:
    model = model_of(tiny, "llama")
    read = len(model._template.prompt(TALKS[1]).ids)
    model._ends, model._batch_tokens = frozenset(), (read + 40) + 2 * (read + 4)
    waiter, ended = model.scheduler(), []
    for number, limit in enumerate((40, 4, 4, 4, 4, 4)):
        said = waiter.extend(Extend(TALKS[1], max_tokens=limit, temperature=1.0, seed=number))
        said.add_done_callback(lambda _, number=number: ended.append(number))  # type: ignore[misc]
    most = 0
    while waiter.step():
        most = max(most, *(lane._talk.rows for lane in waiter._lanes))
    assert ended == [1, 2, 3, 4, 5, 0]
    assert most <= 3, "more did not fit"


def test_the_same_requests_give_the_same_bits(tiny: ModuleType) -> None:
    def said() -> list[Extension]:
        model = model_of(tiny, "lfm2", batch_tokens=120)
        waiter = model.scheduler()
        asked = [waiter.extend(Extend(talk, max_tokens=9, seed=seed)) for talk in TALKS for seed in range(3)]
        waiter.run()
        return [answer.result(timeout=0) for answer in asked]

    assert said() == said()


def test_what_cannot_be_answered_is_told_to_whoever_asked_and_to_nobody_else(tiny: ModuleType) -> None:
    waiter = model_of(tiny, "llama").scheduler()
    long = waiter.extend(Extend((Message("user", "no " * 600),)))
    good = waiter.extend(Extend(TALKS[0], max_tokens=3))
    waiter.run()
    assert good.result(timeout=0).tokens <= 3
    with pytest.raises(ModelError, match="reads 512 at most"):
        long.result(timeout=0)


@pytest.mark.parametrize("where", ["read", "begin"])
def test_what_fails_when_it_is_admitted_is_told_to_whoever_asked_and_to_nobody_else(
    tiny: ModuleType, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    model = model_of(tiny, "llama")
    model._ends, bad = frozenset(), model._template.prompt(TALKS[2]).ids
    read, finish = Reader.read, Lockstep._finish

    def reads(reader: Reader, prompts: Any, room: int, usage: Usage) -> Any:
        if where == "read" and bad in prompts:
            raise MemoryError("no room to read")
        return read(reader, prompts, room, usage)

    def begins(talk: Lockstep, row: int, written: Written) -> None:
        if where == "begin" and talk._tasks[talk._task[row]].prompt.ids == bad:
            raise IndexError("no beginning")
        finish(talk, row, written)

    monkeypatch.setattr(Reader, "read", reads)
    monkeypatch.setattr(Lockstep, "_finish", begins)
    waiter = model.scheduler()
    asked = [Extend(TALKS[0], max_tokens=12, temperature=0.0)]
    answers = [waiter.extend(asked[0])]
    waiter.step()
    asked += [Extend(TALKS[1], max_tokens=4, seed=1), Extend(TALKS[3], max_tokens=0)]
    answers.append(waiter.extend(asked[1]))
    fails = waiter.extend(Extend(TALKS[2], max_tokens=0))
    answers.append(waiter.extend(asked[2]))
    waiter.run()
    with pytest.raises((MemoryError, IndexError), match=r"no room to read|no beginning"):
        fails.result(timeout=0)
    for request, answer in zip(asked, answers, strict=True):
        check(model, request, answer.result(timeout=0))
    assert not waiter._open_at
    with pytest.raises((MemoryError, IndexError)):  # whoever asks for a batch is told at once
        model.extend([Extend(TALKS[2], max_tokens=0)])


def test_whoever_leaves_before_their_turn_is_not_answered(tiny: ModuleType) -> None:
    model = model_of(tiny, "llama")
    waiter = model.scheduler()
    gone = waiter.extend(Extend(TALKS[0], max_tokens=3))
    assert gone.cancel()
    assert not waiter.step()
    assert model.usage.calls == 0


@pytest.mark.parametrize("family", FAMILIES)
@few
@given(
    asked=st.lists(st.tuples(st.one_of(words, voices), st.integers(0, 3), st.booleans()), min_size=1, max_size=8),
)
def test_what_is_taken_back_while_it_is_said_leaves_the_others_what_they_hear_alone(
    tiny: ModuleType, family: str, asked: list[tuple[Extend | Branch, int, bool]]
) -> None:
    model = model_of(tiny, family, batch_tokens=150)
    waiter, answers = model.scheduler(), list[Any]()
    for request, steps, _ in asked:
        ask: Any = waiter.extend if isinstance(request, Extend) else waiter.branch
        answers.append(ask(request))
        for _ in range(steps):
            waiter.step()
    lanes, early = list(waiter._lanes), [answer.done() for answer in answers]
    for answer, (_, _, back) in zip(answers, asked, strict=True):
        if back:
            waiter.withdraw(answer)
    waiter.run()
    assert all(lane._size == 0 and not lane.busy for lane in lanes)
    for (request, _, back), answer, said in zip(asked, answers, early, strict=True):
        if said or not back:
            check(model, request, answer.result(timeout=0))
        else:
            with pytest.raises(CancelledError):
                answer.result(timeout=0)


def test_nothing_more_is_read_for_what_was_taken_back_and_its_room_is_free(tiny: ModuleType) -> None:
    model = model_of(tiny, "llama", batch_tokens=60)
    model._ends = frozenset()
    waiter = model.scheduler()
    gone = waiter.extend(Extend(TALKS[0], max_tokens=40))
    waiter.step()
    next_one = waiter.extend(Extend(TALKS[1], max_tokens=3))
    waiter.step()
    assert not next_one.done()
    waiter.withdraw(gone)
    calls = model.usage.calls
    waiter.run()
    assert next_one.result(timeout=0).tokens == 3
    assert model.usage.calls - calls <= 3


def test_others_may_be_asked_for_when_an_answer_comes(tiny: ModuleType) -> None:
    waiter, later = model_of(tiny, "llama").scheduler(), []
    first = waiter.extend(Extend(TALKS[0], max_tokens=3))
    first.add_done_callback(lambda said: later.append(waiter.branch(Branch(TALKS[0], VOICES, max_tokens=2))))
    waiter.run()
    assert len(later[0].result(timeout=0)) == len(VOICES)


def test_undertones_come_in_too(tiny: ModuleType) -> None:
    model = model_of(tiny, "llama")
    blend = Blend((Message("council", "", "sage"),), (0.5,))
    asked = [Extend(talk, max_tokens=7, temperature=1.0, seed=3, blend=blend) for talk in TALKS]
    waiter, answers = model.scheduler(), []
    for request in asked:
        answers.append(waiter.extend(request))
        waiter.step()
    waiter.run()
    for request, answer in zip(asked, answers, strict=True):
        check(model, request, answer.result(timeout=0))


@torch.inference_mode()
def test_a_layer_that_is_listened_to_meanwhile_is_run(tiny: ModuleType) -> None:
    model = model_of(tiny, "llama")
    waiter, heard = model.scheduler(), []
    answers = [waiter.extend(Extend(TALKS[0], max_tokens=9, temperature=0.0))]
    waiter.step()
    answers.append(waiter.extend(Extend(TALKS[2], max_tokens=9, temperature=0.0)))
    waiter.step()
    hook = model.model.model.layers[0].mlp.register_forward_hook(lambda *given: heard.append(given[0]))
    assert Network.lean.fget(model._base.network) is None  # type: ignore[attr-defined]
    waiter.run()
    hook.remove()
    assert heard
    for talk, answer in zip((TALKS[0], TALKS[2]), answers, strict=True):
        check(model, Extend(talk, max_tokens=9, temperature=0.0), answer.result(timeout=0))


def test_models_that_cannot_say_so() -> None:
    with pytest.raises(CapabilityError, match="takes no requests while others are under way"):
        scheduler(ScriptedModel())
