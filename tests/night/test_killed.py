"""A night may be killed at any moment; the next start goes on where it was."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from eudaimon.dialogue import Stage
from eudaimon.memory import Store

Row = tuple[str, dict[str, str]]

pytestmark = pytest.mark.long
"""All of it rests on a life that is lived first."""


class Lives:
    """Children that live in a directory until they are done or killed."""

    def __init__(self) -> None:
        command = [sys.executable, str(Path(__file__).with_name("killed.py"))]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    def start(self, directory: Path) -> int:
        """The process id of a child that lives in `directory` now."""
        return self.ask(str(directory))

    def end(self) -> int:
        """How that child ended: 0, or minus the number of the signal that killed it."""
        return self.ask("")

    def ask(self, line: str) -> int:
        assert self.process.stdin
        assert self.process.stdout
        print(line, file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    found = Lives()
    yield found
    found.process.kill()
    found.process.wait()


@pytest.fixture(scope="module")
def undisturbed(lives: Lives, tmp_path_factory: pytest.TempPathFactory) -> tuple[Row, float]:
    """What comes of a life that nobody disturbs, and how many seconds it takes."""
    directory = tmp_path_factory.mktemp("undisturbed") / "life"
    lives.start(directory)  # comes back when everything is loaded
    started = time.monotonic()
    assert lives.end() == 0
    return outcome(directory), time.monotonic() - started


def outcome(directory: Path) -> Row:
    """The fingerprint of the rows, and all files of all personas by their content."""
    with Store.open(directory / "life.db", create=False) as store:
        rows = store.fingerprint()
    files = (file for file in sorted((directory / "personas").rglob("*")) if file.is_file())
    return rows, {str(file.relative_to(directory)): file.read_bytes().hex() for file in files}


def kill_after(lives: Lives, directory: Path, seconds: float) -> bool:
    """Whether the child was still alive when it was killed, some seconds of life later."""
    child = lives.start(directory)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return lives.end() != 0


def kill_while_writing(lives: Lives, directory: Path, seconds: float) -> bool:
    """The same, but so many seconds after an adapter has begun to be written."""
    child, before = lives.start(directory), set(directory.glob("personas/.*"))
    give_up = time.monotonic() + 60
    while set(directory.glob("personas/.*")) <= before and time.monotonic() < give_up and alive(child):
        time.sleep(0.001)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return lives.end() != 0


def alive(child: int) -> bool:
    return "Z" not in Path(f"/proc/{child}/stat").read_text().rpartition(")")[2][:3]


def live_through(lives: Lives, directory: Path, kills: int, seconds: float, chance: random.Random) -> int:
    """Live in `directory` until the end, killed at most so many times on the way; how often it was."""
    done = 0
    while done < kills:
        kill, within = (kill_while_writing, 0.01) if chance.random() < 0.4 else (kill_after, 1.1 * seconds)
        if not kill(lives, directory, chance.uniform(0, within)):
            return done
        done += 1
        with Store.open(directory / "life.db") as store:  # whole, whatever had been going on
            store.fingerprint()
    lives.start(directory)
    assert lives.end() == 0
    return done


def check(lives: Lives, undisturbed: tuple[Row, float], place: Path, kills: int) -> None:
    chance, left, life = random.Random(kills), kills, 0
    while left > 0:
        directory = place / str(life)
        left -= live_through(lives, directory, min(left, 5), undisturbed[1], chance)
        life += 1
        assert outcome(directory) == undisturbed[0]


def test_an_undisturbed_life_learns_adopts_and_rolls_back(undisturbed: tuple[Row, float], tmp_path: Path) -> None:
    (_, files), _ = undisturbed
    assert sorted({Path(name).parts[1].rpartition("-")[0] for name in files}) == ["night-1", "night-2"]


def test_a_life_killed_at_ten_moments_comes_to_the_same_end(
    lives: Lives, undisturbed: tuple[Row, float], tmp_path: Path
) -> None:
    check(lives, undisturbed, tmp_path, 10)


@pytest.mark.slow
@pytest.mark.timeout(3600)  # fifty processes, each of which loads torch before it lives on
def test_a_life_killed_at_fifty_moments_comes_to_the_same_end(
    lives: Lives, undisturbed: tuple[Row, float], tmp_path: Path
) -> None:
    check(lives, undisturbed, tmp_path, 50)


def test_nothing_is_lost_and_nothing_learned_from_twice(
    lives: Lives, undisturbed: tuple[Row, float], tmp_path: Path
) -> None:
    live_through(lives, tmp_path, 2, undisturbed[1], random.Random(1))
    with Store.open(tmp_path / "life.db", create=False) as store:
        assert [night.stage for night in store.nights()] == [Stage.MORNING] * 2
        for number in (1, 2):
            replayed = {episode.id for episode in store.consumed(number)}
            assert len(replayed) == 4
            assert {one.visible["of"] for one in store.episodes(number, "commentary")} == replayed
        assert len(store.episodes(source="village")) == 12
