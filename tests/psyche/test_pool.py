"""Pools: who sits in which council."""

from pathlib import Path

import pytest

from eudaimon.errors import FormatError, InputError
from eudaimon.psyche import Archetypes, pool_of, pulls_against, read_pools


def test_the_village_seats_all_eight(archetypes: Archetypes) -> None:
    assert read_pools(archetypes)["village"] == tuple(list(archetypes)[:8])


def test_every_shipped_pool_shares_those_who_hold_floors(archetypes: Archetypes) -> None:
    for names in read_pools(archetypes).values():
        spoken = {member for name in names for member in archetypes[name].members or (name,)}
        assert {"sage", "fool", "guardian"} <= spoken


ONE_SIDED = {"mother", "companion"}


def test_everybody_in_a_shipped_pool_meets_somebody_who_pulls_the_other_way(archetypes: Archetypes) -> None:
    for pool, names in read_pools(archetypes).items():
        met = [any(pulls_against(archetypes[one], archetypes[other]) for other in names) for one in names]
        assert all(met) == (pool not in ONE_SIDED)


def test_a_pool_is_named_or_listed(archetypes: Archetypes) -> None:
    assert pool_of(archetypes, "soldier") == read_pools(archetypes)["soldier"]
    assert pool_of(archetypes, "shadow, sage") == ("shadow", "sage")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("knight", "there is no pool 'knight'; choose one of village, soldier"),
        ("sage,mothre", "seats 'mothre', who is none of sage, mother"),
        ("sage,mother,sage", "'sage' sits in the pool"),
        ("shadow,mother", "holds a floor; add one of sage"),
    ],
)
def test_a_list_that_is_no_pool_is_refused(archetypes: Archetypes, wanted: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        pool_of(archetypes, wanted)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("ours: [sage]\ntheirs:\n  - sage\n  - mothre\n", 4, "found 'mothre'"),
        ("ours: [sage, mother, sage]\n", 1, "'sage' sits in 'ours' twice"),
        ("ours: [sage]\ntheirs: [shadow, mother]\n", 2, "nobody in 'theirs' holds a floor; add one of sage"),
        ("ours: sage\n", 1, "'ours'"),
    ],
)
def test_a_malformed_pool_is_refused_with_its_line(
    archetypes: Archetypes, text: str, line: int, words: str, tmp_path: Path
) -> None:
    (tmp_path / "pools.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(FormatError, match=words) as caught:
        read_pools(archetypes, tmp_path / "pools.yaml")
    assert caught.value.line == line
