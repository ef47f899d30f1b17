"""Where every claim stands: the verdict of its own result, and whether it holds among all claims together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eudaimon.evals.statistics import holm
from eudaimon.experiments.apart import Apart
from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.result import Page, Verdict

ALPHA = 0.025
"""One-sided, as the far end of a two-sided 95% interval is."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a claim stands.

    Attributes:
        verdict: `met`, `met, but not after Holm`, `missed`, `not testable`, `open` (no run within the rules yet) or
            `not run`.
        p: the joint p-value after Holm; None for claims outside of the family.
    """

    verdict: str
    p: float | None = None


def standings(claims: Iterable[Experiment | Apart], pages: Mapping[str, Page]) -> dict[str, Standing]:
    """Where `claims` stand by their results in `pages`, which hold a page for each that has one."""
    named = {claim.name: claim for claim in claims}
    joint = {name: p for name in named if (p := joint_p(pages.get(name))) is not None}
    adjusted = holm(joint)
    return {name: _standing(one, pages.get(name), adjusted.get(name)) for name, one in named.items()}


def joint_p(page: Page | None) -> float | None:
    """The p-value of all criteria together: the largest of theirs (intersection-union test, Berger 1982).

    A criterion whose p-value is no number has shown nothing: 1. None where there is no result, nothing was tested, or
    every criterion is judged by its value, which has none.
    """
    if page is None or page["verdict"] not in (Verdict.MET, Verdict.MISSED):
        return None
    found = [1.0 if c["p"] is None else c["p"] for c in page["criteria"] if c["judged"] != "value"]
    return max(found, default=None)


def _standing(claim: Experiment | Apart, page: Page | None, p: float | None) -> Standing:
    if page is None:
        return Standing("open" if isinstance(claim, Experiment) and claim.is_open else "not run", p)
    verdict = str(page["verdict"])
    return Standing("met, but not after Holm" if verdict == Verdict.MET and p is not None and p > ALPHA else verdict, p)
