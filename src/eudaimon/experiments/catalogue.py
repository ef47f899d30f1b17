"""Every claim that is under test, in the order in which evidence is told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eudaimon.errors import ExperimentError
from eudaimon.experiments import (
    approval,
    compatibility,
    corrigibility,
    inform,
    internalised,
    loop,
    pools,
    sleep,
    surrender,
    validation,
    voices,
)
from eudaimon.experiments.apart import Apart
from eudaimon.experiments.capture import CAPTURE
from eudaimon.experiments.communities import COMMUNITIES
from eudaimon.experiments.customs import CUSTOMS_APART
from eudaimon.experiments.enforcement import ENFORCEMENT
from eudaimon.experiments.floors import FLOORS
from eudaimon.experiments.goodhart import GOODHART
from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.homeostasis import HOMEOSTASIS
from eudaimon.experiments.localfit import LOCALFIT
from eudaimon.experiments.slates import SLATES
from eudaimon.experiments.tradeoffs import TRADEOFFS

EXPERIMENTS: tuple[Experiment, ...] = tuple(
    module.EXPERIMENT
    for module in (
        sleep,
        loop,
        surrender,
        internalised,
        approval,
        validation,
        voices,
        pools,
        inform,
        corrigibility,
        compatibility,
    )
)

APART: tuple[Apart, ...] = (
    SLATES,
    LOCALFIT,
    CAPTURE,
    ENFORCEMENT,
    CUSTOMS_APART,
    COMMUNITIES,
    TRADEOFFS,
    GOODHART,
    HOMEOSTASIS,
    FLOORS,
)
"""Those whose units are not lives."""
ALL: tuple[Experiment | Apart, ...] = (*EXPERIMENTS, *APART)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `eudaimon experiment list`.

    Attributes:
        name: of the experiment.
        hypothesis: in one sentence.
        verdict: see `standing.Standing`.
        attempts: tries on confirmatory villages.
    """

    name: str
    hypothesis: str
    verdict: str
    attempts: int


def find(name: str) -> Experiment | Apart:
    """The experiment of this name.

    Raises:
        ExperimentError: there is none; names those that there are.
    """
    every = {one.name: one for one in ALL}
    if name not in every:
        raise ExperimentError(f"there is no experiment '{name}'; choose one of {', '.join(every)}")
    return every[name]


def require_results(results: Path) -> None:
    """Raise ExperimentError where there are no results: tries that are counted elsewhere are not counted."""
    if not results.is_dir():
        raise ExperimentError(f"there are no results in {results.resolve()}; go to the repository, where they lie")


def rows(results: Path = Path("results")) -> list[Row]:
    """Where every claim stands.

    Args:
        results: the folder of results; see `runner.Places`.

    Raises:
        ExperimentError: there is no such folder, or a result or the ledger cannot be read.
    """
    from eudaimon.experiments.harness.attempts import Attempts
    from eudaimon.experiments.harness.result import read_results
    from eudaimon.experiments.standing import standings

    require_results(results)
    pages, ledger = read_results(results / "experiments"), Attempts(results / "attempts.json")
    stand = standings(ALL, pages)
    return [Row(e.name, e.registration.hypothesis, stand[e.name].verdict, ledger.count(e.name)) for e in ALL]
