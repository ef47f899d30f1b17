"""Goodhart: gold against KL for one learned reward, an ensemble, and a council with good-enough rules.

python -m eudaimon.experiments.goodhart

Rewards are learned from judged pairs, so that their errors are their own and nobody's choice. In a world of features
eight needs are each made by three; half of the features mean nothing. Gold is the mean of the needs in one of three
ways, whose features have light or heavy tails, which makes six cells:

    more       u            more is always better
    enough     min(u, 1)    beyond a standard deviation it adds nothing
    too much   -|u - 1|     a set-point: beyond it things get worse

One reward and the ensemble learn from pairs judged by gold; each of the council's voices from an eighth of as many
pairs, judged by its own need. All are linear in the same features. Pressure is best-of-n and the optimum of reward
under a KL penalty, both computed exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.evals.statistics import Estimate, interval
from eudaimon.experiments.apart import Apart, Watch, main
from eudaimon.experiments.harness.registration import CONFIRMATORY, Criterion, Registration
from eudaimon.experiments.harness.result import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from eudaimon.training.soft.goodhart import Form

WORLDS, CONTEXTS, RESPONSES, FEATURES, NEEDS, EACH = 20, 8, 2048, 48, 8, 3
PAIRS, FLIPPED, SHARPNESS, FLOOR, ASPIRATION = 400, 0.1, 2.0, 0.2, 0.75
KINDS, TAILS = ("more", "enough", "too much"), (math.inf, 3.0)
ARMS = ("single", "ensemble", "worst of ensemble", "council", "council summed", "single bounded", "council, all pairs")
PRESSURES = ("best of n", "rl")
FORMS: tuple[Form, ...] = ("best of n", "rl", "linear", "quadratic")
END, SEEN, FALL = 6.0, 3.0, 0.05
"""Nats at which pressure ends; up to which forms are fitted; deviations of gold that count as a fall."""
GRID = tuple(0.25 * step for step in range(1, 25))

REGISTRATION = Registration(
    name="goodhart",
    claim="avoiding hard optimization",
    hypothesis="what a council of bounded voices leads to is worth more at strong pressure, and turns later, than what "
    "an ensemble of rewards with as many labels and parameters leads to; and gold follows the forms that "
    "over-optimisation was found to have, d (alpha - beta d) for best-of-n and d (alpha - beta log d) for RL",
    metric="gold in standard deviations over the reference, against KL in nats; where less KL can be reached, what was "
    "reached last; turnover is the KL of the highest gold, where gold falls by .05 afterwards",
    criteria=(
        Criterion("gold at 6 nats, council over ensemble", ">", 0.0),
        Criterion("turns at twice the KL, heavy tails", ">", 0.0),
        Criterion("log error of Gao's form over the best rival, best of n", "<", 0.0),
        Criterion("log error of Gao's form over the best rival, rl", "<", 0.0),
    ),
    unit="a world (features, needs, pairs), drawn 20 times, in all six cells",
    controls=(
        "one reward from all pairs, unbounded and bounded",
        "the ensemble's worst member",
        "the same voices summed and not bounded",
        "voices with as many pairs each as the ensemble (eight times the labels)",
        "every cell, losing ones named; turnovers that were not seen counted",
    ),
    analysis="per world: mean over six cells and both pressures of the difference in gold at 6 nats. Turnover, by "
    "best-of-n in the three cells with heavy tails: +1 where the council turns at twice the ensemble's KL or later, or "
    "not at all where the ensemble turned at half of the largest KL or before; -1 the other way round; else 0 (a "
    "turnover that was not seen is no later one). Forms: least squares up to 3 nats, mean squared error beyond, log of "
    "its ratio to the better of linear and quadratic, mean over cells, of one reward and the ensemble. Intervals by t "
    "over worlds.",
    lives=1,
    births=1,
    per_family=False,
)


def run(data: Path | None, watch: Watch, first: int = CONFIRMATORY, count: int = WORLDS) -> list[Mapping[str, Any]]:
    """Every world in every cell: gold on the grid of KL, turnover and reach, and the errors of the forms."""
    units: list[Mapping[str, Any]] = []
    for seed in range(first, first + count):
        watch(seed - first, count, "worlds")
        units.append({_cell(kind, tail): world(kind, tail, seed) for kind in KINDS for tail in TAILS})
    return units


def world(kind: str, tail: float, seed: int) -> dict[str, dict[str, Any]]:
    """One world in one cell: by arm and pressure, its curve."""
    import numpy as np

    from eudaimon.worlds.exact import Featuring, draw_featured

    made = draw_featured(Featuring(CONTEXTS, RESPONSES, FEATURES, NEEDS, EACH, tail), seed)
    reference, contexts = made.world.reference, made.world.contexts
    needs = np.stack([worth(kind, need) for need in made.world.gold])
    gold = needs.mean(0)
    gold = (gold - gold.mean()) / gold.std()
    told: dict[str, dict[str, Any]] = {}
    for arm, reward in rewards(made, needs, gold, np.random.default_rng([seed, 1])).items():
        told[arm] = pressed(reference, reward, gold, contexts)
    return told


def pressed(reference: Any, reward: Any, gold: Any, contexts: Any) -> dict[str, Any]:
    """By pressure, the curve of gold where `reward`, of standard deviation 1, is optimised harder and harder; both
    (C, R), computed exactly."""
    import numpy as np

    from eudaimon.training.oracles import best_of, tilted

    law = best_of(reference, reward)
    policies = {
        "best of n": [law(2.0 ** (half / 2)) for half in range(23)],
        "rl": [tilted(reference, reward, 1 / float(pull)) for pull in np.geomspace(0.05, 40, 24)],
    }
    return {pressure: curve(some, reference, gold, contexts) for pressure, some in policies.items()}


def worth(kind: str, need: NDArray[Any]) -> NDArray[Any]:
    """What a need is worth at a level, (C, R)."""
    import numpy as np

    levels: dict[str, NDArray[Any]] = {
        "more": need,
        "enough": np.minimum(need, 1.0),
        "too much": -np.abs(need - 1.0),
    }
    return levels[kind]


def rewards(made: Any, needs: NDArray[Any], gold: NDArray[Any], rng: Any) -> dict[str, NDArray[Any]]:
    """Each arm's reward, (C, R), of standard deviation 1."""
    import numpy as np

    from eudaimon.training.rewards.linear import linear_head
    from eudaimon.worlds.exact import Pairs

    def apart(judge: NDArray[Any], count: int) -> NDArray[Any]:
        pairs = Pairs.drawn(made.world, SHARPNESS * judge / judge.std(), count, rng, flipped=FLIPPED)
        features: NDArray[Any] = made.features
        return np.asarray(features[pairs.contexts, pairs.chosen] - features[pairs.contexts, pairs.rejected])

    def heads(differences: Sequence[NDArray[Any]]) -> NDArray[Any]:
        scores = np.stack([made.features @ linear_head(one) for one in differences])
        centred: NDArray[Any] = scores - scores.mean((1, 2), keepdims=True)
        return np.asarray(centred / centred.std((1, 2), keepdims=True))

    pooled = apart(gold, PAIRS)
    single = heads([pooled])
    ensemble = heads([pooled[rng.integers(0, PAIRS, PAIRS)] for _ in range(NEEDS)])
    voices = heads([apart(need, PAIRS // NEEDS) for need in needs])
    taught = heads([apart(need, PAIRS) for need in needs])
    found = {
        "single": single[0],
        "ensemble": ensemble.mean(0),
        "worst of ensemble": ensemble.min(0),
        "council": enough(voices),
        "council summed": voices.mean(0),
        "single bounded": enough(single),
        "council, all pairs": enough(taught),
    }
    return {arm: reward / reward.std() for arm, reward in found.items()}


def enough(scores: NDArray[Any]) -> NDArray[Any]:
    """The good-enough rule over voices (K, C, R): floors before everything, nothing to gain above aspirations."""
    import numpy as np
    import torch

    from eudaimon.training.methods import bounded
    from eudaimon.values import Standard

    levels = torch.as_tensor(1 / (1 + np.exp(-scores))).movedim(0, -1)
    return np.asarray(bounded(levels, [Standard(floor=FLOOR, aspiration=ASPIRATION)] * len(scores)))


def curve(policies: Sequence[Any], reference: Any, gold: Any, contexts: Any) -> dict[str, Any]:
    """Gold on the grid of KL, where it turned (None where that was not seen), the largest KL, and log errors of forms
    beyond what they were fitted on."""
    import numpy as np

    from eudaimon.training.oracles import divergence, value
    from eudaimon.training.soft import fit_goodhart

    far = np.array([divergence(policy, reference, contexts) for policy in policies])
    reached = np.array([value(policy, gold, contexts) for policy in policies])
    best = int(reached.argmax())
    within = (far > 0.05) & (far <= END)
    held_out = far[within] > SEEN
    errors: dict[str, float] = {}
    gains = reached[within] - reached[0]
    if held_out.sum() >= 3 and gains.any():
        errors = {form: math.log(fit_goodhart(np.sqrt(far[within]), gains, held_out, form).error) for form in FORMS}
    turned = best < len(far) - 1 and reached[best] - reached[best:].min() > FALL
    return {
        "gold": [round(float(g), 5) for g in np.interp(GRID, far, reached)],
        "turn": round(float(far[best]), 5) if turned else None,
        "reach": round(float(far.max()), 5),
        "errors": {form: round(error, 5) for form, error in errors.items()},
    }


def analyse(units: Sequence[Mapping[str, Any]]) -> Finding:
    """What was registered, and every cell beside it."""
    cells = list(units[0])
    heavy = [cell for cell in cells if "heavy" in cell]
    estimates: dict[str, Estimate] = {
        "gold at 6 nats, council over ensemble": interval([_gap(unit, cells, "ensemble") for unit in units]),
        "turns at twice the KL, heavy tails": interval([fmean(_later(unit[c]) for c in heavy) for unit in units]),
    }
    for pressure in PRESSURES:
        name = f"log error of Gao's form over the best rival, {pressure}"
        estimates[name] = interval([fmean(_error(unit, cells, pressure)) for unit in units])
    controls: dict[str, Estimate | float] = {}
    for cell in cells:
        for arm in ARMS:
            for pressure in PRESSURES:
                controls[f"gold at 6 nats, {cell}, {arm}, {pressure}"] = fmean(
                    u[cell][arm][pressure]["gold"][-1] for u in units
                )
            turned = [t for u in units if (t := u[cell][arm]["best of n"]["turn"]) is not None]
            controls[f"worlds that turned, {cell}, {arm}"] = float(len(turned))
            controls[f"mean turnover in nats, {cell}, {arm}"] = fmean(turned) if turned else float("nan")
        controls[f"turns at twice the KL, {cell}"] = fmean(_later(unit[cell]) for unit in units)
    for rival in ("single", "single bounded", "worst of ensemble", "council summed", "council, all pairs"):
        controls[f"gold at 6 nats, council over {rival}"] = interval([_gap(unit, cells, rival) for unit in units])
    losing = [cell for cell in cells if interval([_gap(unit, [cell], "ensemble") for unit in units]).high < 0]
    return Finding(estimates, controls, note=f"Cells where the council loses at 6 nats: {'; '.join(losing) or 'none'}.")


def _gap(unit: Mapping[str, Any], cells: Sequence[str], rival: str) -> float:
    """The council's lead in gold at the end, over cells and pressures."""
    return fmean(
        unit[cell]["council"][pressure]["gold"][-1] - unit[cell][rival][pressure]["gold"][-1]
        for cell in cells
        for pressure in PRESSURES
    )


def _later(arms: Mapping[str, Any]) -> float:
    """1 where the council turns at twice the ensemble's KL, -1 where the ensemble does at the council's, else 0."""
    ours, theirs = arms["council"]["best of n"], arms["ensemble"]["best of n"]
    return float(_twice(ours, theirs)) - float(_twice(theirs, ours))


def _twice(late: Mapping[str, Any], early: Mapping[str, Any]) -> bool:
    if early["turn"] is None:
        return False
    return bool((late["reach"] if late["turn"] is None else late["turn"]) >= 2 * early["turn"])


def _error(unit: Mapping[str, Any], cells: Sequence[str], pressure: str) -> list[float]:
    """Of one reward and the ensemble: log of the form's error over the better rival's, cell by cell."""
    found = [unit[cell][arm][pressure]["errors"] for cell in cells for arm in ("single", "ensemble")]
    return [errors[pressure] - min(errors["linear"], errors["quadratic"]) for errors in found if errors]


def _cell(kind: str, tail: float) -> str:
    return f"{kind}, {'light' if math.isinf(tail) else 'heavy'} tails"


GOODHART = Apart(REGISTRATION, __file__, run, analyse, keep=False, rehearse=partial(run, first=0, count=4))

if __name__ == "__main__":
    main(GOODHART)
