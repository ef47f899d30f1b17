"""Many are heard in one call; a role speaks through its members."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Message
from eudaimon.language import ScriptedModel
from eudaimon.psyche import Archetypes, Case, hear_all, seal_of

HEARD = (Message("user", "who sells bread?"), Message("assistant", "Tom sells bread,"))
triples = st.tuples(*[st.floats(0.001, 1)] * 3).map(lambda t: tuple(x / sum(t) for x in t))


def by_name(said: dict[str, tuple]) -> ScriptedModel:
    return ScriptedModel(judge=lambda heard, voice: said[voice.name])


def test_members_shared_by_several_roles_are_asked_once(archetypes: Archetypes, recorder: Callable) -> None:
    model = recorder(judge=lambda heard, voice: (f"a {voice.name} dream", (0.6, 0.3, 0.1)))
    names = ("empathy", "mother", "loving_child", "love_of_life")
    [heard] = hear_all(model, archetypes, [Case(HEARD, names)], max_tokens=9)
    assert [voice.name for voice in model.branches[0][0].voices] == ["anima", "mother", "child"]
    assert [one.comment.archetype for one in heard] == list(names)
    assert heard[0].comment.text == "a anima dream / a mother dream"
    assert heard[1].comment.text == "a mother dream"


def test_all_cases_are_heard_in_one_call_on_sealed_weights(archetypes: Archetypes, recorder: Callable) -> None:
    model = recorder()
    cases = [Case(HEARD, ("sage",)), Case(HEARD[:1], ("reason", "fool")), Case(HEARD, ("fool",))]
    heard = hear_all(model, archetypes, cases, max_tokens=9, temperature=0.5, seed=7)
    assert [len(one) for one in heard] == [1, 2, 1]
    [requests] = model.branches
    assert all(request.sealed and request.max_tokens == 9 and request.seed == 7 for request in requests)
    assert [request.conversation for request in requests] == [case.conversation for case in cases]


@given(triples, triples)
def test_a_role_gives_the_normalised_geometric_mean_of_its_members(archetypes: Archetypes, a: tuple, b: tuple) -> None:
    [[reason]] = hear_all(
        by_name({"sage": ("", a), "father": ("", b)}), archetypes, [Case(HEARD, ("reason",))], max_tokens=0
    )
    roots = [(x * y) ** 0.5 for x, y in zip(a, b, strict=True)]
    assert reason.comment.probabilities == pytest.approx([root / sum(roots) for root in roots])


def test_an_archetype_gives_its_own_probabilities_to_the_last_bit_and_its_seal(archetypes: Archetypes) -> None:
    [[sage]] = hear_all(
        by_name({"sage": ("light", (0.5, 0.3, 0.2))}), archetypes, [Case(HEARD, ("sage",))], max_tokens=4
    )
    assert sage.comment.probabilities == (0.5, 0.3, 0.2)
    assert sage.comment.seal == seal_of(archetypes["sage"]).digest


def test_a_voice_to_which_all_verdicts_are_the_same_word_could_not_be_read(archetypes: Archetypes) -> None:
    third = 1 / 3
    said = {"sage": ("mumble", (third, third, third)), "father": ("", (0.2, 0.7, 0.1))}
    case = Case(HEARD, ("sage", "reason", "father"))
    [[sage, reason, father]] = hear_all(by_name(said), archetypes, [case], max_tokens=4)
    assert (sage.parsed, reason.parsed, father.parsed) == (False, True, True)


def test_members_that_rule_out_everything_between_them_leave_a_role_indifferent(archetypes: Archetypes) -> None:
    said = {"sage": ("", (1.0, 0.0, 0.0)), "father": ("", (0.0, 1.0, 0.0))}
    [[reason]] = hear_all(by_name(said), archetypes, [Case(HEARD, ("reason",))], max_tokens=0)
    assert reason.comment.probabilities == pytest.approx((0.5, 0.5, 0.0))


def test_a_member_that_cannot_be_read_leaves_the_word_to_the_other(archetypes: Archetypes) -> None:
    third = (1 / 3, 1 / 3, 1 / 3)
    said = {"sage": ("xq", third, 0, False), "father": ("", (0.1, 0.7, 0.2)), "fool": ("", third, 0, False)}
    [[reason, fool]] = hear_all(by_name(said), archetypes, [Case(HEARD, ("reason", "fool"))], max_tokens=0)
    assert reason.parsed
    assert reason.comment.probabilities == (0.1, 0.7, 0.2)
    assert not fool.parsed


@given(st.text(), st.text())
def test_whatever_is_judged_those_who_judge_are_asked_by_their_cards_alone(
    archetypes: Archetypes, asked: str, said: str
) -> None:
    seen: list[tuple] = []

    def judge(heard: tuple, voice: Message) -> tuple:
        seen.append((heard, voice))
        return "", (1.0, 0.0, 0.0)

    heard = (Message("user", asked), Message("assistant", said))
    hear_all(ScriptedModel(judge=judge), archetypes, [Case(heard, ("sage", "guardian"))], max_tokens=0)
    assert seen == [(heard, archetypes[name].message) for name in ("sage", "guardian")]
