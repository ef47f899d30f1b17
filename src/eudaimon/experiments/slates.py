"""Real conversations: does a slate serve its worst-served opinion group better than others do?

python -m eudaimon.experiments.slates DATA     DATA: Polis's open data, as published (CC BY 4.0)

Voters are split in halves at random, 20 times, and the statements that were let in likewise. Groups are found among
the training voters on one half of the statements; slates are chosen from the other half, by the same voters. Held-out
voters are put into the groups by their votes on the first half, and asked what they said of the slates' statements. A
cell (group, statement) counts with 10 held-out votes or more; what is in none is missing, and bounded by 0 and 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.evals.statistics import Estimate, interval
from eudaimon.experiments.apart import Apart, Watch, main
from eudaimon.experiments.halving import conversations, halve
from eudaimon.experiments.harness.registration import Criterion, Registration
from eudaimon.experiments.harness.result import Finding

if TYPE_CHECKING:
    from eudaimon.governance.voices import Opinions

SIZE, SPLITS, DRAWS, CELL, SMALLEST = 5, 20, 20, 10, 30
ARMS = ("slate", "plurality", "random", "approval", "permuted", "maximin", "equal shares")

REGISTRATION = Registration(
    name="slates",
    claim="collaborative value collection",
    hypothesis="a slate chosen for justified representation, and for the worst group among those, is endorsed by the "
    "worst-served group of voters who had no part in choosing it, more than other slates are",
    metric="endorsement: mean over a slate's statements of the share of a group's held-out voters who agree, of those "
    "who voted on it, over cells of at least 10 votes; of the group where it is lowest",
    criteria=(
        Criterion("over plurality", ">=", 0.15),
        Criterion("over random", ">=", 0.15),
        Criterion("over approval", ">", 0.0),
        Criterion("over permuted", ">", 0.0),
    ),
    unit="a conversation; the primary set is those whose published groups all have at least 30 members",
    controls=(
        "plurality (one vote a voter, split evenly)",
        "random slates, 20 a split",
        "approval-maximising",
        "maximin with group labels permuted",
        "maximin without justified representation, and equal shares (abcvoting)",
        "blandness: how evenly held-out voters split on a slate's statements, against all statements of its half",
        "bounds: missing cells as 0 and as 1",
    ),
    analysis="means over 20 splits are one figure a conversation and arm; differences to the slate's, interval by t "
    "over the conversations of the primary set. All conversations, and the missing cells' bounds, stand beside it.",
    lives=1,
    births=1,
    per_family=False,
)


def run(data: Path | None, watch: Watch) -> list[Mapping[str, Any]]:
    """Every conversation with voters below `data`."""
    units: list[Mapping[str, Any]] = []
    for number, (name, smallest, opinions) in enumerate(conversations(data or Path())):
        watch(number, number + 1, name)
        splits = [one for seed in range(SPLITS) if (one := split(opinions, seed)) is not None]
        units.append({"name": name, "smallest": smallest, **summed(splits)})
    return units


def summed(splits: Sequence[Mapping[str, Mapping[str, float]]]) -> dict[str, Any]:
    """Means over splits: of each arm's figures, and of the slate's lead over each arm where both are known; None where
    nothing is."""
    arms = (*ARMS, "all statements")
    figures = [*splits[0]["slate"]] if splits else []
    known = {arm: {f: _mean([one[arm][f] for one in splits]) for f in figures} for arm in arms}
    leads = {arm: {f: _mean([one["slate"][f] - one[arm][f] for one in splits]) for f in figures} for arm in arms}
    return {"splits": len(splits), "means": _plain(known), "leads": _plain(leads)}


def split(opinions: Opinions, seed: int) -> dict[str, dict[str, float]] | None:
    """One split: by arm, what its slate is worth; None where there are no groups to compare or no slate to choose."""
    import numpy as np

    from eudaimon.governance.voices.rivals import at_random

    halves = halve(opinions, seed, SIZE)
    if halves is None:
        return None
    choosing, asked, count = halves.choosing, halves.asked, halves.count
    shuffled = halves.labels.copy()
    inside = shuffled >= 0
    shuffled[inside] = halves.rng.permutation(shuffled[inside])
    slates = _slates(choosing, halves.labels, shuffled)
    told = {arm: worth(asked.votes, halves.assigned, chosen, count) for arm, chosen in slates.items()}
    draws = [
        worth(asked.votes, halves.assigned, at_random(choosing, SIZE, DRAWS * seed + draw), count)
        for draw in range(DRAWS)
    ]
    told["random"] = {name: _mean([one[name] for one in draws]) for name in draws[0]}
    everything = tuple(int(j) for j in np.flatnonzero(choosing.admitted))
    told["all statements"] = worth(asked.votes, halves.assigned, everything, count)
    return told


def worth(votes: Any, groups: Any, chosen: Sequence[int], count: int) -> dict[str, float]:
    """What a slate is worth to held-out voters; NaN where no cell is large enough.

    `worst`, `low` and `high`: endorsement of the worst group, missing cells left out, as 0 and as 1; `mean` of all
    voters; `served`: share of the worst group that agrees with a statement of the slate, of those who saw any;
    `even`: blandness's opposite, the mean over statements of the smaller side's share; `missing`: of cells.
    """
    import numpy as np

    picked = votes[:, list(chosen)]
    seen, agreed = ~np.isnan(picked), picked == 1
    rows = [groups == g for g in range(count)]
    cells = np.asarray([seen[row].sum(axis=0) for row in rows])
    shares = np.asarray([agreed[row].sum(axis=0) for row in rows]) / np.maximum(1, cells)
    enough = cells >= CELL
    nan = float("nan")
    by_group = [float(s[e].mean()) for s, e in zip(shares, enough, strict=True) if e.any()]
    served = [
        float(agreed[row][seen[row].any(axis=1)].any(axis=1).mean())
        for row in rows
        if seen[row].any(axis=1).sum() >= CELL
    ]
    against = (picked == -1).sum(axis=0)
    sides = agreed.sum(axis=0) + against
    full = sides >= CELL
    return {
        "worst": min(by_group, default=nan),
        "low": float(np.where(enough, shares, 0.0).mean(axis=1).min()),
        "high": float(np.where(enough, shares, 1.0).mean(axis=1).min()),
        "mean": float(agreed.sum() / max(1, seen.sum())),
        "served": min(served, default=nan),
        "even": float((np.minimum(agreed.sum(axis=0), against)[full] / sides[full]).mean()) if full.any() else nan,
        "missing": float(1 - enough.mean()),
    }


def analyse(units: Sequence[Mapping[str, Any]]) -> Finding:
    """Differences over the primary set, and everything else beside them."""
    primary = [unit for unit in units if unit["smallest"] >= SMALLEST]
    rivals = ("plurality", "random", "approval", "permuted")
    estimates = {f"over {rival}": interval([_gap(unit, rival, "worst") for unit in primary]) for rival in rivals}
    controls: dict[str, Estimate | float] = {}
    for rival in ("maximin", "equal shares"):
        controls[f"over {rival}"] = interval([_gap(unit, rival, "worst") for unit in primary])
    for arm in (*ARMS, "all statements"):
        for figure in ("worst", "served", "even"):
            controls[f"{figure}, {arm}"] = fmean(_of(unit, arm, figure) for unit in primary)
    for rival in rivals:
        controls[f"over {rival}, missing as 0"] = interval([_gap(unit, rival, "low") for unit in primary])
        controls[f"over {rival}, missing as 1"] = interval([_gap(unit, rival, "high") for unit in primary])
        everywhere = [_gap(unit, rival, "worst") for unit in units if unit["leads"][rival].get("worst") is not None]
        controls[f"over {rival}, all conversations"] = interval(everywhere)
    controls["missing cells, slate"] = fmean(_of(unit, "slate", "missing") for unit in primary)
    controls["missing cells, plurality"] = fmean(_of(unit, "plurality", "missing") for unit in primary)
    losing = [f"{unit['name']} ({r})" for unit in primary for r in rivals if not _gap(unit, r, "worst") > 0]
    note = (
        f"{len(primary)} conversations of {len(units)}. Where the slate does not win: {', '.join(losing) or 'nowhere'}."
    )
    return Finding(estimates, controls, note=note)


def _gap(unit: Mapping[str, Any], rival: str, figure: str) -> float:
    """The slate's lead over a rival."""
    return float(unit["leads"][rival][figure])


def _of(unit: Mapping[str, Any], arm: str, figure: str) -> float:
    return float(unit["means"][arm][figure])


def _plain(figures: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float | None]]:
    return {arm: {f: round(v, 6) if v == v else None for f, v in told.items()} for arm, told in figures.items()}


def _mean(values: Sequence[float]) -> float:
    """The mean of what is known; NaN where nothing is."""
    known = [value for value in values if value == value]
    return fmean(known) if known else float("nan")


def _slates(choosing: Opinions, labels: Any, shuffled: Any) -> dict[str, tuple[int, ...]]:
    from eudaimon.governance.voices import choose_slate
    from eudaimon.governance.voices.rivals import committee, maximin, most_approved, plurality

    return {
        "slate": choose_slate(choosing, labels, SIZE).statements,
        "plurality": plurality(choosing, SIZE),
        "approval": most_approved(choosing, SIZE),
        "permuted": maximin(choosing, shuffled, SIZE),
        "maximin": maximin(choosing, labels, SIZE),
        "equal shares": committee(choosing, "equal-shares", SIZE),
    }


SLATES = Apart(REGISTRATION, __file__, run, analyse, takes_data=True)

if __name__ == "__main__":
    main(SLATES)
