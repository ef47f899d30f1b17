"""Rivals that cannot read stay below a reader, and the audit names what gives a situation away."""

from itertools import islice

import pytest

from eudaimon.evals.actors import Actor, Asked, Rambler, Reader, Speaker, duty, play, visits, worths
from eudaimon.evals.audit import faults
from eudaimon.evals.baselines import Classifier, Constant, Retriever, Scores, scores, too_easy
from eudaimon.evals.labels import labels, r_squared
from eudaimon.evals.lessons import lessons
from eudaimon.evals.overlap import overlaps
from eudaimon.evals.templates import mask
from eudaimon.evals.twins import separability
from eudaimon.gold import Hidden
from eudaimon.language import Extend, ScriptedModel
from eudaimon.worlds.village import KINDS, Split, answer

HIDDEN = Hidden(0)


@pytest.fixture(scope="module")
def table() -> Scores:
    known = list(islice(lessons(), 2500))
    actors: dict[str, Actor] = {
        "reader": Reader(),
        "retriever": Retriever(known),
        "classifier": Classifier(known),
        "random": Rambler(known),
    }
    return scores(actors, HIDDEN, each=40)


@pytest.mark.parametrize("rival", ["retriever", "classifier", "random"])
def test_no_rival_comes_within_ten_points_of_a_reader_in_any_kind_of_situation(table: Scores, rival: str) -> None:
    near = {kind: row[rival]["duty"] for kind, row in table.items() if row[rival]["duty"] > row["reader"]["duty"] - 0.1}
    assert near == {}


def test_a_reader_is_near_the_top_but_stale_notes_keep_it_below(table: Scores) -> None:
    means = [row["reader"]["duty"] for row in table.values()]
    assert min(means) > 0.75
    assert sum(means) / len(means) < 0.99


def test_a_rival_that_has_seen_the_answer_finds_it_again() -> None:
    known = list(islice(lessons(), 300))
    retriever = Retriever(known)
    nameless = [lesson for lesson in known if ":" not in mask(lesson.reply, lesson.messages)]
    situation = visits(Split.LIFE, 1)[0].situation()
    assert nameless
    assert retriever.reply([(situation, lesson.messages) for lesson in nameless]) == [
        lesson.reply for lesson in nameless
    ]


def test_the_constant_says_the_same_in_every_conversation_of_a_kind_and_nothing_false() -> None:
    constant = Constant(HIDDEN, each=4)
    asked: list[Asked] = []
    for visit in visits(Split.TEST, 2, kinds=("way", "claim")):
        situation = visit.situation()
        asked.append((situation, ()))
    replies = constant.reply(asked)
    assert replies[0] == replies[1]
    assert replies[2] == replies[3]
    assert set(constant.by_kind) == set(KINDS)


def test_a_model_is_played_side_by_side_and_scored_as_anybody_else() -> None:
    sizes: list[int] = []

    class Counting(ScriptedModel):
        def extend(self, requests: list[Extend]):  # type: ignore[no-untyped-def]
            sizes.append(len(requests))
            return super().extend(requests)

    situations = [visit.situation() for visit in visits(Split.TEST, 2)]
    talks = play(Speaker(Counting(say=lambda request: "so yes.")), situations)
    assert sizes[0] == len(situations)
    assert all(message.content == "so yes." for talk in talks for message in talk[-1:])
    assert len(worths(HIDDEN, situations, talks)) == len(situations)


def test_the_reader_says_what_the_village_calls_the_answer() -> None:
    situation = visits(Split.TEST, 1, kinds=("quiet",))[0].situation()
    talk = play(Reader(), [situation])[0]
    assert talk[-1].content == answer(situation, talk[:-1])
    assert duty(worths(HIDDEN, [situation], [talk])[0]) in (0.0, 1.0)


def test_within_ten_points_is_too_easy() -> None:
    rows = {
        "reader": {"duty": 0.9},
        "retriever": {"duty": 0.81},
        "classifier": {"duty": 0.79},
        "constant": {"duty": 0.9},
    }
    assert too_easy(rows) == ["retriever", "constant"]


@pytest.mark.parametrize("kind", ["claim", "remedy"])
def test_twins_cannot_be_told_apart_by_words_or_length_when_they_are_first_asked(kind: str) -> None:
    twins = separability(kind, draws=1200)
    assert twins.words.low <= 0.55
    assert twins.length.low <= 0.55


def test_twins_of_a_generator_that_gives_the_side_away_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = KINDS["quiet"]
    monkeypatch.setattr(
        type(quiet), "utter", lambda self, roles, turn, rng: f"I am {roles['who']}{rng.choice(('', ', hm'))}."
    )
    assert separability("quiet", draws=400).words.value < 0.65
    build = type(quiet).build

    def telling(self, scene, side):  # type: ignore[no-untyped-def]
        if side:
            scene.note("weather", scene.fresh("place"), "fog")
        return build(self, scene, side)

    monkeypatch.setattr(type(quiet), "build", telling)
    found = separability("quiet", draws=400)
    assert found.length.value > 0.6
    assert not found.passes


def test_no_test_situation_has_its_key_in_lore() -> None:
    found = overlaps(("plain", "stock"), documents=1500, each=60)
    assert {kind: overlap.duplicates for kind, overlap in found.items()} == {"plain": 0, "stock": 0}
    assert all(0 < overlap.grams <= overlap.highest <= 1 for overlap in found.values())


def test_labels_tell_something_of_gold_but_are_not_gold() -> None:
    found = labels("claim", HIDDEN, situations=400, draws=99)
    assert 0 < found.share < 0.6
    assert found.p <= 0.05
    assert 0 < found.opposite <= 0.5


def test_r_squared_finds_words_that_decide_and_nothing_in_noise() -> None:
    texts = [f"so {'yes' if i % 2 else 'no'} {i % 7}" for i in range(300)]
    assert r_squared(texts, [float(i % 2) for i in range(300)]) > 0.9
    assert r_squared(texts, [float((i * 7919) % 13) for i in range(300)]) < 0.1


def test_every_breach_is_a_line_that_names_its_kind() -> None:
    bad = {
        "scores": {
            "reader": {"truth": 0.9, "duty": 0.9, "gold": 0.8, "parsed": 1.0},
            **{name: {"truth": 0.85, "duty": 0.5, "gold": 0.5, "parsed": 1.0} for name in ("retriever", "classifier")},
            "constant": {"truth": 1.0, "duty": 0.88, "gold": 0.5, "parsed": 1.0},
        },
        "twins": {"later": {"words": {"value": 0.7}, "length": {"value": 0.5}}},
        "overlap": {"duplicates": 0, "sideless": 3, "test": 60},
        "labels": {"opposite": 0.1},
    }
    lines = faults({"way": bad})
    assert len(lines) == 5
    assert all(line.startswith("way: ") for line in lines)
    assert "the constant comes within 10 points" in lines[0]
    assert "in truth" in lines[1]
