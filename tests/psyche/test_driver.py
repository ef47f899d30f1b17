"""The driver: many personas, one model, one judge, in lockstep."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Decision, Message, Verdict
from eudaimon.errors import CapabilityError
from eudaimon.language import Capabilities, Extend, ScriptedModel
from eudaimon.psyche import Archetypes, Council, Everyone, Pause, Settings, derived_seed, drive, speak, undertone


class Nod:
    """A control in the council's place: lets everything go on, and remembers how much it was asked at once."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        self.batches.append(len(pauses))
        return [Decision(pause.id, Verdict.CONTINUE, pause.passage) for pause in pauses]


class Coin(Nod):
    """A control that revises at random, by the words alone."""

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        return [
            Decision(pause.id, list(Verdict)[derived_seed(pause.passage.text) % 2], pause.passage) for pause in pauses
        ]


def asked(what: str) -> tuple[Message, ...]:
    return (Message("user", what),)


def echo(request: Extend) -> str:
    """Says the question's words one by one, a comma after each, then a full stop; varies with the seed."""
    words, said = request.conversation[0].content.split(), request.conversation[-1]
    done = said.content.count(",") if said.role == "assistant" else 0
    return f" {words[done]}{request.seed % 3}," if done < len(words) else ""


def test_in_every_round_all_who_pause_are_heard_at_once_and_all_who_speak_speak_at_once(recorder: Callable) -> None:
    model, nod = recorder(say=echo), Nod()
    settings = Settings()
    replies = drive([speak(asked(text), settings) for text in ("a b c d e f", "a b c d", "a b")], model, nod)
    assert [len(reply.passages) for reply in replies] == [3, 2, 1]
    assert nod.batches == [3, 2, 1]
    assert [len(batch) for batch in model.extends] == [3, 3, 3, 2, 2, 1, 1]
    for batch in model.extends:
        said = [len(request.conversation[0].content) for request in batch]
        assert said == sorted(said, reverse=True), "in the order of the personas"


def test_a_reply_that_begins_with_a_line_break_is_spoken(recorder: Callable) -> None:
    model = recorder(say=lambda request: "\n\nTom sells bread." if len(request.conversation) == 1 else "")
    (reply,) = drive([speak(asked("who?"), Settings())], model, Nod())
    assert (reply.text, reply.finish, len(model.extends)) == ("Tom sells bread.", "end", 2)


@given(st.lists(st.text(alphabet="abc ", min_size=1).filter(str.strip), min_size=1, max_size=5), st.integers(0, 9))
def test_what_one_persona_says_does_not_depend_on_who_speaks_beside_it(questions: list[str], seed: int) -> None:
    settings = Settings(seed=seed)
    together = drive([speak(asked(text), settings) for text in questions], ScriptedModel(say=echo), Coin())
    alone = [drive([speak(asked(text), settings)], ScriptedModel(say=echo), Coin())[0] for text in questions]
    assert together == alone


def test_progress_counts_up_to_all() -> None:
    seen: list[tuple[int, int]] = []
    drive(
        [speak(asked(text)) for text in ("a b c", "a", "b")],
        ScriptedModel(say=echo),
        Nod(),
        lambda done, total: seen.append((done, total)),
    )
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_nobody_to_drive_is_no_work(recorder: Callable) -> None:
    model = recorder()
    assert drive([], model, Nod()) == []
    assert model.extends == []


def test_without_reflection_the_judge_is_never_asked() -> None:
    nod = Nod()
    drive([speak(asked("a"), Settings(reflect=False))], ScriptedModel(), nod)
    assert nod.batches == []


def test_an_undertone_colours_all_speech_and_a_roles_weight_is_shared_by_its_members(
    archetypes: Archetypes, recorder: Callable
) -> None:
    blend = undertone(archetypes, {"reason": 0.2, "sage": 0.1})
    assert dict(zip([voice.name for voice in blend.voices], blend.weight, strict=True)) == {
        "sage": pytest.approx(0.2),
        "father": pytest.approx(0.1),
    }
    model = recorder(say=echo, capabilities=Capabilities(blend=True))
    drive([speak(asked("a b c"), Settings(undertone=blend))], model, Nod())
    assert all(request.blend == blend for batch in model.extends for request in batch)


def test_an_undertone_that_the_model_cannot_blend_is_refused_before_a_word(
    archetypes: Archetypes, recorder: Callable
) -> None:
    model = recorder()
    settings = Settings(undertone=undertone(archetypes, {"sage": 0.2}))
    with pytest.raises(CapabilityError, match=r"scripted cannot blend.*switch the undertone off"):
        drive([speak(asked("a"), settings)], model, Nod())
    assert model.extends == []


def test_persona_and_council_share_one_model_and_the_judges_are_always_sealed(
    archetypes: Archetypes, recorder: Callable
) -> None:
    model = recorder(say=echo, judge=lambda heard, voice: ("", (0.2, 0.8, 0.0)))
    council = Council(model, archetypes, Everyone(("sage", "shadow")))
    [reply] = drive([speak(asked("a b"), Settings(tries=1))], model, council)
    assert reply.finish == "surrender"
    assert [one.decision.voice for one in reply.reflections] == ["sage", "sage"]
    assert all(request.sealed for batch in model.branches for request in batch)
    assert not any(request.sealed for batch in model.extends for request in batch)
