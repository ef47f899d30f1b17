"""The council's rule: no majority buys off a floor, and whoever cannot be read is neither for nor against."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Comment, Verdict
from eudaimon.psyche import Heard, Rule, load_archetypes

ARCHETYPES = load_archetypes()
HOLDERS = ("sage", "fool", "guardian")
FREE = ("mother", "father", "anima", "child")
WELL = (0.97, 0.02, 0.01)
triples = st.tuples(*[st.floats(0.001, 1)] * 3).map(lambda t: tuple(x / sum(t) for x in t))


def heard(name: str, probabilities: tuple, parsed: bool = True) -> Heard:
    return Heard(ARCHETYPES[name], Comment(name, "", probabilities), parsed)


casts = st.lists(st.tuples(st.sampled_from(list(ARCHETYPES)), triples, st.booleans()), unique_by=lambda t: t[0]).map(
    lambda said: [heard(*one) for one in said]
)
rules = st.builds(
    Rule,
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0.05, 1),
    st.sampled_from([Verdict.CONTINUE, Verdict.REVISE]),
)


@given(st.lists(st.sampled_from(["mother", "father", "anima", "child", "shadow"]), unique=True))
def test_a_majority_cannot_buy_off_a_failed_floor(others: list[str]) -> None:
    ruling = Rule().decide([*(heard(name, (1.0, 0.0, 0.0)) for name in others), heard("sage", (0.49, 0.51, 0.0))])
    assert ruling.verdict is Verdict.REVISE
    assert ruling.voice == "sage"
    assert "sage (truth and humility)" in ruling.reasons[0]
    assert "0.49" in ruling.reasons[0]


@given(rules, casts)
def test_continue_means_that_every_floor_that_was_looked_at_holds_and_the_mean_is_good_enough(
    rule: Rule, cast: list[Heard]
) -> None:
    ruling = rule.decide(cast)
    read = [one for one in cast if one.parsed]
    if ruling.heard and ruling.verdict is Verdict.CONTINUE:
        assert all(one.lets_go_on >= rule.floor for one in read if one.archetype.holds_floor)
        assert all(one.lets_go < rule.surrender for one in read if one.archetype.holds_floor)
        assert sum(one.lets_go_on for one in read) >= rule.aspiration * len(read) - 1e-9
        assert all(one.lets_go_on >= rule.objection for one in read if one.archetype.name in FREE)


@given(rules, casts, st.randoms())
def test_the_verdict_does_not_depend_on_who_speaks_first(rule: Rule, cast: list[Heard], random: object) -> None:
    other = list(cast)
    random.shuffle(other)  # type: ignore[attr-defined]
    assert rule.decide(other).verdict == rule.decide(cast).verdict or _on_the_edge(rule, cast)


def _on_the_edge(rule: Rule, cast: list[Heard]) -> bool:
    read = [one for one in cast if one.parsed]
    means = [sum(one.comment.probabilities[i] for one in read) / max(1, len(read)) for i in (0, 2)]
    return min(abs(means[0] - rule.aspiration), abs(means[1] - rule.surrender)) < 1e-9


@given(rules, casts, triples)
def test_who_cannot_be_read_changes_no_verdict_of_those_who_can(rule: Rule, cast: list[Heard], said: tuple) -> None:
    read = [one for one in cast if one.parsed]
    if any(one.archetype.holds_floor for one in read):
        unread = [replace(one, parsed=False) for one in cast if not one.parsed] + [heard("shadow", said, parsed=False)]
        assert rule.decide([*read, *unread]).verdict == rule.decide(read).verdict


@given(rules, casts)
def test_where_no_holder_of_a_floor_can_be_read_the_council_was_not_heard_and_says_so(
    rule: Rule, cast: list[Heard]
) -> None:
    mute = [replace(one, parsed=one.parsed and not one.archetype.holds_floor) for one in cast]
    mute.append(heard("sage", (1.0, 0.0, 0.0), parsed=False))
    ruling = rule.decide(mute)
    assert (ruling.verdict, ruling.heard, ruling.voice) == (rule.unheard, False, "")
    assert ruling.reasons[0] == "the council could not be heard"
    assert "sage could not be read and abstains" in ruling.reasons
    assert rule.decide(mute, act=True).verdict is rule.unheard_act


def test_what_cannot_be_undone_is_not_done_unheard_and_no_floor_is_said_to_hold_that_nobody_looked_at() -> None:
    mute = [heard("sage", WELL, parsed=False), heard("child", WELL)]
    assert Rule().decide(mute).verdict is Verdict.CONTINUE
    assert Rule().decide(mute, act=True).verdict is Verdict.REVISE
    half = [heard("sage", WELL, parsed=False), heard("guardian", WELL)]
    assert "every floor that could be heard holds" in Rule().decide(half).reasons[0]
    free = [heard("guardian", WELL), heard("child", WELL, parsed=False)]
    assert "every floor holds" in Rule().decide(free).reasons[0], "who holds none leaves none unlooked at"


def test_one_holder_of_a_floor_who_lets_go_is_enough_and_one_who_holds_none_is_not() -> None:
    well = [heard(name, (0.9, 0.1, 0.0)) for name in ("sage", "guardian", "mother")]
    gone = (0.2, 0.2, 0.6)
    assert Rule().decide([*well, heard("fool", gone)]).verdict is Verdict.SURRENDER
    assert Rule().decide([*well, heard("fool", gone)]).voice == "fool"
    assert Rule().decide([*well, heard("child", gone)]).verdict is Verdict.REVISE


@given(st.sampled_from(FREE), st.permutations([name for name in ARCHETYPES if not ARCHETYPES[name].members]))
def test_a_clear_objection_of_one_without_a_floor_is_not_outvoted(name: str, seated: list[str]) -> None:
    cast = [heard(other, (0.1, 0.9, 0.0) if other == name else WELL) for other in seated]
    ruling = Rule().decide(cast)
    assert (ruling.verdict, ruling.voice) == (Verdict.REVISE, name)
    assert f"{name} ({ARCHETYPES[name].concern}) objects: continue 0.10, needed is 0.25" in ruling.reasons[0]


def test_whoever_pulls_against_every_floor_that_holds_has_been_answered() -> None:
    floors = [heard(name, WELL) for name in HOLDERS]
    displeased = heard("shadow", (0.0, 1.0, 0.0))
    assert Rule().decide([*floors, displeased]).verdict is Verdict.CONTINUE
    assert Rule(aspiration=0.8).decide([*floors, displeased]).voice == "shadow"


def test_the_council_lets_go_together_where_it_does_on_average() -> None:
    cast = [heard("sage", (0.6, 0.0, 0.4)), heard("child", (0.1, 0.1, 0.8)), heard("anima", (0.2, 0.0, 0.8))]
    ruling = Rule().decide(cast)
    assert ruling.verdict is Verdict.SURRENDER
    assert ruling.reasons[0].startswith("together they let go: surrender 0.67 on average")


def test_below_the_aspiration_the_one_who_minds_most_says_why() -> None:
    cast = [heard("sage", (0.5, 0.5, 0.0)), heard("mother", (0.3, 0.7, 0.0)), heard("father", (0.4, 0.6, 0.0))]
    ruling = Rule().decide(cast)
    assert (ruling.verdict, ruling.voice) == (Verdict.REVISE, "mother")
    assert "mother (care, and comfort in distress) minds most with 0.30" in ruling.reasons[0]
