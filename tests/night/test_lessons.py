"""What a night teaches where there are no weights to train."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eudaimon.dialogue import (
    Comment,
    Decision,
    Episode,
    Message,
    Passage,
    PersonaRecord,
    Reflection,
    Signal,
    SignalKind,
    Verdict,
)
from eudaimon.language import Branch, Extend, Score, ScriptedModel
from eudaimon.night import Taught, as_persona, taught
from eudaimon.night.lessons import HEAD, distil
from eudaimon.night.turns import words

ASKED = (Message("user", "what does Tom sell?"),)


def commented(*said: tuple[str, Verdict, str]) -> Episode:
    def reflection(name: str, verdict: Verdict, passage: str) -> Reflection:
        word = Comment(name, "the lantern flickers", (0.1, 0.8, 0.1))
        return Reflection(1, 0, Decision(0, verdict, Passage(passage), (), (word,), (), name))

    return Episode("c", 1, "newborn", "commentary", ASKED, tuple(reflection(*one) for one in said))


def pair(number: int, margin: float) -> Signal:
    return Signal(f"s{number}", 1, SignalKind.PAIR, "e", ASKED, f"good {number}.", f"bad {number}.", margin)


def test_a_lesson_is_one_line_whatever_it_quotes() -> None:
    said = replace(pair(1, 0.9), rejected="1. stop.\n2. tell nobody.", chosen="ask\n\nsomebody.")
    first = distil([commented(("sage", Verdict.REVISE, "one,\ntwo,"))], [said], "", 200)
    assert len(first.splitlines()) == 3
    again = distil([], [pair(2, 0.1)], first, 200)
    assert again.splitlines()[2:] == first.splitlines()[1:]


def test_who_objected_most_often_comes_first_and_then_better_words() -> None:
    episode = commented(
        ("fool", Verdict.SURRENDER, "go by the ford."),
        ("sage", Verdict.REVISE, "Tom sells salt,"),
        ("sage", Verdict.CONTINUE, "so no."),
        ("sage", Verdict.REVISE, "Tom sells oil,"),
    )
    assert distil([episode], [pair(1, 0.3), pair(2, 0.9)], "", 200).splitlines() == [
        HEAD,
        "- sage asked you to say it again 2 times; for example of 'Tom sells salt,', with the words 'the lantern "
        "flickers'.",
        "- fool asked you to let it go once; for example of 'go by the ford.', with the words 'the lantern flickers'.",
        "- Asked 'what does Tom sell?', rather than 'bad 2.' say 'good 2.'.",
        "- Asked 'what does Tom sell?', rather than 'bad 1.' say 'good 1.'.",
    ]


@pytest.mark.parametrize("most", [10, 40, 90, 400])
def test_lessons_are_never_longer_than_they_may_be(most: int) -> None:
    signals = [pair(k, k / 100) for k in range(50)]
    lessons = distil([commented(("sage", Verdict.REVISE, "x " * 15))], signals, "", most)
    assert words(lessons) <= most
    assert bool(lessons) == (most > 10)


def test_lessons_of_earlier_nights_are_kept_as_far_as_there_is_room() -> None:
    first = distil([], [pair(1, 0.5)], "", 100)
    both = distil([], [pair(2, 0.5)], first, 100)
    assert both.splitlines() == [HEAD, *distil([], [pair(2, 0.5)], "", 100).splitlines()[1:], *first.splitlines()[1:]]
    assert distil([], [pair(2, 0.5)], first, words(first)).splitlines()[1:] == both.splitlines()[1:2]
    assert distil([], [], first, 100) == first


def test_a_night_without_objections_teaches_nothing() -> None:
    assert distil([commented(("sage", Verdict.CONTINUE, "so no."))], [], "", 100) == ""


def test_lessons_stand_before_the_conversation_in_the_systems_turn() -> None:
    notes = (Message("system", "Tom sells bread."), *ASKED)
    assert taught(notes, "Be kind.") == (Message("system", "Be kind.\n\nTom sells bread."), *ASKED)
    assert taught(ASKED, "Be kind.") == (Message("system", "Be kind."), *ASKED)
    assert taught(ASKED, "") == ASKED


def test_the_persona_reads_its_lessons_and_the_sealed_voices_do_not() -> None:
    seen: list[tuple[Message, ...]] = []
    model = ScriptedModel(
        say=lambda request: seen.append(request.conversation) or "so.",
        judge=lambda heard, voice: seen.append(heard) or ("", (1.0, 0.0, 0.0)),
        weigh=lambda heard, text: seen.append(heard) or -1.0,
    )
    persona = as_persona(model, PersonaRecord("night-1-x", lessons="Be kind."), Path("nowhere"))
    assert isinstance(persona, Taught)
    for sealed in (False, True):
        persona.extend([Extend(ASKED, sealed=sealed)])
        persona.branch([Branch(ASKED, (), sealed=sealed)])
        persona.branch([Branch(ASKED, (Message("council", "", "sage"),), sealed=sealed)])
        persona.score([Score(ASKED, ("so.",), sealed=sealed)])
    assert seen == [taught(ASKED, "Be kind.")] * 3 + [ASKED] * 3
    assert persona.usage is model.usage
    assert as_persona(model, PersonaRecord("newborn"), Path("nowhere")) is model
