"""Floors of real charters: what loses one, lowers it or words it otherwise is seen; forks keep what they came from."""

from pathlib import Path
from random import Random

import pytest

from eudaimon.errors import FormatError
from eudaimon.governance.kernel import floors_lost
from eudaimon.values import read_charter, write_charter
from eudaimon.values.charter import SHIPPED

TEXT = SHIPPED.read_text(encoding="utf-8")


def test_a_charter_loses_nothing_against_itself_or_with_more_articles() -> None:
    assert floors_lost(TEXT, TEXT) == []
    more = TEXT.replace(
        "articles:\n", "articles:\n  - {id: quiet, value: care, kind: floor, text: Quiet at night.}\n", 1
    )
    assert floors_lost(TEXT, more) == []
    assert floors_lost(more, TEXT) == ["quiet"]


@pytest.mark.parametrize(
    ("old", "new", "article"),
    [
        ("kind: floor", "kind: norm", "one-voice"),
        ("most_words: 20", "most_words: 200", "leave-alone"),
        ("Nobody is told", "Hardly anybody is told", "no-contempt"),
        ("id: leave-alone", "id: left-alone", "leave-alone"),
    ],
)
def test_a_floor_that_is_deleted_lowered_or_worded_otherwise_is_lost(old: str, new: str, article: str) -> None:
    assert old in TEXT
    assert article in floors_lost(TEXT, TEXT.replace(old, new, 1))


def test_malicious_forks_never_keep_their_loss_to_themselves(tmp_path: Path) -> None:
    from dataclasses import replace

    charter, rng, path = read_charter(), Random(0), tmp_path / "fork.yaml"
    ids = {floor.id for floor in charter.floors}
    for _ in range(60):
        keep = [one for one in charter.articles if rng.random() < 0.8]
        kept = tuple(replace(one, kind="norm") if rng.random() < 0.1 else one for one in keep)
        if kept:
            try:
                write_charter(path, replace(charter, articles=kept, tensions=(), precedents=()))
                lost = set(floors_lost(TEXT, path.read_text(encoding="utf-8")))
            except FormatError:
                continue
            assert lost == ids - {one.id for one in kept if one.kind == "floor"}


def test_what_is_no_charter_is_refused() -> None:
    with pytest.raises(FormatError):
        floors_lost(TEXT, "hello")
