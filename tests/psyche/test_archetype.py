"""Archetypes as people write them: what ships, what users add, and what is refused, with its line."""

from pathlib import Path

import pytest

from eudaimon.errors import FormatError, InputError
from eudaimon.psyche import Archetypes, pulls_against
from eudaimon.psyche.archetype import read_archetypes, speakers

OWN = """\
- name: trickster
  symbol: crow
  concern: the other way round
  voice: mocking
  card: You are the Trickster.
  opposes: [father]
- name: jester
  symbol: bells
  concern: laughter that frees
  voice: its members'
  members: [trickster, fool]
"""


def test_the_seeds_archetypes_ship_with_two_that_pull_against_them(archetypes: Archetypes) -> None:
    assert list(archetypes)[:8] == ["sage", "mother", "father", "anima", "child", "fool", "guardian", "shadow"]
    assert {name for name, one in archetypes.items() if one.members} == {
        "reason",
        "love_of_life",
        "loving_child",
        "empathy",
    }


def test_everybody_who_ships_has_somebody_to_pull_against(archetypes: Archetypes) -> None:
    for one in archetypes.values():
        assert any(pulls_against(one, other) for other in archetypes.values()), one.name


def test_approval_never_holds_a_floor_and_truth_harmlessness_and_letting_go_do(archetypes: Archetypes) -> None:
    assert not archetypes["shadow"].holds_floor
    assert all(archetypes[name].holds_floor for name in ("sage", "guardian", "fool"))


def test_a_card_names_who_it_is_for_and_its_symbol(archetypes: Archetypes) -> None:
    for one in speakers(archetypes, archetypes):
        assert one.name in one.card.lower()
        assert one.symbol in one.card
        assert one.message.content == one.card
        assert (one.message.role, one.message.name, one.message.verdict) == ("council", one.name, "")


def test_roles_give_way_to_members_and_nobody_is_named_twice(archetypes: Archetypes) -> None:
    named = [one.name for one in speakers(archetypes, ("reason", "sage", "empathy", "loving_child"))]
    assert named == ["sage", "father", "anima", "mother", "child"]


def test_users_add_their_own_beside_those_that_ship(archetypes: Archetypes, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    own = read_archetypes(path, archetypes)
    assert list(own) == ["trickster", "jester"]
    assert pulls_against(archetypes["father"], own["trickster"]), "opposition counts both ways"


@pytest.mark.parametrize(
    ("change", "line", "words"),
    [
        (("  symbol: crow\n", ""), 1, "'symbol'.*missing"),
        (("  voice: mocking", "  vioce: mocking"), 4, "'vioce' is not known"),
        (("opposes: [father]", "opposes: [fahter]"), 6, "expected one of sage.*found 'fahter'"),
        (("opposes: [father]", "holds_floor: perhaps"), 6, "holds_floor"),
        (("  card: You are the Trickster.\n", ""), 1, "needs either a card"),
        (("name: trickster", "name: Trick Ster"), 1, "lower-case"),
        (("name: jester", "name: shadow"), 7, "'shadow' is taken"),
        (("[trickster, fool]", "[trickster, reason]"), 11, "composed from the role 'reason'"),
        (("[trickster, fool]", "[trickster, foole]"), 11, "found 'foole'"),
        (("symbol: bells", "symbol: [bells"), None, "expected YAML"),
    ],
)
def test_a_malformed_archetype_is_refused_with_its_line(
    archetypes: Archetypes, change: tuple[str, str], line: int | None, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN.replace(*change), encoding="utf-8")
    with pytest.raises(FormatError, match=words) as caught:
        read_archetypes(path, archetypes)
    assert caught.value.path == path
    assert caught.value.line == line or (line is None and caught.value.line)


def test_a_missing_file_is_named(archetypes: Archetypes, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.yaml"):
        read_archetypes(tmp_path / "gone.yaml", archetypes)
