"""A synthetic experiment in a file of its own, and a git repository to keep it in."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.runner import Places

SOURCE = '''"""A claim about coins: those called lucky win more."""

from random import Random

from eudaimon.evals.statistics import exactly, interval
from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration
from eudaimon.experiments.harness.result import Finding

EFFECT = 0.3
LEAST = 0.1

REGISTRATION = Registration(
    name="coins",
    claim="lucky coins win",
    hypothesis="coins called lucky win more often",
    metric="rate of winning, lucky minus unlucky",
    criteria=(Criterion("gain", ">=", LEAST), Criterion("coins", ">=", 100.0, judged="value")),
    unit="a life",
    controls=("all coins",),
    analysis="t over births",
    lives=4,
    births=4,
    first_village=1900,
)


def run(desk):
    """One life."""
    rng = Random(desk.life.seed)
    called = [rng.random() < 0.5 for _ in range(400)]
    won = desk.once("toss", lambda: [rng.random() < 0.3 + EFFECT * lucky for lucky in called])
    labels = desk.once("call", lambda: desk.labels(called))
    lucky, unlucky = ([w for w, label in zip(won, labels) if label is side] for side in (True, False))
    gain = sum(lucky) / len(lucky) - sum(unlucky) / len(unlucky)
    return {"gain": gain, "rate": sum(won) / len(won), "coins": len(won)}


def analyse(lives):
    gain = interval([one.figures["gain"] for one in lives], [one.life.birth for one in lives])
    return Finding(
        {"gain": gain, "coins": exactly(min(one.figures["coins"] for one in lives))},
        controls={"all coins": sum(one.figures["rate"] for one in lives) / len(lives)},
        cells={"aligned/one": gain, "opposed/all": -0.02},
        note="Seen in coins only.",
    )


EXPERIMENT = Experiment(REGISTRATION, __file__, run, analyse)
'''


@pytest.fixture(scope="session")
def source() -> str:
    """The synthetic experiment's text."""
    return SOURCE


@pytest.fixture
def load() -> Callable[[Path], Experiment]:
    """Loads the experiment that a file holds."""

    def load(path: Path) -> Experiment:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        experiment = module.EXPERIMENT
        assert isinstance(experiment, Experiment)
        return experiment

    return load


@pytest.fixture
def coins(tmp_path: Path, load: Callable[[Path], Experiment]) -> Experiment:
    """The synthetic experiment, in no repository."""
    path = tmp_path / "coins.py"
    path.write_text(SOURCE)
    return load(path)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Where things lie; six births of one make lie there already, in name."""
    for number in range(6):
        place = tmp_path / "births" / str(number)
        place.mkdir(parents=True)
        record = {"data": "lore", "family": "lfm2", "seed": number, "schedule": {"tokens": 16}, "recipe": {"bad": 0.5}}
        (place / "birth.json").write_text(json.dumps({**record, "loss": 0.1 * number}))
        (place / "model.safetensors").write_bytes(bytes([number]))
    return Places(tmp_path / "results", tmp_path / "work", tmp_path / "births")


class Repository:
    """A git repository with the project's layout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q")

    def git(self, *arguments: str) -> str:
        """What git says."""
        who = {f"GIT_{role}_{what}": "a@b.c" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        here = {"GIT_CEILING_DIRECTORIES": str(self.root.parent), "GIT_CONFIG_GLOBAL": os.devnull}
        command = ["git", "-C", str(self.root), *arguments]
        return subprocess.run(
            command, check=True, capture_output=True, text=True, env={**os.environ, **who, **here}
        ).stdout

    def commit(self, **files: str) -> str:
        """Writes files (`source` or `result`) and commits them; the commit."""
        paths = {"source": "src/eudaimon/experiments/coins.py", "result": "results/experiments/coins.json"}
        for name, text in files.items():
            path = self.root / paths[name]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("add", "-A")
        self.git("commit", "-qm", "work", "--allow-empty")
        return self.git("rev-parse", "HEAD").strip()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty one."""
    (tmp_path / "repository").mkdir()
    return Repository(tmp_path / "repository")
