"""Real conversations: do people endorse what their own community chose more than what all chose together?

python -m eudaimon.experiments.localfit DATA     DATA: Polis's open data, as published (CC BY 4.0)

Split as in `slates`. Each group of training voters chooses the five statements that it agrees with most, by (A + 1) /
(N + 2) among its own members; the central rival is chosen likewise by all. Held-out members are asked of their own
group's choice, of the central one, and, to see whether it is belonging that counts, of what a random group of the same
size would have chosen. A cell (group, statement) counts with 10 held-out votes or more.
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

SIZE, SPLITS, CELL, SMALLEST = 5, 20, 10, 30
FIGURES = ("own", "central", "random group", "outsiders of own", "outsiders of central")

REGISTRATION = Registration(
    name="localfit",
    claim="contextual grounding and adaptation for specific communities",
    hypothesis="a community's held-out members endorse what their own community chose more than what all chose "
    "together, and more than what a random group of the same size chose",
    metric="endorsement: mean over the five statements of the share of a group's held-out voters who agree, of those "
    "who voted on it, over cells of at least 10 votes; mean over groups",
    criteria=(
        Criterion("own over central", ">=", 0.15),
        Criterion("own over random group", ">", 0.0),
        Criterion("in the smallest group", ">", 0.0),
    ),
    unit="a conversation; the primary set is those whose published groups all have at least 30 members",
    controls=(
        "what a random group of the same size chooses",
        "what outsiders say of a group's choice, against the central one",
        "all conversations",
    ),
    analysis="means over 20 splits are one figure a conversation; interval by t over the conversations of the primary "
    "set. The smallest group is the last of each split that has a cell.",
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
        means = {figure: _mean([one[figure] for one in splits]) for figure in (*FIGURES, "smallest group")}
        units.append({"name": name, "smallest": smallest, "splits": len(splits), "means": means})
    return units


def split(opinions: Opinions, seed: int) -> dict[str, float] | None:
    """One split: the figures, as means over the groups that have a cell in all of them; None where no group has."""
    import numpy as np

    halves = halve(opinions, seed, SIZE)
    if halves is None:
        return None
    central = _chosen(halves.choosing, np.arange(len(halves.labels)))
    rows = []
    for group in range(halves.count):
        mine, members = np.flatnonzero(halves.labels == group), halves.assigned == group
        others = (halves.assigned >= 0) & ~members
        own = _chosen(halves.choosing, mine)
        anybody = _chosen(halves.choosing, halves.rng.permutation(len(halves.labels))[: len(mine)])
        asked = ((own, members), (central, members), (anybody, members), (own, others), (central, others))
        rows.append([_endorsed(halves.asked, chosen, people) for chosen, people in asked])
    whole = [row for row in rows if all(value == value for value in row)]
    if not whole:
        return None
    return {
        **dict(zip(FIGURES, np.mean(whole, axis=0).tolist(), strict=True)),
        "smallest group": whole[-1][0] - whole[-1][1],
    }


def analyse(units: Sequence[Mapping[str, Any]]) -> Finding:
    """Differences over the primary set, and everything else beside them."""
    known = [unit for unit in units if unit["means"]["own"] is not None]
    primary = [unit for unit in known if unit["smallest"] >= SMALLEST]
    estimates = {
        "own over central": _gap(primary, "own", "central"),
        "own over random group": _gap(primary, "own", "random group"),
        "in the smallest group": interval([unit["means"]["smallest group"] for unit in primary]),
    }
    controls: dict[str, Estimate | float] = {
        figure: fmean(unit["means"][figure] for unit in primary) for figure in FIGURES
    }
    controls["outsiders: own over central"] = _gap(primary, "outsiders of own", "outsiders of central")
    controls["own over central, all conversations"] = _gap(known, "own", "central")
    losing = [unit["name"] for unit in primary if unit["means"]["own"] <= unit["means"]["central"]]
    where = ", ".join(losing) or "nowhere"
    note = f"{len(primary)} conversations of {len(units)}. Where the own choice does not win: {where}."
    return Finding(estimates, controls, note=note)


def _gap(units: Sequence[Mapping[str, Any]], ours: str, theirs: str) -> Estimate:
    return interval([unit["means"][ours] - unit["means"][theirs] for unit in units])


def _chosen(choosing: Opinions, voters: Any) -> tuple[int, ...]:
    """What these voters agree with most."""
    from eudaimon.governance.voices.rivals import most_approved

    return most_approved(choosing.only(voters=voters), SIZE)


def _endorsed(asked: Opinions, chosen: Sequence[int], people: Any) -> float:
    """The share of these people who agree, mean over the statements with a cell; NaN where there is none."""
    import numpy as np

    votes = asked.votes[people][:, list(chosen)]
    seen = (~np.isnan(votes)).sum(axis=0)
    enough = seen >= CELL
    shares = (votes == 1).sum(axis=0)[enough] / seen[enough]
    return float(shares.mean()) if enough.any() else float("nan")


def _mean(values: Sequence[float]) -> float | None:
    return round(fmean(values), 6) if values else None


LOCALFIT = Apart(REGISTRATION, __file__, run, analyse, takes_data=True)

if __name__ == "__main__":
    main(LOCALFIT)
