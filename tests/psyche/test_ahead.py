"""Speaking ahead of the council says what waiting for it would have said, and shows nothing that is taken back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eudaimon.dialogue import Message, Verdict
from eudaimon.errors import CapabilityError
from eudaimon.language import Blend, Branch, Capabilities, Extend, Extension, ScriptedModel, Voice
from eudaimon.psyche import (
    Council,
    Everyone,
    Settings,
    derived_seed,
    drive,
    drive_ahead,
    load_archetypes,
    speak,
)

POOL = ("sage", "mother", "guardian")


def say(request: Extend) -> str:
    """Words that depend on the seed and on what was said before, as a model's do."""
    said = "".join(m.content for m in request.conversation)
    drawn = derived_seed(request.seed, said)
    return "" if drawn % 7 == 0 else f" w{drawn % 89}" + ",.;"[drawn % 3]


def hear(request: Branch, voice: Message) -> tuple[str, tuple[float, ...]]:
    """A voice that objects to a third of all passages, by what it reads alone."""
    drawn = derived_seed("".join(m.content for m in request.conversation), voice.name) % 9
    return ("no", (0.1, 0.8, 0.1)) if drawn < 3 else ("no", (0.1, 0.1, 0.8)) if drawn == 3 else ("", (0.9, 0.05, 0.05))


class Judged(ScriptedModel):
    """A scripted model with voices of its own."""

    def __init__(self) -> None:
        super().__init__(say=say)

    def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
        return [tuple(Voice(*hear(request, voice)) for voice in request.voices) for request in requests]

    def extend(self, requests: list[Extend]) -> list[Extension]:
        return [Extension(text, "stop" if text else "end", 2) for text in map(say, requests)]


def council(model: ScriptedModel) -> Council:
    return Council(model, load_archetypes(), Everyone(POOL))


class Patient(Judged):
    """Can be asked for words and voices at once, counts how it is asked, objects to nothing, and says four words."""

    def __init__(self) -> None:
        super().__init__()
        self.capabilities, self.rounds = Capabilities(together=True), []

    def together(
        self, extends: list[Extend], branches: list[Branch]
    ) -> tuple[list[Extension], list[tuple[Voice, ...]]]:
        self.rounds.append((len(extends), len(branches)))
        done = [request.conversation[-1].content.count("w") == 4 for request in extends]
        said = [Extension("", "end") if end else Extension(" w,", "stop", 2) for end in done]
        return said, [tuple(Voice("", (1.0, 0.0, 0.0)) for _ in request.voices) for request in branches]


questions = st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=4)


@settings(max_examples=30, deadline=None)
@given(questions=questions, seed=st.integers(0, 999), tries=st.integers(0, 2))
def test_the_text_is_the_same_as_if_the_persona_had_waited(questions: list[str], seed: int, tries: int) -> None:
    model, manner = Judged(), Settings(seed=seed, tries=tries, patience=3, max_tokens=24)
    talks = [(Message("user", question),) for question in questions]
    waited = drive([speak(talk, manner) for talk in talks], model, council(model))
    ahead = drive_ahead([speak(talk, manner) for talk in talks], model, council(model))
    for one, other in zip(waited, ahead, strict=True):
        assert (one.text, one.passages, one.finish) == (other.text, other.passages, other.finish)
        assert set(one.drafts) <= set(other.drafts)
        assert [r.decision.verdict for r in one.reflections] == [
            r.decision.verdict for r in other.reflections if r.decision.passage in {*one.drafts, *one.passages}
        ]


@settings(max_examples=20, deadline=None)
@given(questions=questions, seed=st.integers(0, 999))
def test_whoever_listens_hears_only_what_is_never_taken_back(questions: list[str], seed: int) -> None:
    model, told = Judged(), [[""] for _ in questions]
    personas = [speak((Message("user", q),), Settings(seed=seed, max_tokens=24)) for q in questions]
    replies = drive_ahead(personas, model, council(model), settled=lambda index, text: told[index].append(text))
    for texts, reply in zip(told, replies, strict=True):
        assert texts[-1] == reply.text
        assert all(after.startswith(before) for before, after in pairwise(texts))


def test_words_and_voices_are_asked_for_at_once() -> None:
    model = Patient()
    (reply,) = drive_ahead([speak((Message("user", "q"),), Settings())], model, council(model))
    assert len(reply.passages) == sum(branches for _, branches in model.rounds) == 2
    assert all(extends == 1 for extends, _ in model.rounds), "no round for the council alone"


def test_a_judge_on_other_weights_is_asked_by_itself() -> None:
    speaker, judge = Patient(), Judged()
    speaker.extend = lambda requests: speaker.together(requests, [])[0]  # type: ignore[method-assign]
    (reply,) = drive_ahead([speak((Message("user", "q"),), Settings(tries=0))], speaker, council(judge))
    assert reply.reflections
    assert all(branches == 0 for _, branches in speaker.rounds)


def test_progress_is_told_as_replies_end() -> None:
    model, told = Judged(), []
    personas = [speak((Message("user", q),), Settings(max_tokens=9)) for q in ("a", "b", "c")]
    drive_ahead(personas, model, council(model), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3, 3)
    assert told == sorted(told)


def test_an_undertone_needs_a_model_that_blends() -> None:
    model, blend = Judged(), Blend((Message("council", "", "sage"),), (0.2,))
    with pytest.raises(CapabilityError):
        drive_ahead([speak((Message("user", "q"),), Settings(undertone=blend))], model, council(model))


def test_a_surrender_ends_in_the_words_of_letting_go() -> None:
    class Stern(Judged):
        def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
            return [tuple(Voice("let go", (0.0, 0.0, 1.0)) for _ in request.voices) for request in requests]

    model = Stern()
    (reply,) = drive_ahead([speak((Message("user", "help"),), Settings(seed=3))], model, council(model))
    assert reply.finish == "surrender"
    assert reply.reflections[0].decision.verdict is Verdict.SURRENDER
