"""Every claim that is under test, in the order in which evidence is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eudaimon.errors import ExperimentError
from eudaimon.experiments import (
    approval,
    corrigibility,
    inform,
    internalised,
    loop,
    pools,
    sleep,
    surrender,
    voices,
)
from eudaimon.experiments.harness.experiment import Experiment

EXPERIMENTS: tuple[Experiment, ...] = tuple(
    module.EXPERIMENT
    for module in (sleep, loop, surrender, internalised, approval, voices, pools, inform, corrigibility)
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `eudaimon experiment list`.

    Attributes:
        name: of the experiment.
        hypothesis: in one sentence.
        verdict: `met`, `missed`, `not testable`, `open` (no run within the rules yet) or `not run`.
        attempts: tries on confirmatory villages.
    """

    name: str
    hypothesis: str
    verdict: str
    attempts: int


def find(name: str) -> Experiment:
    """The experiment of this name.

    Raises:
        ExperimentError: there is none; names those that there are.
    """
    for experiment in EXPERIMENTS:
        if experiment.name == name:
            return experiment
    raise ExperimentError(f"there is no experiment '{name}'; choose one of {', '.join(e.name for e in EXPERIMENTS)}")


def rows(results: Path = Path("results")) -> list[Row]:
    """Where every claim stands.

    Args:
        results: the folder of results; see `runner.Places`.

    Raises:
        ExperimentError: a result or the ledger cannot be read.
    """
    from eudaimon.experiments.harness.attempts import Attempts
    from eudaimon.experiments.harness.result import read_results

    pages, ledger = read_results(results / "experiments"), Attempts(results / "attempts.json")
    return [
        Row(
            e.name, e.registration.hypothesis, standing(e, e.name in pages, pages.get(e.name, {})), ledger.count(e.name)
        )
        for e in EXPERIMENTS
    ]


def standing(experiment: Experiment, told: bool, page: dict[str, object]) -> str:
    """The verdict of a claim, with or without a result."""
    if told:
        return str(page["verdict"])
    return "open" if experiment.is_open else "not run"
