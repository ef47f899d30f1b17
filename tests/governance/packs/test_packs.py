"""Community packs: floors come along, every file is the one that was packed, and one community's words stay its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from eudaimon.errors import FormatError, GovernanceError, SignatureRefused
from eudaimon.governance.packs import Shelf, certify, check_certificate, leakage, make_pack, read_pack
from eudaimon.governance.signing import Key
from eudaimon.values.charter import SHIPPED

OURS = (
    "The ferry leaves at seven in the morning and comes back before the tide turns at noon.",
    "Nobody fishes in the north bay while the herring are there to spawn in spring.",
    "Whoever borrows the net mends it before bringing it back to the shed by the pier.",
)
THEIRS = (
    "The market opens on the second bell and the weights are checked by the guild each month.",
    "A stall that stays empty for three weeks goes to the next family on the long list.",
)
KEY = Key.of_seed(b"\7" * 32)


@pytest.fixture
def packs(tmp_path: Path):
    ours = make_pack(tmp_path / "isle", "the isle", SHIPPED, OURS, SHIPPED, _train)
    return ours, make_pack(tmp_path / "town", "the town", SHIPPED, THEIRS, SHIPPED)


def _train(passages, folder: Path) -> None:
    folder.mkdir()
    (folder / "adapter.bin").write_text(str(len(passages)), encoding="utf-8")


def test_a_pack_tells_a_model_the_charter_and_what_was_written_on_the_question(packs) -> None:
    told = packs[0].told("when does the ferry leave?", most=1)
    assert "Never broken:" in told
    assert OURS[0] in told
    assert OURS[1] not in told
    assert packs[0].adapter
    assert not packs[1].adapter
    assert packs[1].told("zzz") == packs[1].prompt


def test_a_fork_that_lost_a_floor_makes_no_pack(tmp_path: Path) -> None:
    weaker = tmp_path / "weaker.yaml"
    weaker.write_text(SHIPPED.read_text(encoding="utf-8").replace("kind: floor", "kind: norm", 1), encoding="utf-8")
    with pytest.raises(GovernanceError, match="lost the floor"):
        make_pack(tmp_path / "pack", "x", weaker, OURS, SHIPPED)
    assert not (tmp_path / "pack").exists()


@pytest.mark.parametrize("name", ["charter.yaml", "prompt.txt", "passages.jsonl", "adapter/adapter.bin", "new.txt"])
def test_a_changed_or_added_file_is_noticed(name: str, packs) -> None:
    path = packs[0].folder / name
    path.write_text("changed", encoding="utf-8")
    with pytest.raises(FormatError, match="not the one that was packed"):
        read_pack(packs[0].folder)


def test_leakage_is_of_runs_of_words_and_not_of_words() -> None:
    assert leakage(OURS, THEIRS) == 0
    copied = f"they say that {OURS[1].lower()}"
    assert leakage((*THEIRS, copied), OURS) == pytest.approx(1 / 3)
    assert leakage(("The ferry and the net",), OURS) == 0
    assert leakage(("Be kind.",), ("be KIND",)) == 1


def test_a_certificate_holds_for_one_pack_one_commons_and_a_trusted_key(packs) -> None:
    ours, theirs = packs
    commons = SHIPPED.read_text(encoding="utf-8")
    found = certify(ours, commons, [theirs], KEY)
    assert found.leakage == {"the town": 0.0}
    check_certificate(found, ours, commons, frozenset({KEY.public}))
    with pytest.raises(SignatureRefused, match="another pack"):
        check_certificate(found, theirs, commons, frozenset({KEY.public}))
    with pytest.raises(SignatureRefused, match="anybody trusted"):
        check_certificate(found, ours, commons, frozenset())
    with pytest.raises(SignatureRefused, match="anybody trusted"):
        check_certificate(replace(found, leakage={}), ours, commons, frozenset({KEY.public}))


def test_a_pack_that_holds_anothers_words_is_not_certified(packs, tmp_path: Path) -> None:
    mixed = make_pack(tmp_path / "mixed", "the fair", SHIPPED, (*THEIRS, OURS[2]), SHIPPED)
    with pytest.raises(GovernanceError, match="'the isle'"):
        certify(mixed, SHIPPED.read_text(encoding="utf-8"), [packs[0]], KEY)


def test_a_rarer_shared_word_counts_more() -> None:
    shelf = Shelf(("the cat sat", "the dog sat", "the bird flew over the house"))
    assert next(passage for _, passage in shelf.find("the dog")) == "the dog sat"
    assert shelf.find("") == []
    assert Shelf(()).find("x") == []
