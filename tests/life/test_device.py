"""Models on a device that is not the CPU."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_a_day_and_a_night_are_lived_on_another_device_and_words_are_the_same_there(tmp_path: Path) -> None:
    """In a process of its own: a device that was made known to torch stays known."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.distant_life", str(tmp_path / "life")],
        cwd=ROOT, env={**os.environ, "HF_HUB_OFFLINE": "1"}, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "lived"
    assert (tmp_path / "life" / "report.html").is_file()
