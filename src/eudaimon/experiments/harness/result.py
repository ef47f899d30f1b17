"""What came of an experiment: figures with intervals, verdicts that follow from them, and a file that says all."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from eudaimon.errors import ExperimentError
from eudaimon.evals.statistics import Estimate
from eudaimon.experiments.harness.desk import Life, write_json
from eudaimon.experiments.harness.registration import Criterion, Registration

Figure = Estimate | float
Page = dict[str, Any]


class Verdict(StrEnum):
    """What is said of a claim."""

    MET = "met"
    MISSED = "missed"
    NOT_TESTABLE = "not testable"
    OPEN = "open"


GAINS = ("the gain as it stands", "gain, whether its sign holds or not")
"""How claims name their primary gain among their controls."""


class Planted(StrEnum):
    """What came of a planted null, in which labels are shuffled."""

    NULL = "came out null"
    BROKEN = "met the claim: broken"
    NOT_TESTABLE = "not testable"


@dataclass(frozen=True, slots=True)
class Lived:
    """A life, and what `run` found in it (JSON values)."""

    life: Life
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """What `analyse` makes of all lives. Verdicts are not its business: they follow from the registration.

    Attributes:
        estimates: one for each criterion, by its name.
        controls: what stands beside it: arms, null models, parse rates, realised correlations.
        cells: the primary figure by family, where the registration asks for it.
        testable: False where the claim's precondition does not hold; say which in `note`.
        note: what else was seen; where a threshold is missed, what was tried.
    """

    estimates: Mapping[str, Estimate]
    controls: Mapping[str, Figure] = field(default_factory=dict)
    cells: Mapping[str, Figure] = field(default_factory=dict)
    testable: bool = True
    note: str = ""


def verdict(registration: Registration, finding: Finding) -> Verdict:
    """Met, if every criterion is, as it is to be judged (see `Criterion`); else missed, or not testable.

    Raises:
        ExperimentError: a criterion has no estimate, or families were promised and are not there.
    """
    missing = [c.name for c in registration.criteria if c.name not in finding.estimates]
    if finding.testable and (missing or (registration.per_family and not finding.cells)):
        lacks = ", ".join(missing) or "its figure by family"
        raise ExperimentError(
            f"the analysis of '{registration.name}' lacks {lacks}, which its registration promises; add it to `analyse`"
        )
    if not finding.testable:
        return Verdict.NOT_TESTABLE
    met = all(criterion.met(finding.estimates[criterion.name]) for criterion in registration.criteria)
    return Verdict.MET if met else Verdict.MISSED


def planted(page: Page) -> Planted:
    """What came of the planted null whose page this is: it may meet neither the claim nor its primary criterion. One
    in which nothing could be tested shows nothing."""
    if page["verdict"] == Verdict.NOT_TESTABLE:
        return Planted.NOT_TESTABLE
    met = page["verdict"] == Verdict.MET or any(criterion["met"] for criterion in page["criteria"][:1])
    return Planted.BROKEN if met else Planted.NULL


def page_of(
    registration: Registration,
    finding: Finding,
    lives: Sequence[Life],
    *,
    births: Mapping[str, str],
    code: str,
    frozen: str,
    attempts: int,
    null: bool = False,
) -> Page:
    """The result as JSON values.

    Args:
        registration, finding: what was promised, and what was found.
        lives: those that it was found in.
        births: fingerprint of each birth that they started from, by its number.
        code: every version of the code that worked on them.
        frozen: digest of the registration and the analysis (see `provenance`).
        attempts: how many confirmatory runs were begun up to now.
        null: whether labels were shuffled.
    """
    primary, figures = registration.primary, finding.estimates
    first = figures.get(primary.name)
    controls = {name: _figure(figure) for name, figure in finding.controls.items()}
    known = [c for c in registration.criteria if c.name in figures]
    criteria = [_criterion(c, figures[c.name], controls, GAINS if c == primary else ()) for c in known]
    losing = [name for name, figure in finding.cells.items() if not primary.holds(_value(figure))]
    return {
        "name": registration.name,
        "claim": registration.claim,
        "hypothesis": registration.hypothesis,
        "metric": registration.metric,
        "threshold": registration.threshold,
        "value": None if first is None else _number(first.value),
        "interval": None if first is None else [_number(first.low), _number(first.high)],
        "verdict": verdict(registration, finding).value,
        "criteria": criteria,
        "controls": controls,
        "cells": {name: _figure(figure) for name, figure in finding.cells.items()},
        "losing": losing,
        "note": finding.note,
        "unit": registration.unit,
        "seeds": [asdict(life) for life in lives],
        "births": dict(births),
        "attempts": attempts,
        "null": null,
        "code": code,
        "frozen": frozen,
    }


def write_result(path: Path, page: Page) -> None:
    """Writes `page` to `path`, whole or not at all."""
    write_json(path, page)


def read_results(folder: Path) -> dict[str, Page]:
    """Every result in `folder`, by name.

    Raises:
        ExperimentError: a file is not a result, or bears another's name.
    """
    pages: dict[str, Page] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            page = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ExperimentError(f"{path} is no result ({error}); run the experiment again, or restore it") from error
        if not isinstance(page, dict) or page.get("name") != path.stem:
            raise ExperimentError(f"{path} does not hold the result of '{path.stem}'; restore it, or run it again")
        pages[path.stem] = page
    return pages


def _as_it_stands(criterion: Mapping[str, Any], controls: Mapping[str, Any], names: Sequence[str]) -> Any:
    """A gain that counts as none, since its sign is not held where all replies parse (see `arms.gains`): the figure as
    it was measured, which analyses keep among the controls. None where the criterion's figure is the measured one."""
    if criterion["value"] != 0 or criterion["interval"] != [0, 0]:
        return None
    return next((controls[name] for name in (f"{criterion['name']}, as it stands", *names) if name in controls), None)


def _criterion(criterion: Criterion, estimate: Estimate, controls: Mapping[str, Any], names: Sequence[str]) -> Page:
    p = criterion.p(estimate)
    page = {
        "name": criterion.name,
        "asked": criterion.text,
        "judged": criterion.judged,
        "value": _number(estimate.value),
        "interval": [_number(estimate.low), _number(estimate.high)],
        "n": estimate.n,
        "p": None if p is None else _number(p),
        "met": criterion.met(estimate),
    }
    return page | {"as_it_stands": _as_it_stands(page, controls, names)}


def _figure(figure: Figure) -> Any:
    if isinstance(figure, Estimate):
        return {"value": _number(figure.value), "interval": [_number(figure.low), _number(figure.high)]}
    return _number(figure)


def _value(figure: Figure) -> float:
    return figure.value if isinstance(figure, Estimate) else figure


def _number(value: float) -> float | None:
    """JSON knows no NaN and no infinity; figures are kept to six digits."""
    return float(f"{value:.6g}") if math.isfinite(value) else None
