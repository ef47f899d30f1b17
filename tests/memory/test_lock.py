"""A lock is one process's, or shared by any number."""

from pathlib import Path

import pytest

from eudaimon.errors import ExperimentError
from eudaimon.memory.lock import alone, beside


def test_any_number_hold_a_lock_beside_each_other_and_one_alone_against_all(tmp_path: Path) -> None:
    path = tmp_path / "some" / "lock"
    with beside(path, "taken"), beside(path, "taken"), pytest.raises(ExperimentError, match=r"taken \(lock: .*lock\)"):
        alone(path, "taken").__enter__()
    with alone(path, "taken"), pytest.raises(ExperimentError, match="taken"):
        beside(path, "taken", 0.1).__enter__()
    with beside(path, "taken"):
        assert path.exists()


def test_a_lock_that_is_dropped_holds_nobody_up(tmp_path: Path) -> None:
    held = beside(tmp_path / "lock", "taken")
    held.__enter__()
    del held
    with alone(tmp_path / "lock", "taken"):
        pass
