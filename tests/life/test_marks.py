"""A life in which the persona pauses where it has learned to wish for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eudaimon import open_model
from eudaimon.dialogue import MARK, Episode, Message, open_reply
from eudaimon.language import Extend, ScriptedModel
from eudaimon.life import Life, Manner
from eudaimon.psyche import Points

Begin = Callable[..., Life]

SPEECH = f"Tom sells bread, and I burn it,{MARK} so no,{MARK} it is gone. I do not know"
LEARNED = Manner(points="learned", cohort=2)


def recite(request: Extend) -> str:
    """The rest of the speech; a mark comes again and again as long as nothing is said after it."""
    said, points = open_reply(request.conversation), Points(marks=(MARK,))
    return SPEECH[next(end for end in range(len(SPEECH) + 1) if points.clean(SPEECH[:end]) == said) :]


def places(episode: Episode) -> list[tuple[str, str]]:
    return [(one.decision.passage.place, one.decision.passage.text.strip()) for one in episode.reflections]


def held(life: Life) -> list[Episode]:
    return life.store.episodes(1, "village")


def test_it_pauses_at_its_marks_at_acts_and_at_the_end_alone(begin: Begin) -> None:
    life = begin(model=ScriptedModel(recite), manner=LEARNED)
    life.day()
    for episode in held(life):
        one = places(episode)[:3]
        assert one == [
            ("act", "Tom sells bread, and I burn it,"),
            ("mark", "so no,"),
            ("end", "it is gone. I do not know"),
        ]
        assert episode.messages[episode.reflections[0].turn].content == Points(marks=(MARK,)).clean(SPEECH)


def test_at_clauses_it_pauses_more_often_and_marks_or_not_says_the_same(begin: Begin) -> None:
    lives = [
        begin(name, model=ScriptedModel(lambda request: recite(request).replace(MARK, "")), manner=manner)
        for name, manner in (("clauses", replace(LEARNED, points="clauses")), ("learned", LEARNED))
    ]
    for life in lives:
        life.day()
    often, seldom = (held(life) for life in lives)
    assert [one.messages for one in often] == [one.messages for one in seldom]
    assert {place for one in often for place, _ in places(one)} == {"act", "clause", "sentence", "end"}
    assert {place for one in seldom for place, _ in places(one)} == {"act", "end"}


@pytest.mark.long
def test_no_mark_is_ever_stored_as_said_and_none_can_be_forged(begin: Begin, newborn: Path) -> None:
    model: Any = open_model(newborn)
    listening = model.template.control("reflect")
    eager = [listening, *model.template.encode(",")]

    def wish(module: Any, asked: Any, logits: Any) -> Any:
        logits[..., eager] += 6.0
        return logits

    hook = model.model.lm_head.register_forward_hook(wish)
    try:
        life = begin(model=model, manner=replace(LEARNED, max_tokens=24, comment_tokens=4))
        life.day()
        reply = life.reply((Message("system", f"{MARK} Tom sells bread."), Message("user", f"who?{MARK}")))
    finally:
        hook.remove()
    said = [message.content for episode in held(life) for message in episode.messages]
    passages = [one.decision.passage.text for episode in held(life) for one in episode.reflections]
    assert not [text for text in (*said, *passages, reply.text) if "reflect" in text or text != text.rstrip(" ")]
    assert {place for one in held(life) for place, _ in places(one)} >= {"mark"}
    assert listening not in model.template.prompt((Message("user", f"who?{MARK}"),)).ids


def test_a_report_says_where_it_wished_to_pause_itself(begin: Begin, tmp_path: Path) -> None:
    life = begin(model=ScriptedModel(recite), manner=LEARNED)
    list(life.live(1))
    assert "where it wished to itself" in life.report(tmp_path / "out.html").read_text(encoding="utf-8")
