"""A pack's adapter is trained by the real trainer and worn by a real model; what it changes is measured."""

from pathlib import Path
from typing import Any

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.dialogue import Message
from eudaimon.errors import GovernanceError
from eudaimon.governance.packs import Custom, endorsed, lora, make_pack, read_pack, worn
from eudaimon.language import ScriptedModel
from eudaimon.language.backend import open_model
from eudaimon.values.charter import SHIPPED

PLACES = ("mill", "ford", "chapel", "pond")
ACTS = ("sing", "rest", "pray", "talk")


def customs(ask: str) -> list[Custom]:
    found = []
    for place, act in zip(PLACES, ACTS, strict=True):
        said = {one: f"at the {place} folk {one}." for one in ACTS}
        found.append(Custom((Message("user", ask.format(place)),), said.pop(act), tuple(said.values())))
    return found


def test_a_trained_pack_answers_as_its_community_does_and_holds_together(tmp_path: Path) -> None:
    base = tiny_newborn(tmp_path / "base")
    asked = customs("what do folk do at the {}?")
    chats: list[Any] = [
        {"messages": [{"role": "user", "content": one.asked[0].content}, {"role": "assistant", "content": one.own}]}
        for one in asked
    ]
    train = lora(base, chats=chats, steps=100, batch=4, rate=5e-3)
    pack = make_pack(tmp_path / "pack", "the isle", SHIPPED, ["folk sing."], SHIPPED, train)
    assert read_pack(pack.folder).digest == pack.digest
    model: Any = open_model(str(base))
    before = endorsed(model, asked)
    model.load_adapter(worn(pack))
    assert endorsed(model, asked) == 1.0 > before


def test_a_pack_without_an_adapter_says_so(tmp_path: Path) -> None:
    bare = make_pack(tmp_path / "pack", "the isle", SHIPPED, ["folk sing."], SHIPPED)
    with pytest.raises(GovernanceError, match="has no adapter"):
        worn(bare)


def test_endorsement_goes_by_the_word_so_that_short_answers_have_no_advantage() -> None:
    model = ScriptedModel()
    one = Custom((Message("user", "well?"),), "folk sing.", ("no.",))
    assert 0 <= endorsed(model, [one]) <= 1
