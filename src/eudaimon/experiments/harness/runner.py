"""Runs an experiment, life by life, within a wall-clock budget; called again, it goes on where it stopped.

There are three sorts of runs. A *development* run lives in villages 0 and up, counts nothing and leaves its result in
the work folder. A *confirmatory* run lives in villages 1000 and up; its registration must be committed, and every try
is counted before it begins. A *planted null* is a development run with labels shuffled, which must not meet the claim.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from eudaimon.errors import ExperimentError
from eudaimon.experiments.harness.attempts import Attempts
from eudaimon.experiments.harness.desk import Desk, Life, TimeUp, lives_of, write_json
from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.provenance import code_version, frozen, require_registered
from eudaimon.experiments.harness.result import Lived, Page, page_of, write_result

MINUTES = 25.0
Watch = Callable[[int, int, str], None]
"""Told how many lives are done, of how many, and the unit that begins."""


class Mode(StrEnum):
    """The sort of a run."""

    DEVELOPMENT = "development"
    CONFIRMATORY = "confirmatory"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run has come.

    Attributes:
        done, lives: lives that are finished, and all.
        attempts: confirmatory tries so far, this one included.
        page: the result, once all lives are done.
        message: the same in words, and how to go on.
    """

    done: int
    lives: int
    attempts: int
    page: Page | None
    message: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie.

    Attributes:
        results: what is committed: `experiments/`, `nulls/`, `births/` and `attempts.json`.
        work: what is not: units and lives.
        births: the models that lives start from, shared by all experiments; kept with the results that rest on them.
    """

    results: Path = Path("results")
    work: Path = Path("runs/experiments")
    births: Path = Path("results/births")

    def result(self, name: str, mode: Mode) -> Path:
        """Where a run of this sort leaves its result."""
        kept = {Mode.CONFIRMATORY: self.results / "experiments", Mode.NULL: self.results / "nulls"}
        return kept.get(mode, self.work / name / mode) / f"{name}.json"


def run_experiment(
    experiment: Experiment,
    mode: Mode = Mode.CONFIRMATORY,
    *,
    places: Places | None = None,
    minutes: float = MINUTES,
    fresh: bool = False,
    watch: Watch = lambda done, lives, unit: None,
) -> Standing:
    """Goes on with a run, or begins one; all that is left, or as much as fits into `minutes`.

    Args:
        experiment: which one.
        mode: the sort of the run.
        places: where things lie; by default below the current directory.
        minutes: no unit begins later than this.
        fresh: begin anew (a new try, if confirmatory); the old lives are set aside.
        watch: told about the progress.

    Raises:
        ExperimentError: the claim is open, is not registered, or was registered anew since the run began.
    """
    if experiment.is_open:
        raise ExperimentError(f"'{experiment.name}' is open: it has no run within the rules yet; see docs/evidence.md")
    run = _Run(experiment, mode, places or Places(), time.monotonic() + 60 * minutes, watch)
    run.begin(fresh)
    lived: list[Lived] = []
    codes: set[str] = set()
    for life in run.lives:
        try:
            kept = run.live(life)
        except TimeUp:
            return run.paused(len(lived))
        lived.append(Lived(life, kept["figures"]))
        codes.add(kept["code"])
    watch(len(lived), len(lived), "analysis")
    return run.finished(lived, "; ".join(sorted(codes)))


def came_out_null(page: Page) -> bool:
    """Whether a planted null did not meet its claim, nor its claim's primary criterion."""
    return page["verdict"] != "met" and not any(criterion["met"] for criterion in page["criteria"][:1])


class _Run:
    """A run under way."""

    def __init__(self, experiment: Experiment, mode: Mode, places: Places, deadline: float, watch: Watch) -> None:
        self.experiment, self.mode, self.places, self.deadline, self.watch = experiment, mode, places, deadline, watch
        self.name = experiment.name
        self.folder = places.work / self.name / mode
        self.ledger = Attempts(places.results / "attempts.json")
        self.digest = frozen(experiment.path.read_text(encoding="utf-8"), self.name)
        self.lives = lives_of(experiment.registration, development=mode is not Mode.CONFIRMATORY)

    def begin(self, fresh: bool) -> None:
        """Goes on with the run in the folder, or begins one there; a confirmatory one is counted first."""
        card = self.folder / "run.json"
        if fresh and card.exists():
            old = 1 + sum(1 for _ in self.folder.parent.glob(f"{self.mode}-*"))
            self.folder.rename(self.folder.with_name(f"{self.mode}-{old}"))
        if not card.exists():
            number = self._count() if self.mode is Mode.CONFIRMATORY else 0
            write_json(card, {"attempt": number, "frozen": self.digest})
        elif json.loads(card.read_text(encoding="utf-8"))["frozen"] != self.digest:
            raise ExperimentError(
                f"the registration or analysis of '{self.name}' changed after this run began; restore it, or begin "
                "anew (fresh), which counts as another try"
            )

    def live(self, life: Life) -> Mapping[str, Any]:
        """A life's figures and the code that found them, kept in `life.json` once they are there."""
        desk = Desk(
            life,
            self.folder / f"life-{life.index}",
            self.places.births,
            self.experiment.registration.conversations,
            null=self.mode is Mode.NULL,
            deadline=self.deadline,
            begun=lambda unit: self.watch(life.index, len(self.lives), unit),
        )
        kept = desk.folder / "life.json"
        if not kept.exists():
            assert self.experiment.run is not None
            desk.folder.mkdir(parents=True, exist_ok=True)
            figures = dict(self.experiment.run(desk))
            write_json(kept, {"figures": figures, "code": code_version(self.experiment.path), "seconds": desk.seconds})
        return dict(json.loads(kept.read_text(encoding="utf-8")))

    def paused(self, done: int) -> Standing:
        """The time of this call is spent."""
        option = "" if self.mode is Mode.CONFIRMATORY else f" --{self.mode}"
        words = (
            f"{self.name} ({self.mode}): {done} of {len(self.lives)} lives are done; the time of this call is spent, "
            f"nothing is lost. Go on with: eudaimon experiment run {self.name}{option}.{self._tries()}"
        )
        return Standing(done, len(self.lives), self.ledger.count(self.name), None, words)

    def finished(self, lived: list[Lived], code: str) -> Standing:
        """All lives are done: analyse them and write the result."""
        assert self.experiment.analyse is not None
        registration, tries = self.experiment.registration, self.ledger.count(self.name)
        page = page_of(
            registration,
            self.experiment.analyse(lived),
            [one.life for one in lived],
            code=code,
            frozen=self.digest,
            attempts=tries,
            null=self.mode is Mode.NULL,
        )
        path = self.places.result(self.name, self.mode)
        write_result(path, page)
        found = f"{registration.primary.name} = {page['value']} {page['interval']}"
        words = f"{self.name} ({self.mode}): {page['verdict']}, {found}. Written to {path}.{self._tries()}"
        if self.mode is Mode.NULL:
            words += f" The planted null {'came out null' if came_out_null(page) else 'met the claim: it is broken'}."
        return Standing(len(lived), len(lived), tries, page, words)

    def _count(self) -> int:
        require_registered(self.experiment.path)
        return self.ledger.begin(self.name, code_version(self.experiment.path), self.digest).number

    def _tries(self) -> str:
        tries = self.ledger.count(self.name)
        return f" Tries on confirmatory villages so far: {tries}." if self.mode is Mode.CONFIRMATORY else ""
