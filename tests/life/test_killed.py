"""A life that is killed without warning, again and again, becomes the life that it would have been."""

import random
import subprocess
import sys
import time
from pathlib import Path

SCRIPT = Path(__file__).with_name("killed.py")
KILLS = 5


def run(directory: Path) -> "subprocess.Popen[str]":
    life = subprocess.Popen([sys.executable, str(SCRIPT), str(directory)], stdout=subprocess.PIPE, text=True)
    assert life.stdout is not None
    assert life.stdout.readline() == "ready\n"
    return life


def finished(directory: Path) -> tuple[str, dict[str, str]]:
    """The fingerprint of a life that is lived to its end, and its gold."""
    said, _ = run(directory).communicate()
    return said.strip(), {path.name: path.read_text() for path in sorted((directory / "gold").iterdir())}


def test_a_life_that_is_killed_at_random_moments_ends_with_the_same_rows_and_the_same_gold(tmp_path: Path) -> None:
    began = time.monotonic()
    whole = finished(tmp_path / "whole")
    span, luck = time.monotonic() - began, random.Random(7)
    for _ in range(KILLS):
        life = run(tmp_path / "killed")
        time.sleep(luck.uniform(0, span / KILLS))
        life.kill()
        life.wait()
    assert finished(tmp_path / "killed") == whole
