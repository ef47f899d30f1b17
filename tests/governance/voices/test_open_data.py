"""Polis's open data: totals and consensus as published, and groups as far as a finished export determines them."""

import csv
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from eudaimon.governance.voices import find_groups, read_export, tally

pytestmark = pytest.mark.shared
ALIKE = {
    "15-per-hour-seattle": 0.88,
    "austria-climate.2vkxcncppn.2022-07-07": 0.96,
    "austria-climate.5twd2jsnkf.2022-08-08": 0.95,
    "austria-climate.7z7ejpbmv5.2022-08-08": 0.83,
    "scoop-hivemind.taxes": 0.9,
    "ssis.land-bank-farmland.2rumnecbeh.2021-08-01": 0.96,
}
"""Adjusted Rand index with the published groups, of which there are as many; the other six are older or very small."""


def test_every_total_that_was_published_is_found_again(polis: list[Path]) -> None:
    assert len(polis) == 12
    for folder in polis:
        opinions = read_export(folder)
        assert not [note for note in opinions.notes if "differs" in note]
        summary = dict(row for row in csv.reader((folder / "summary.csv").open(encoding="utf-8")) if len(row) == 2)
        assert len(opinions.participants) == int(summary["voters"])


def test_the_published_group_informed_consensus_is_ours(polis: list[Path]) -> None:
    opinions = read_export(next(folder for folder in polis if folder.name == "bg2050-volunteers"))
    labels = np.asarray([int(group) if group else -1 for group in opinions.published])
    published = [one.consensus for one in opinions.statements]
    np.testing.assert_allclose(tally(opinions, labels).consensus, published, atol=1e-12)


def test_the_published_groups_are_found_again_where_the_export_determines_them(polis: list[Path]) -> None:
    for folder in polis:
        if folder.name in ALIKE:
            opinions = read_export(folder)
            names = np.asarray(opinions.published)
            found = find_groups(opinions, count=len(set(names) - {""}))
            both = (names != "") & (found.labels >= 0)
            assert adjusted_rand_score(names[both], found.labels[both]) >= ALIKE[folder.name], folder.name
