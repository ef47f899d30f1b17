"""A life is worked on in units that are kept; its labels are shuffled in the planted null only."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from eudaimon.experiments.harness.desk import Desk, Life, TimeUp, lives_of
from eudaimon.experiments.harness.experiment import Experiment


def desk(tmp_path: Path, **settings: object) -> Desk:
    return Desk(Life(0, 0, 0, 7), tmp_path, tmp_path, 10, **settings)  # type: ignore[arg-type]


def test_a_unit_is_worked_once_and_its_first_answer_is_already_json(tmp_path: Path) -> None:
    calls: list[int] = []

    def work() -> dict[str, tuple[int, int]]:
        calls.append(1)
        return {"pair": (1, 2)}

    assert desk(tmp_path).once("unit", work) == {"pair": [1, 2]}
    assert desk(tmp_path).once("unit", work) == {"pair": [1, 2]}
    assert calls == [1]


def test_a_unit_that_dies_leaves_nothing_half_done(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        desk(tmp_path).once("unit", lambda: {"not JSON": object()})
    assert not (tmp_path / "unit.json").exists()
    assert desk(tmp_path).once("unit", lambda: 1) == 1


def test_no_unit_begins_after_the_deadline_but_done_ones_are_read(tmp_path: Path) -> None:
    desk(tmp_path).once("first", lambda: 1)
    late = desk(tmp_path, deadline=time.monotonic() - 1)
    assert late.once("first", lambda: 2) == 1
    with pytest.raises(TimeUp):
        late.once("second", lambda: 2)


def test_labels_are_permuted_within_strata_in_the_null_only(tmp_path: Path) -> None:
    values, strata = list(range(40)), [i // 20 for i in range(40)]
    assert desk(tmp_path).labels(values, strata) == values
    shuffled = desk(tmp_path, null=True).labels(values, strata)
    assert shuffled != values
    assert sorted(shuffled[:20]) == values[:20]
    assert shuffled == desk(tmp_path, null=True).labels(values, strata)


def test_first_lives_cover_all_births_and_no_two_lives_share_village_or_seed(coins: Experiment) -> None:
    lives = lives_of(replace(coins.registration, births=2))
    assert [life.birth for life in lives] == [2, 3, 2, 3]
    assert {life.birth for life in lives_of(coins.registration, development=True)} == {0, 1}
    assert len({life.village for life in lives}) == len({life.seed for life in lives}) == 4
    assert not {life.seed for life in lives} & {life.seed for life in lives_of(coins.registration, development=True)}
