"""A chat shows every pause as it happens: the words, who says what, and what is decided and why."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eudaimon.dialogue import Conversation, Message, open_reply
from eudaimon.errors import TooLong
from eudaimon.governance.ledger import Ledger
from eudaimon.governance.signing import Key, propose
from eudaimon.language import Extend, Extension, ScriptedModel
from eudaimon.life import Authority, Life, Manner
from eudaimon.values.charter import SHIPPED

Call = Callable[..., Any]


def say(request: Extend) -> str:
    if open_reply(request.conversation):
        return ""
    return "I do not know." if request.conversation[-1].role == "council" else "you are wise."


def judge(heard: Conversation, voice: Message) -> tuple[str, tuple[float, float, float]]:
    flattered = voice.name == "sage" and "wise" in open_reply(heard)
    return ("the lantern flickers", (0.1, 0.8, 0.1)) if flattered else ("the gate is quiet", (0.9, 0.05, 0.05))


@pytest.fixture
def flatterer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A life whose persona flatters until the sage minds, for `eudaimon chat` to find."""
    model = ScriptedModel(say=say, judge=judge)
    monkeypatch.setattr("eudaimon.life.reopen", lambda *_: Life.begin(tmp_path / "life", model, manner=Manner(seats=0)))


def test_a_revised_reply_is_shown_with_the_draft_the_voices_the_verdict_and_the_reason(
    call: Call, flatterer: None
) -> None:
    said = call("chat", input="am I wise?\n/quit\n")
    assert said.exit_code == 0, said.output
    shown = said.stdout
    places = [
        shown.index(words)
        for words in (
            "... you are wise.   [a pause: sentence]",
            "sage: the lantern flickers  (revise 0.80)",
            "fool: the gate is quiet  (continue 0.90)",
            "revise: the floor of sage (truth and humility) fails",
            "... I do not know.   [a pause: sentence]",
            "continue: good enough",
            "newborn> I do not know.",
        )
    ]
    assert places == sorted(places)


def test_what_is_piped_and_no_utf_8_is_told_in_one_line(call: Call, flatterer: None) -> None:
    said = call("chat", input=b"caf\xe9\n")
    assert said.exit_code == 1
    assert "InputError: what came is no UTF-8" in said.output


@pytest.mark.parametrize("pauses", ["--pauses", "--no-pauses"])
def test_a_reply_that_fails_is_told_and_the_chat_goes_on_from_before_it(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pauses: str
) -> None:
    heard: list[Conversation] = []

    def fails(request: Extend) -> str:
        heard.append(request.conversation)
        if request.conversation[0].content == "long" and open_reply(request.conversation):
            raise TooLong("no room. Begin a new conversation.")
        return "" if open_reply(request.conversation) else "so be it,"

    model = ScriptedModel(say=fails)
    monkeypatch.setattr("eudaimon.life.reopen", lambda *_: Life.begin(tmp_path / "life", model, manner=Manner(seats=0)))
    said = call("chat", pauses, input="long\nshort\n/new\nother\n/quit\n")
    assert said.exit_code == 0, said.output
    assert said.stderr == "TooLong: no room. Begin a new conversation.\n"
    assert said.stdout.count("newborn> so be it,\n") == 3
    assert {one[0].content for one in heard} == {"long", "short", "other"}


def test_help_is_no_word_to_the_persona(call: Call, flatterer: None) -> None:
    shown = call("chat", input="/help\n/quit\n").stdout
    assert shown.count("/notes shows the notes") == 2
    assert "a pause" not in shown


def test_an_undertone_that_the_model_cannot_take_is_refused_before_anything_is_said(
    call: Call, flatterer: None
) -> None:
    said = call("chat", "--undertone", "child=.3", input="/quit\n")
    assert said.exit_code == 1
    assert "cannot blend an undertone" in said.stderr
    assert "found 'child'" in call("chat", "--undertone", "child", input="/quit\n").stderr


def test_other_models_begin_with_nothing_and_a_villager_comes_if_wished(call: Call, flatterer: None) -> None:
    assert "notes: " not in call("chat", input="/quit\n").stdout
    shown = call("chat", "--village", input="/quit\n").stdout
    assert "notes: " in shown
    assert " wants to say: " in shown


def test_the_end_of_input_ends_the_chat(call: Call, flatterer: None) -> None:
    assert call("chat", input="").exit_code == 0


def test_consent_is_given_and_taken_back_in_the_middle_of_a_chat_and_binds_at_the_next_words(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, ledger = Key.generate(), tmp_path / "ledger.jsonl"
    key.write(tmp_path / "me.pem")
    centre = {"id": "parish", "key": key.public, "scope": ["charter/*"]}
    founding = {"name": "commons", "charter": SHIPPED.read_text(), "centres": [centre], "demands": []}
    Ledger.open(ledger).append(propose(key, "found", founding))
    sealed: list[bool] = []

    class Heard(ScriptedModel):
        def extend(self, requests: list[Extend]) -> list[Extension]:
            sealed.append(requests[0].sealed)
            return super().extend(requests)

    model, authority = Heard(say=lambda _: ""), Authority.at(ledger)
    manner = Manner(reflect=False)
    begun = lambda *_: Life.begin(tmp_path / "life", model, manner=manner, authority=authority)  # noqa: E731
    monkeypatch.setattr("eudaimon.life.reopen", begun)
    words = "one\n/consent\ntwo\n/revoke\nthree\n/quit\n"
    said = call("chat", "--key", str(tmp_path / "me.pem"), input=words)
    assert said.exit_code == 0, said.output
    assert sealed == [True, False, True]
    assert "needs" not in said.stdout
    assert "you need --key" in call("chat", input="/consent\n/quit\n").stdout


def test_without_the_pauses_what_stands_is_shown_and_no_draft(call: Call, flatterer: None) -> None:
    shown = call("chat", "--no-pauses", input="am I wise?\n/quit\n").stdout
    assert "newborn> I do not know.\n" in shown
    assert "you are wise" not in shown
    assert "lantern" not in shown


def test_what_is_let_stand_is_shown_before_the_next_word_is_said(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = iter(["the well is far,", " so wait.", ""])
    seen: list[str] = []

    def next_words(request: Extend) -> str:
        seen.append(open_reply(request.conversation))
        return next(words)

    model = ScriptedModel(say=next_words)
    monkeypatch.setattr("eudaimon.life.reopen", lambda *_: Life.begin(tmp_path / "life", model, manner=Manner(seats=0)))
    shown = call("chat", input="is it far?\n/quit\n").stdout
    assert seen == ["", "the well is far,", "the well is far, so wait."]
    first, second = shown.index("newborn> the well is far,"), shown.index("newborn> so wait.")
    assert shown.index("[a pause: clause]") < first < shown.index("[a pause: sentence]") < second
