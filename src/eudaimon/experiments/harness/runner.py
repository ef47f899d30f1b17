"""Runs an experiment, life by life, within a wall-clock budget; called again, it goes on where it stopped.

There are three sorts of runs. A *development* run lives in villages 0 and up, counts nothing and leaves its result in
the work folder. A *confirmatory* run lives in villages 1000 and up; its registration must be committed, its births must
all be there and of one make, and every try is counted before it begins. A *planted null* is a development run with
labels shuffled, which must not meet the claim.
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
from eudaimon.experiments.harness.births import fingerprint, require_alike
from eudaimon.experiments.harness.card import Card
from eudaimon.experiments.harness.desk import Desk, Life, TimeUp, lives_of, write_json
from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.provenance import code_version, frozen, require_registered
from eudaimon.experiments.harness.result import Lived, Page, page_of, planted, write_result
from eudaimon.memory.lock import alone

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
        ExperimentError: the claim is open, is not registered, or was registered anew since the run began; its births
            are not there, are not alike, or are others than when it began; or another process runs it.
    """
    if experiment.is_open:
        raise ExperimentError(f"'{experiment.name}' is open: it has no run within the rules yet; see docs/evidence.md")
    run = _Run(experiment, mode, places or Places(), time.monotonic() + 60 * minutes, watch)
    taken = f"another process runs '{run.name}' ({mode}) in {run.folder}; wait for its end, or stop it"
    with alone(run.folder.with_suffix(".lock"), taken):
        return run.go(fresh)


class _Run:
    """A run under way."""

    card: Card

    def __init__(self, experiment: Experiment, mode: Mode, places: Places, deadline: float, watch: Watch) -> None:
        self.experiment, self.mode, self.places, self.deadline, self.watch = experiment, mode, places, deadline, watch
        self.name = experiment.name
        self.folder = places.work / self.name / mode
        self.ledger = Attempts(places.results / "attempts.json")
        self.digest = frozen(experiment.path.read_text(encoding="utf-8"), self.name)
        self.lives = lives_of(
            experiment.registration, development=mode is not Mode.CONFIRMATORY, unseen=mode is not Mode.DEVELOPMENT
        )

    def go(self, fresh: bool) -> Standing:
        """All that is left of it, or as much as there is time for."""
        if fresh or not (self.folder / "run.json").exists():
            self.begin()
        else:
            self.resume()
        lived: list[Lived] = []
        for life in self.lives:
            try:
                lived.append(Lived(life, self.live(life)))
            except TimeUp:
                return self.paused(len(lived))
        self.watch(len(lived), len(lived), "analysis")
        return self.finished(lived)

    def begin(self) -> None:
        """Begins it, an older one set aside; a confirmatory one is looked over, then counted, before anything else."""
        confirmatory, births = self.mode is Mode.CONFIRMATORY, sorted({life.birth for life in self.lives})
        if confirmatory:
            require_registered(self.experiment.path)
            require_alike(self.places.births, births)
        found = {str(b): fingerprint(self.places.births, b) for b in births} if confirmatory else {}
        code = code_version(self.experiment.path)
        number = self.ledger.begin(self.name, code, self.digest).number if confirmatory else 0
        if self.folder.exists():
            old = 1 + sum(1 for _ in self.folder.parent.glob(f"{self.mode}-*"))
            self.folder.rename(self.folder.with_name(f"{self.mode}-{old}"))
        self.card = Card(number, self.digest, [code], found)
        self.card.write(self.folder / "run.json")

    def resume(self) -> None:
        """Goes on with the one in the folder, if it is still about the same and rests on the same births."""
        self.card = Card.read(self.folder / "run.json")
        if self.card.frozen != self.digest:
            raise ExperimentError(
                f"the registration or analysis of '{self.name}' changed after this run began; restore it, or begin "
                "anew (fresh), which counts as another try"
            )
        for birth in self.card.births:
            self._rest_on(int(birth))
        self._stamp()

    def live(self, life: Life) -> Mapping[str, Any]:
        """A life's figures, kept in `life.json` with its birth and the code that found them once they are there."""
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
        birth = self._rest_on(life.birth)
        if not kept.exists():
            assert self.experiment.run is not None
            desk.folder.mkdir(parents=True, exist_ok=True)
            begun = self._stamp()
            try:
                figures = dict(self.experiment.run(desk))
            finally:
                code = list(dict.fromkeys((begun, self._stamp())))
            write_json(kept, {"figures": figures, "birth": birth, "code": code, "seconds": desk.seconds})
        return dict(json.loads(kept.read_text(encoding="utf-8"))["figures"])

    def paused(self, done: int) -> Standing:
        """The time of this call is spent."""
        option = "" if self.mode is Mode.CONFIRMATORY else f" --{self.mode}"
        words = (
            f"{self.name} ({self.mode}): {done} of {len(self.lives)} lives are done; the time of this call is spent, "
            f"nothing is lost. Go on with: eudaimon experiment run {self.name}{option}.{self._tries()}"
        )
        return Standing(done, len(self.lives), self.ledger.count(self.name), None, words)

    def finished(self, lived: list[Lived]) -> Standing:
        """All lives are done: analyse them and write the result."""
        assert self.experiment.analyse is not None
        registration, tries = self.experiment.registration, self.ledger.count(self.name)
        page = page_of(
            registration,
            self.experiment.analyse(lived),
            [one.life for one in lived],
            births=self.card.births,
            code="; ".join(self.card.code),
            frozen=self.digest,
            attempts=tries,
            null=self.mode is Mode.NULL,
        )
        path = self.places.result(self.name, self.mode)
        write_result(path, page)
        found = f"{registration.primary.name} = {page['value']} {page['interval']}"
        words = f"{self.name} ({self.mode}): {page['verdict']}, {found}. Written to {path}.{self._tries()}"
        if self.mode is Mode.NULL:
            words += f" The planted null: {planted(page)}."
        return Standing(len(lived), len(lived), tries, page, words)

    def _rest_on(self, birth: int) -> str:
        """The fingerprint of a birth, which must be the one that the run rests on."""
        found = fingerprint(self.places.births, birth)
        if self.card.rest_on(birth, found):
            self.card.write(self.folder / "run.json")
        return found

    def _stamp(self) -> str:
        """The version of the code that works on it now."""
        code = code_version(self.experiment.path)
        if self.card.stamp(code):
            self.card.write(self.folder / "run.json")
        return code

    def _tries(self) -> str:
        tries = self.ledger.count(self.name)
        return f" Tries on confirmatory villages so far: {tries}." if self.mode is Mode.CONFIRMATORY else ""
