"""Layers: narrower ones add and say otherwise, and every floor stands."""

from dataclasses import replace

import pytest

from eudaimon.errors import InputError
from eudaimon.values import Article, Charter, Predicate, Tension, layered

RUDE = Predicate(never_say=("fool",))
COMMONS = Charter(
    "all",
    4,
    (
        Article("respect", "care", "floor", "No insults.", RUDE, layer="commons"),
        Article("brief", "brevity", "norm", "Be brief.", layer="commons"),
    ),
    {"danger": "flag"},
)
MINE = Charter("ann", 1, (Article("brief", "detail", "norm", "Tell me all.", layer="person"),), {"tired": "flag"})


def test_layers_come_together_widest_first_whatever_the_order_given() -> None:
    whole = layered([MINE, COMMONS])
    assert [(a.id, a.layer) for a in whole.articles] == [("respect", "commons"), ("brief", "person")]
    assert whole.article("brief").text == "Tell me all."
    assert set(whole.context) == {"danger", "tired"}
    assert whole.id == "all.ann"


@pytest.mark.parametrize(
    "shadow",
    [
        Article("respect", "care", "norm", "No insults.", RUDE, layer="person"),
        Article("respect", "care", "floor", "No insults.", layer="commons"),
        Article("respect", "care", "floor", "No insults.", RUDE, layer="person"),
        Article("respect", "care", "floor", "No insults.", RUDE, layer="commons", scope="danger"),
        Article("respect", "care", "floor", "Few insults.", RUDE, layer="commons"),
    ],
)
def test_no_layer_says_anothers_floor_otherwise(shadow: Article) -> None:
    with pytest.raises(InputError, match=r"charter ann shadows a floor of all: 'respect' .*; give your article an id"):
        layered([COMMONS, replace(MINE, articles=(*MINE.articles, shadow))])


def test_a_layer_may_ask_for_more_than_a_floor_did() -> None:
    more = Article("respect", "care", "floor", "No insults.", Predicate(never_say=("fool", "dolt")), layer="commons")
    assert layered([COMMONS, replace(MINE, articles=(more,))]).article("respect") == more


def test_no_layer_lets_its_own_go_over_anothers_floor() -> None:
    blunt = Article("blunt", "truth", "aspiration", "Be blunt.", layer="person", over=("respect",))
    with pytest.raises(InputError, match=r"'blunt' .* go over the floor 'respect'"):
        layered([COMMONS, replace(MINE, articles=(blunt,))])
    calm = replace(blunt, over=())
    tension = Tension("t", ("blunt", "respect"), otherwise="blunt")
    with pytest.raises(InputError, match=r"'blunt' .* go over the floor 'respect'"):
        layered([COMMONS, replace(MINE, articles=(calm,), tensions=(tension,))])


def test_one_word_of_the_context_cannot_mean_two_things_in_two_layers() -> None:
    with pytest.raises(InputError, match=r"'danger' is yes or no .* rename one"):
        layered([COMMONS, replace(MINE, context={"danger": "number"})])


def test_layers_need_a_charter() -> None:
    with pytest.raises(InputError, match="give one at least"):
        layered([])
