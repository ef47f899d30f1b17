"""Experiments from the command line: what would be counted elsewhere, or ignored, is refused before anything begins."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]


def test_outside_the_repository_no_try_is_counted(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = call("experiment", "run", "capture")
    assert result.exit_code == 1
    assert "there are no results in" in result.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("capture", "--fresh"), "runs in one go"),
        (("capture", "--data", "."), "runs on no data"),
        (("sleep", "--data", "."), "runs on no data"),
    ],
)
def test_options_that_would_be_ignored_are_refused(
    said: tuple[str, ...], told: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "results").mkdir()
    monkeypatch.chdir(tmp_path)
    result = call("experiment", "run", *said)
    assert result.exit_code == 1
    assert told in result.stderr
    assert not list((tmp_path / "results").iterdir())
