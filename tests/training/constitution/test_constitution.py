"""Critique, revision and preference by principles: what is said to the model, what comes of it, and what each does."""

import math
from statistics import fmean

import pytest

from eudaimon.dialogue import Conversation
from eudaimon.errors import CapabilityError, InputError
from eudaimon.language import Capabilities, Extend
from eudaimon.language.scripted import ScriptedModel
from eudaimon.training.constitution import Weighed, prefer, principles_of, report, revise, soft_rows, without_each
from eudaimon.training.constitution.principles import Principle
from eudaimon.values import read_charter

KIND, SHORT = Principle("kind", "be kind"), Principle("short", "be short")


def test_principles_are_the_charters_articles_but_those_left_out() -> None:
    charter = read_charter()
    every = principles_of(charter)
    assert [one.id for one in every] == [article.id for article in charter.articles]
    fewer = principles_of(charter, ["humility"])
    assert {one.id for one in every} - {one.id for one in fewer} == {"humility"}
    for name, rest in without_each(every):
        assert name not in {one.id for one in rest}
        assert len(rest) == len(every) - 1


def test_articles_that_are_not_there_cannot_be_left_out_and_something_must_remain() -> None:
    charter = read_charter()
    with pytest.raises(InputError, match="no article 'greed'"):
        principles_of(charter, ["greed"])
    with pytest.raises(InputError, match="no principle"):
        principles_of(charter, [article.id for article in charter.articles])


def test_each_round_criticises_the_last_reply_and_revises_it_by_the_criticism() -> None:
    heard: list[Conversation] = []

    def say(request: Extend) -> str:
        heard.append(request.conversation)
        last = request.conversation[-1].content
        return (
            "too rude" if "Criticise" in last else f"reply {sum(m.role == 'assistant' for m in request.conversation)}"
        )

    (found,) = revise(ScriptedModel(say), ["who are you?"], [KIND, SHORT], rounds=2)
    assert found.replies == ("reply 0", "reply 2", "reply 2")
    assert found.critiques == ("too rude", "too rude")
    assert len(found.principles) == 2
    assert found.row["completion"] == [{"role": "assistant", "content": "reply 2"}]
    assert {KIND.id: KIND, SHORT.id: SHORT}[found.principles[0]].text in heard[1][-1].content
    assert heard[1][1].content == "reply 0"
    assert heard[2][3].content == "too rude"


def test_principles_are_drawn_anew_for_each_prompt_and_the_same_under_a_seed() -> None:
    prompts = [f"question {n}" for n in range(40)]
    one, same = (revise(ScriptedModel(), prompts, [KIND, SHORT], seed=3) for _ in range(2))
    assert one == same
    share = fmean(found.principles[0] == "kind" for found in one)
    assert 0.25 < share < 0.75


def judge(heard: Conversation, option: str) -> float:
    """Likes option A as such by 1 nat, and what contains the principle's last word by 2."""
    text = heard[-1].content
    wished = text.split("\n")[0].split()[-1]
    first = text.split("Option A: ")[1].split("\n")[0]
    said = first if option == "A" else text.split("Option B: ")[1].split("\n")[0]
    return (1.0 if option == "A" else 0.0) + (2.0 if wished in said else 0.0)


def test_preferences_do_not_hang_on_the_order_and_each_principle_is_asked_apart() -> None:
    model = ScriptedModel(weigh=judge)
    found, turned = prefer(model, [("q", "kind words", "short"), ("q", "short", "kind words")], [KIND, SHORT])
    assert found.by["kind"] == pytest.approx(1 - turned.by["kind"])
    assert found.by["kind"] > 0.5 > found.by["short"]
    exact = (1 / (1 + math.exp(-3)) + 1 - 1 / (1 + math.exp(1))) / 2
    assert found.by["kind"] == pytest.approx(exact)
    assert found.label() == pytest.approx(0.5)
    assert found.label("short") == found.by["kind"]


def test_a_model_that_cannot_score_cannot_prefer() -> None:
    with pytest.raises(CapabilityError, match="cannot score"):
        prefer(ScriptedModel(capabilities=Capabilities()), [("q", "a", "b")], [KIND])


def test_soft_labels_become_rows_either_way_as_often_as_they_say() -> None:
    rows = soft_rows([Weighed("q", "a", "b", {"kind": 0.7})])
    assert sum(row["chosen"] == [{"role": "assistant", "content": "a"}] for row in rows) == 7
    assert len(rows) == 10
    assert soft_rows([Weighed("q", "a", "a", {"kind": 0.7})]) == []


def test_the_report_tells_conflicts_and_what_each_principle_does() -> None:
    weighed = [Weighed("q", "a", "b", {"kind": 0.9, "short": 0.3, "idle": 0.5})] * 3
    found = report(weighed)
    assert found.conflicts[("kind", "short")] == 1
    assert found.conflicts[("kind", "idle")] == 0
    assert found.turned == {"kind": 1.0, "short": 0.0, "idle": 0.0}
    assert found.moved["kind"] > found.moved["idle"]
    assert report([Weighed("q", "a", "b", {"kind": 0.9})]).turned == {"kind": 0.0}
