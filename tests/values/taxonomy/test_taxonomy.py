"""Traditions: nothing stands alone, links go both ways, and questions tell something."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eudaimon.errors import FormatError, InputError
from eudaimon.values import read_charter
from eudaimon.values.taxonomy import (
    Tradition,
    Value,
    area,
    by_ideas,
    by_texts,
    coverage,
    crosswalk,
    items,
    kappa,
    linked_data,
    orphans,
    place,
    read_traditions,
    told,
    values_of,
)
from eudaimon.values.taxonomy.items import given_away

KNOWN = read_traditions()
OWN = """\
- id: mill
  name: Mill Lane
  source: the lane's own book
  values:
  - {id: quiet, gloss: No noise after dusk., act: He stops the saw at sundown., means: {order: close}}
"""


def test_no_value_of_any_tradition_stands_alone() -> None:
    assert orphans(KNOWN) == []
    assert len(values_of(KNOWN)) >= 45
    lonely = Tradition("x", "X", "nowhere", (Value("y", "Y.", "He y.", {"nothing else": "exact"}),))
    assert orphans((*KNOWN, lonely)) == ["x/y"]


def test_links_join_traditions_and_go_both_ways_with_the_weaker_degree() -> None:
    links = crosswalk(KNOWN)
    assert all(link.one.split("/")[0] != link.other.split("/")[0] for link in links)
    there = {(link.other, link.degree) for link in crosswalk(KNOWN, "confucian/ren")}
    back = {(link.other, link.degree) for link in crosswalk(KNOWN, "foundations/care")}
    assert ("foundations/care", "close") in there
    assert ("confucian/ren", "close") in back
    with pytest.raises(InputError, match="no value 'confucian/rem'"):
        crosswalk(KNOWN, "confucian/rem")


def test_a_community_adds_its_own_tradition_and_a_clash_of_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN)
    assert "confucian/li" in {link.other for link in crosswalk(read_traditions(path), "mill/quiet")}
    path.write_text(OWN.replace("id: mill", "id: schwartz"))
    with pytest.raises(FormatError, match="'schwartz' has no values, is there already"):
        read_traditions(path)
    path.write_text(OWN.replace("close", "sort of"))
    with pytest.raises(FormatError, match=r"own.yaml:5"):
        read_traditions(path)


def test_every_value_has_questions_that_tell_something() -> None:
    made, known = items(KNOWN), values_of(KNOWN)
    assert coverage(KNOWN, made) == 1.0
    assert len({item.id for item in made}) == len(made)
    assert Counter(item.answer for item in made)["A"] == pytest.approx(len(made) / 2, abs=2)
    for item in made:
        assert not set(known[item.value].means) & set(known[item.other].means)
        assert not given_away(known[item.value].gloss, known[item.value].act, known[item.other].act)
        right = item.question.split(f"\n{item.answer}: ")[1].split("\n")[0]
        assert right == known[item.value].act
    assert items(KNOWN, seed=1) != made


def test_counting_shared_words_answers_the_questions_no_better_than_chance() -> None:
    known = values_of(KNOWN)
    right = [given_away(known[item.value].gloss, known[item.value].act, known[item.other].act) for item in items(KNOWN)]
    assert not any(right)


def test_a_mapper_agrees_with_itself_and_words_hardly_with_ideas() -> None:
    ideas = by_ideas(KNOWN)
    assert kappa(ideas, ideas) == pytest.approx(1.0)
    assert area(ideas, ideas) == 1.0
    assert abs(kappa(ideas, by_texts(KNOWN))) < 0.3
    assert sum(strength > 0 for strength in ideas.values()) > 60


def test_linked_data_names_every_value_with_matches_that_are_there() -> None:
    graph = linked_data(KNOWN)["@graph"]
    names = {one["@id"] for one in graph}
    matches = [m["@id"] for one in graph for key, some in one.items() if key.endswith("Match") for m in some]
    assert matches
    assert set(matches) <= names
    disputed = [one for one in graph if "skos:editorialNote" in one]
    assert len(disputed) == sum(bool(value.disputed) for value in values_of(KNOWN).values()) > 4
    assert json.dumps(graph)


def test_a_charter_is_placed_by_vectors_that_are_handed_in() -> None:
    import numpy as np

    def care(texts: Any, known: Any) -> Any:
        return np.asarray([[float("care" in text or "hurt" in text), float("care" not in text)] for text in texts])

    found = place(read_charter(), KNOWN, care, most=1)
    assert found.articles["no-contempt"]
    assert set(found.ideas) & {"care", "compassion"}
    assert "truth" in found.silent or "truth" in found.ideas


def test_traditions_are_told_in_plain_lines() -> None:
    lines = told(KNOWN)
    assert "  xin: A word that can be relied on. [buddhist/right-speech, foundations/loyalty]" in lines
    assert any(line.startswith("    disputed: ") for line in lines)


def test_the_command_tells_and_writes(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from eudaimon.cli.app import app

    call: Callable[..., Any] = lambda *words: CliRunner().invoke(app, ["charter", "traditions", *map(str, words)])  # noqa: E731
    assert "Ubuntu" in call().stdout
    made = call("--linked", tmp_path / "v.jsonld", "--items", tmp_path / "i.jsonl")
    assert "100% of values have four" in made.stdout
    assert json.loads((tmp_path / "v.jsonld").read_text())["@graph"]
    refused = call("--place", tmp_path / "charter.yaml")
    assert refused.exit_code == 1
