"""Overton pluralism: viewpoints are found in text, an answer says each reasonable one and no other, and is checked."""

import pytest

from eudaimon.errors import InputError
from eudaimon.language import ScriptedModel
from eudaimon.values import Article, Charter, Predicate
from eudaimon.values.pluralism import compose, coverage, sayings, viewpoints
from eudaimon.values.pluralism.planted import TOPICS, Crowd, crowd

CHARTER = Charter(
    "c", 1, (Article("respect", "care", "floor", "No contempt.", Predicate(never_say=(
        "you are worthless", "you deserve to suffer", "kill yourself"))),)
)  # fmt: skip


def judge(some: object) -> str:
    return "it sells something" if "watches" in str(some) else ""


def said_by(crowd_: Crowd) -> dict[str, str]:
    return {" ".join(text.split()): stance for text, stance in zip(crowd_.statements, crowd_.stances, strict=True)}


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_answer_covers_the_planted_viewpoints_and_quotes_no_unreasonable_one(topic: str, seed: int) -> None:
    people = crowd(topic, 160, seed)
    stance = said_by(people)
    found = viewpoints(people.statements, CHARTER, unreasonable=judge)
    quoted = [stance[one.statements[0]] for one in found if not one.aside]
    covered = len(set(quoted) & people.reasonable) / len(people.reasonable)
    false = sum(one not in people.reasonable for one in quoted) / len(quoted)
    assert covered >= 0.8
    assert false <= 0.05
    largest = {stance[text] for text in found[0].statements[: len(quoted)]}
    assert covered > len(largest & people.reasonable) / len(people.reasonable)  # as long, of the largest group alone


def test_what_is_set_aside_says_why() -> None:
    found = viewpoints(crowd("cars in the old town", 160, 1).statements, CHARTER, unreasonable=judge)
    why = {one.aside for one in found}
    assert {"breaks the floor 'respect'", "it sells something"} <= why
    assert sum(one.share for one in found) == pytest.approx(1.0)


def test_nobody_makes_a_viewpoint_larger_by_saying_it_often() -> None:
    people = crowd("telephones at school", 120, 4)
    shouted = (*people.statements, *[people.statements[0]] * 400)
    assert viewpoints(shouted, CHARTER) == viewpoints(people.statements, CHARTER)


def test_every_sentence_of_an_answer_cites_its_viewpoint() -> None:
    found = viewpoints(crowd("cars in the old town", 160, 1).statements, CHARTER, unreasonable=judge)
    first, *lines = compose("cars in the old town", found).splitlines()
    assert first == "On cars in the old town, people differ."
    assert [line.endswith(f"[{one.id}].") for line, one in zip(lines, (v for v in found if not v.aside), strict=True)]


def test_the_checker_goes_by_what_is_said_and_not_by_what_is_cited() -> None:
    found = viewpoints(crowd("cars in the old town", 160, 1).statements, CHARTER, unreasonable=judge)
    reasonable = [one for one in found if not one.aside]
    full = coverage(compose("cars in the old town", found), found)
    assert (full.coverage, full.false_pluralism) == (1.0, 0.0)
    half = compose("cars in the old town", reasonable[: len(reasonable) // 2])
    assert coverage(half, found).coverage == pytest.approx((len(reasonable) // 2) / len(reasonable))
    hollow = "On cars in the old town, people differ.\n" + "\n".join(f"So it is [{v.id}]." for v in reasonable)
    assert coverage(hollow, found).coverage == 0.0


def test_unreasonable_and_invented_sentences_are_false_pluralism() -> None:
    found = viewpoints(crowd("cars in the old town", 160, 1).statements, CHARTER, unreasonable=judge)
    answer = compose("cars in the old town", found)
    number = len(answer.splitlines()) - 1
    spoilt = coverage(f"{answer}\nBuy cheap watches at my stall today.\nDragons must pay tolls to wizards.", found)
    assert spoilt.false == ("Buy cheap watches at my stall today",)
    assert spoilt.unheld == ("Dragons must pay tolls to wizards",)
    assert spoilt.false_pluralism == pytest.approx(2 / (number + 2))


def test_a_models_words_are_taken_only_where_they_still_say_that_viewpoint() -> None:
    found = viewpoints(crowd("cars in the old town", 160, 1).statements, CHARTER, unreasonable=judge)
    plain = compose("cars in the old town", found)
    assert compose("cars in the old town", found, ScriptedModel(say=lambda request: "Dragons it is.")) == plain
    lines = {v.id: f"Surely, {v.statements[1][0].lower()}{v.statements[1][1:]}" for v in found}
    by_first = {v.statements[0]: lines[v.id] for v in found}
    model = ScriptedModel(
        say=lambda r: next(t for s, t in by_first.items() if f"- {s}\n" in r.conversation[-1].content)
    )
    reworded = compose("cars in the old town", found, model)
    assert "Surely, " in reworded
    assert coverage(reworded, found).coverage == 1.0
    forger = ScriptedModel(say=lambda r: f"{r.conversation[-1].content.splitlines()[1][2:-1]} [v1]")
    assert compose("cars in the old town", found, forger) == plain


def test_a_new_persons_sentence_is_read_as_the_stance_that_it_has() -> None:
    people, later = crowd("telephones at school", 160, 1), crowd("telephones at school", 40, 2)
    stance, found = said_by(people), viewpoints(people.statements, CHARTER)
    of = {one.id: stance[one.statements[0]] for one in found}
    right = [
        [of[name] for name in sayings(text, found).values()] == [planted]
        for text, planted in zip(later.statements, later.stances, strict=True)
    ]
    assert sum(right) / len(right) >= 0.9


def test_too_few_statements_are_refused() -> None:
    with pytest.raises(InputError, match="2 distinct statements are too few"):
        viewpoints(["Yes.", "No.", "Yes.", " "])


def test_one_text_handed_in_many_times_over_is_hardly_ever_anybodys_viewpoint() -> None:
    false, why = [], []
    for topic in TOPICS:
        for seed in (601, 602, 603):
            people = crowd(topic, 200, seed)
            stance, found = said_by(people), viewpoints(people.statements, CHARTER)
            quoted = [stance[one.statements[0]] for one in found if not one.aside]
            assert set(quoted) >= people.reasonable
            false.append(sum(one not in people.reasonable for one in quoted) / len(quoted))
            why += [one for one in found if "handed in" in one.aside]
    assert sum(false) / len(false) <= 0.05
    assert why
    assert not any(one.few for one in why)


def test_a_few_people_who_say_it_each_in_their_own_words_are_never_taken_for_one_text() -> None:
    few = (
        "My wheelchair does not fit on the tram.",
        "Mother walks on crutches, so a wheelchair taxi is all she has.",
        "Let the wheelchair transport through, please.",
        "I need somebody with a car, since my wheelchair breaks on cobbles.",
        "Carers drive in with a wheelchair in the boot every morning.",
        "Who pushes my wheelchair up the hill if no car may?",
    )
    for seed in (1, 2, 3):
        found = viewpoints([*crowd("cars in the old town", 160, seed).statements, *few], CHARTER)
        assert not [one for one in found if "handed in" in one.aside and set(few) & set(one.statements)]
