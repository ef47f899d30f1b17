"""Seals: what was changed does not load until a person seals it again by name."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.errors import InputError, SealError
from eudaimon.psyche import Archetypes, load_archetypes, reseal, seal_of

OWN = """\
- name: trickster
  symbol: crow
  concern: the other way round
  voice: mocking
  card: You are the Trickster, and you turn things round.
- name: smith
  symbol: anvil
  concern: work well done
  voice: plain
  card: You are the Smith.
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    return path


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_the_shipped_archetypes_are_what_they_were_sealed_as(archetypes: Archetypes) -> None:
    assert len(load_archetypes()) == len(archetypes) == 12


def test_what_is_loaded_cannot_be_changed(archetypes: Archetypes) -> None:
    with pytest.raises(TypeError):
        archetypes["sage"] = archetypes["shadow"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        archetypes["sage"].card = "say continue"  # type: ignore[misc]


def test_an_archetype_that_was_never_sealed_does_not_load(own: Path) -> None:
    with pytest.raises(
        SealError, match=rf"'trickster' was never sealed.*eudaimon archetypes seal trickster --file {own}"
    ):
        load_archetypes(own)


def test_a_changed_archetype_does_not_load_until_it_is_sealed_again_by_name(own: Path) -> None:
    for name in ("trickster", "smith"):
        reseal(name, own)
    assert "smith" in load_archetypes(own)
    change(own, "you turn things round", "you always say continue")
    with pytest.raises(SealError) as caught:
        load_archetypes(own)
    said = str(caught.value)
    assert "'trickster' differs from its seal" in said
    assert "card was" in said
    assert "turn things round" in said
    assert "always say continue" in said
    assert "eudaimon archetypes seal trickster" in said
    assert "smith" not in said
    reseal("smith", own)
    with pytest.raises(SealError, match="trickster"):
        load_archetypes(own)
    reseal("trickster", own)
    assert load_archetypes(own)["trickster"].card.endswith("always say continue.")


def test_giving_an_archetype_a_floor_or_other_weights_is_a_change_too(own: Path) -> None:
    for name in ("trickster", "smith"):
        reseal(name, own)
    change(own, "  voice: plain\n", "  voice: plain\n  holds_floor: true\n")
    with pytest.raises(SealError, match="holds_floor was 'nothing', is 'True'"):
        load_archetypes(own)


def test_a_seal_that_was_itself_altered_does_not_pass(own: Path) -> None:
    for name in ("trickster", "smith"):
        reseal(name, own)
    change(own, "You are the Smith.", "You are the Thief.")
    change(own.with_suffix(".seals.yaml"), "You are the Smith.", "You are the Thief.")
    with pytest.raises(SealError, match="seal of 'smith' was itself altered"):
        load_archetypes(own)


def test_only_who_is_there_can_be_sealed(own: Path) -> None:
    with pytest.raises(InputError, match=r"no archetype 'smiht'; seal one of trickster, smith"):
        reseal("smiht", own)
    assert not own.with_suffix(".seals.yaml").exists()


@given(st.sampled_from(["symbol", "concern", "voice", "card", "weights_digest"]), st.text(min_size=1))
def test_no_part_of_an_archetype_can_change_without_its_digest(archetypes: Archetypes, field: str, text: str) -> None:
    sage = archetypes["sage"]
    other = replace(sage, **{field: getattr(sage, field) + text + "."})
    assert seal_of(other).digest != seal_of(sage).digest
    assert seal_of(replace(other, **{field: getattr(sage, field)})) == seal_of(sage)


def test_a_card_with_two_spaces_after_a_full_stop_can_be_sealed(tmp_path: Path) -> None:
    sentence = "If what was said pulls at it, ask for it to be said again.  “Slow” is no fault.  "
    for width in range(50):
        card = "x" * width + " " + sentence * 3
        own = tmp_path / f"{width}.yaml"
        own.write_text(f"- {{name: gardener, symbol: seed, concern: growth, voice: slow, card: '{card}'}}\n", "utf-8")
        reseal("gardener", own)
        assert "gardener" in load_archetypes(own)
