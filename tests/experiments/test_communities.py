"""The claim on community packs: what is dealt, what is asked, and one whole draw with a short training."""

import pytest

from eudaimon.experiments import communities
from eudaimon.experiments.communities import ACTS, ASKED, MADE, MATTERS, SHARED, dealt, ordinary


def test_communities_differ_where_both_know_a_place_and_share_nothing_else() -> None:
    one, two, nobodys = dealt(3)
    both = set(one) & set(two)
    assert (len(one), len(two), len(both), len(nobodys)) == (2 * SHARED, 2 * SHARED, SHARED, SHARED)
    assert all(one[place] != two[place] for place in both)
    assert not set(nobodys) & (set(one) | set(two))
    assert {*one.values(), *two.values()} <= set(ACTS)
    assert dealt(3) == dealt(3) != dealt(4)


def test_what_is_asked_stands_in_nothing_that_a_pack_is_made_from() -> None:
    assert not set(ASKED) & set(MADE)
    assert not set(MATTERS) & {*ASKED, *MADE}
    assert not set(ordinary(7, 20)) & {form.format(place) for form in ASKED for place in dealt(0)[0]}


@pytest.mark.long
def test_every_arm_is_measured_and_a_gated_pack_changes_nothing_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"STEPS": 2, "ORDINARY": 40, "ANCHORS": 4, "ASKED": MADE[:1]}.items():
        monkeypatch.setattr(communities, name, value)
    found = communities.analyse([communities.drawn(5, *dealt(5))])
    assert {one.name for one in communities.REGISTRATION.criteria} == set(found.estimates)
    assert found.controls["nobody's, gated"].value == 0.0
    assert found.controls["at home within reach"].value == 1.0
    assert found.controls["leakage, plain"].value >= 0.0
