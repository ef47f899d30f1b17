"""The trade-offs that are told of RLHF, DPO and Constitutional AI, as hypotheses.

python -m eudaimon.experiments.tradeoffs

A world of features in which gold is the mean of six principles, each made by three features. People judge pairs by
gold, a tenth of them the wrong way round. RLHF learns a reward from the pairs and then a policy from what it says
(RLOO), DPO learns the policy from the same pairs; reward and policies are small networks of one size, begun anew with
each of thirty seeds. Constitutional AI learns from soft labels of a judge that goes by the principles, with all six and
with each of them left out. Policies are compared at one distance from the reference, to which their scores are
stretched. (In the first try the rate of RLHF's reward was fixed, while all of DPO's learning was tuned.)
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from statistics import fmean, variance
from typing import TYPE_CHECKING, Any, NamedTuple

from eudaimon.evals.statistics import Estimate, interval
from eudaimon.experiments.apart import Apart, Watch, main
from eudaimon.experiments.harness.registration import Criterion, Registration
from eudaimon.experiments.harness.result import Finding

if TYPE_CHECKING:
    import torch

    from eudaimon.experiments.arms.crowd import Judgements
    from eudaimon.worlds.exact import FeaturedWorld

WORLDS, FIRST, SEEDS, TUNING_SEEDS = 12, 2000, 30, 5
CONTEXTS, RESPONSES, FEATURES, PRINCIPLES, EACH = 12, 40, 36, 6, 3
PAIRS, HELD_OUT, FLIPPED, SHARPNESS = 150, 75, 0.1, 2.0
PAIR_STEPS, FAR_STEPS, POLICY_STEPS = 400, 1200, 250
NATS, FAR_BETA, FALL, LOOK = 0.5, 0.03, 0.05, 10


class Setting(NamedTuple):
    """How a method learns: the rate at which it learns from pairs, that at which it learns from rewards (which stands
    for nothing in DPO, who learns from pairs alone), and beta."""

    pairs: float
    rewards: float
    beta: float


RATES, BETAS = (0.003, 0.01, 0.03), (0.1, 0.3)
FINE = (0.001, 0.0017, 0.003, 0.0055, 0.01, 0.017, 0.03, 0.055, 0.1)
GRIDS = {
    "RLHF": tuple(Setting(*one) for one in product(RATES, RATES, BETAS)),
    "DPO": tuple(Setting(rate, rate, beta) for rate in FINE for beta in BETAS),
}
"""Eighteen settings that each method may choose among, by held-out pairs."""

REGISTRATION = Registration(
    name="tradeoffs",
    claim="Each approach has trade-offs",
    hypothesis="gold varies more from seed to seed after RLHF than after DPO; DPO turns at a smaller distance from the "
    "reference; Constitutional AI loses gold where a principle is left out",
    metric="gold in standard deviations; its variance over 30 seeds at .5 nats; the KL of the highest gold on the way, "
    "where it falls by .05 afterwards",
    criteria=(
        Criterion("log variance of gold, RLHF over DPO", ">", 0.0),
        Criterion("DPO turns first", ">", 0.0),
        Criterion("gold lost without a principle", ">", 0.0),
    ),
    unit="a world (features, principles, pairs), drawn 12 times; 30 seeds of each method in it",
    controls=(
        "gold of either at .5 nats, and the variance where they end, not stretched",
        "RLHF whose seeds share one reward",
        "variance over sets of principles against variance over sets of pairs, either with five seeds a set",
        "how often a turn was not seen",
    ),
    analysis="either method chooses among eighteen settings by held-out pairs, with five seeds (RLHF: three rates of "
    "its reward, three of its policy, two betas; DPO: nine rates, two betas). The log of the ratio of variances is one "
    "figure a world. Turning: seed by seed up to the KL that both reach, +1 where DPO turned earlier "
    "or alone, -1 the other way round, 0 where neither did; with beta .03 and three times as many steps on pairs. "
    "Lost gold: all six principles minus the mean over those left out. Intervals by t over worlds.",
    lives=1,
    births=1,
    per_family=False,
)


def run(data: Path | None, watch: Watch, first: int = FIRST, count: int = WORLDS) -> list[Mapping[str, Any]]:
    """Every world."""
    units: list[Mapping[str, Any]] = []
    for seed in range(first, first + count):
        watch(seed - first, count, "worlds")
        units.append(world(seed))
    return units


def world(seed: int) -> dict[str, Any]:
    """One world: variances, turns and what principles are worth."""
    from eudaimon.worlds.exact import Featuring, draw_featured

    made = draw_featured(Featuring(CONTEXTS, RESPONSES, FEATURES, PRINCIPLES, EACH), seed)
    return {**Rivals(made, seed).told(), **constitution(made, seed)}


class Rivals:
    """RLHF and DPO on the same pairs of one world."""

    def __init__(self, made: FeaturedWorld, seed: int) -> None:
        import numpy as np
        import torch

        self.seed, self.features = seed, torch.as_tensor(made.features, dtype=torch.float32)
        self.gold = gold_of(made)
        self.pairs = drawn(made, self.gold, PAIRS, np.random.default_rng([seed, 1]))
        self.held = drawn(made, self.gold, HELD_OUT, np.random.default_rng([seed, 2]))

    def told(self) -> dict[str, Any]:
        """All figures of both."""
        from eudaimon.experiments.arms.crowd import at_distance, judged

        found: dict[str, Any] = {}
        ways: dict[str, list[tuple[Any, Any]]] = {"RLHF": [], "DPO": []}
        for method, way in ways.items():
            setting = max(GRIDS[method], key=lambda one: self.foreseen(method, one))
            ends = self.learned(method, SEEDS, setting, 100)
            gold, plain = judged(at_distance(ends, NATS), self.gold)[1], judged(ends, self.gold)
            found[method] = {
                "setting": setting,
                "gold": float(gold.mean()),
                "variance": float(gold.var()),
                "variance at its end": float(plain[1].var()),
                "nats at its end": float(plain[0].mean()),
            }
            self.learned(method, SEEDS, setting._replace(beta=FAR_BETA), 200, way)
        shared = self.learned("RLHF", SEEDS, found["RLHF"]["setting"], 100, shared=True)
        found["RLHF"]["variance, one reward"] = float(judged(at_distance(shared, NATS), self.gold)[1].var())
        return {**found, **turns(ways)}

    def foreseen(self, method: str, setting: Setting) -> float:
        """The share of held-out pairs that policies put the right way round."""
        scores = self.learned(method, TUNING_SEEDS, setting, 0).flatten(1)
        chosen, rejected = self.held
        return float((scores[:, chosen] > scores[:, rejected]).float().mean())

    def learned(
        self,
        method: str,
        members: int,
        setting: Setting,
        begin: int,
        way: list[tuple[Any, Any]] | None = None,
        shared: bool = False,
    ) -> torch.Tensor:
        """Scores (S, C, R) of policies that were begun from this number on; the way there is told to `way`."""
        import torch

        from eudaimon.experiments.arms.crowd import Crowd, judged, learn_pairs, learn_rewards, logits

        chance, steps = (
            torch.Generator().manual_seed(1000 * self.seed + begin),
            PAIR_STEPS if way is None else FAR_STEPS,
        )
        policy, pairs = Crowd(members, FEATURES, chance), judgements(self.features, [self.pairs] * members)

        def look(step: int) -> None:
            if way is not None and step % LOOK == 0:
                way.append(judged(logits(policy, self.features), self.gold))

        if method == "DPO":
            learn_pairs(policy, pairs, setting.beta, setting.pairs, steps, chance, look)
        else:
            judge = Crowd(members, FEATURES, chance)
            learn_pairs(judge, pairs, 1.0, setting.pairs, steps, chance)
            rewards = logits(judge, self.features)
            rewards = rewards[:1].expand_as(rewards) if shared else rewards
            learn_rewards(policy, self.features, rewards, setting.beta, setting.rewards, POLICY_STEPS, chance, look)
        return logits(policy, self.features)


def constitution(made: FeaturedWorld, seed: int) -> dict[str, Any]:
    """What policies are worth that learn from a judge's soft labels, with all principles and without each of them;
    beside it, what comes of other sets of pairs."""
    import numpy as np
    import torch

    from eudaimon.experiments.arms.crowd import Crowd, Judgements, at_distance, judged, learn_pairs, logits

    features, gold = torch.as_tensor(made.features, dtype=torch.float32), gold_of(made)
    whole = list(range(PRINCIPLES))
    sets = [whole, *([k for k in whole if k != left] for left in whole)]
    pairs = drawn(made, gold, PAIRS, np.random.default_rng([seed, 3]))
    judge = torch.as_tensor(made.world.gold, dtype=torch.float32).flatten(1)
    opinions = torch.sigmoid(SHARPNESS * (judge[:, pairs[0]] - judge[:, pairs[1]]))
    flat = features.flatten(0, 1)
    chosen, rejected = (flat[side].expand(len(sets) * TUNING_SEEDS, -1, -1) for side in pairs)
    soft = torch.stack([opinions[some].mean(0) for some in sets]).repeat_interleave(TUNING_SEEDS, 0)
    other = [drawn(made, gold, PAIRS, np.random.default_rng([seed, 4, n])) for n in whole]
    others = judgements(features, [one for one in other for _ in range(TUNING_SEEDS)])

    def worth(learned_from: Judgements) -> list[float]:
        chance = torch.Generator().manual_seed(seed)
        policy = Crowd(len(learned_from.chance), FEATURES, chance)
        learn_pairs(policy, learned_from, 0.1, 0.01, PAIR_STEPS, chance)
        gains = judged(at_distance(logits(policy, features), NATS), gold)[1]
        return [float(one) for one in gains.view(-1, TUNING_SEEDS).mean(1)]

    return {"principles": worth(Judgements(chosen, rejected, soft)), "pairs": worth(others)}


def gold_of(made: FeaturedWorld) -> torch.Tensor:
    """The mean of the principles, of standard deviation 1, (C, R)."""
    import torch

    gold = made.world.gold.mean(0)
    return torch.as_tensor((gold - gold.mean()) / gold.std(), dtype=torch.float32)


def drawn(made: FeaturedWorld, gold: torch.Tensor, count: int, rng: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Places (N,) of the chosen and of the rejected sides of pairs, among all responses."""
    import torch

    from eudaimon.worlds.exact import Pairs

    pairs = Pairs.drawn(made.world, SHARPNESS * gold.double().numpy(), count, rng, flipped=FLIPPED)
    first = torch.as_tensor(pairs.contexts) * RESPONSES
    return first + torch.as_tensor(pairs.chosen), first + torch.as_tensor(pairs.rejected)


def judgements(features: torch.Tensor, pairs: Sequence[tuple[torch.Tensor, torch.Tensor]]) -> Judgements:
    """Plain labels, one set of pairs a member."""
    import torch

    from eudaimon.experiments.arms.crowd import Judgements

    flat = features.flatten(0, 1)
    chosen, rejected = (torch.stack([flat[one[side]] for one in pairs]) for side in (0, 1))
    return Judgements(chosen, rejected, torch.ones(chosen.shape[:2]))


def turns(ways: Mapping[str, Sequence[tuple[Any, Any]]]) -> dict[str, float]:
    """Who turned first, seed by seed: the mean of +1 (DPO) and -1 (RLHF), and how often neither was seen to."""
    import numpy as np

    paths = {
        method: (np.array([far.numpy() for far, _ in way]), np.array([gold.numpy() for _, gold in way]))
        for method, way in ways.items()
    }
    first, unseen = [], 0
    for seed in range(SEEDS):
        most = min(far[:, seed].max() for far, _ in paths.values())
        dpo, rlhf = (turn(far[:, seed], gold[:, seed], most) for far, gold in (paths["DPO"], paths["RLHF"]))
        unseen += dpo == rlhf == np.inf
        first.append(float(np.sign(rlhf - dpo)) if dpo != rlhf else 0.0)
    return {"first": fmean(first), "unseen": unseen / SEEDS}


def turn(far: Any, gold: Any, most: float) -> float:
    """The KL of the highest gold, up to `most` nats; infinite where it does not fall afterwards."""
    import numpy as np

    within = far <= most + 1e-9
    reached, where = gold[within], far[within]
    best = int(np.argmax(reached))
    return float(where[best]) if reached[best] - reached[best:].min() > FALL else float("inf")


def analyse(units: Sequence[Mapping[str, Any]]) -> Finding:
    """What was registered, and what stands beside it."""
    estimates = {
        "log variance of gold, RLHF over DPO": interval([_ratio(u["RLHF"], u["DPO"], "variance") for u in units]),
        "DPO turns first": interval([unit["first"] for unit in units]),
        "gold lost without a principle": interval([_lost(unit) for unit in units]),
    }
    controls: dict[str, Estimate | float] = {
        "gold at .5 nats, RLHF minus DPO": interval([u["RLHF"]["gold"] - u["DPO"]["gold"] for u in units]),
        "log variance, RLHF whose seeds share one reward over DPO": interval(
            [_log(u["RLHF"]["variance, one reward"]) - _log(u["DPO"]["variance"]) for u in units]
        ),
        "log variance where they end, RLHF over DPO": interval(
            [_ratio(u["RLHF"], u["DPO"], "variance at its end") for u in units]
        ),
        "log variance, sets of principles over sets of pairs": interval(
            [_log(variance(u["principles"][1:])) - _log(variance(u["pairs"])) for u in units]
        ),
        "principles whose loss costs gold, share": fmean(
            float(u["principles"][0] > without) for u in units for without in u["principles"][1:]
        ),
        "gold at .5 nats, all principles": fmean(u["principles"][0] for u in units),
        "gold at .5 nats, people's pairs": fmean(fmean(u["pairs"]) for u in units),
        "seeds in which neither turned, share": fmean(u["unseen"] for u in units),
    }
    for method in ("RLHF", "DPO"):
        for figure in ("gold", "variance", "nats at its end"):
            controls[f"{figure}, {method}"] = fmean(u[method][figure] for u in units)
    return Finding(estimates, controls)


def _ratio(ours: Mapping[str, float], theirs: Mapping[str, float], figure: str) -> float:
    return _log(ours[figure]) - _log(theirs[figure])


def _log(value: float) -> float:
    return math.log(max(value, 1e-12))


def _lost(unit: Mapping[str, Any]) -> float:
    return float(unit["principles"][0]) - fmean(unit["principles"][1:])


TRADEOFFS = Apart(REGISTRATION, __file__, run, analyse, rehearse=partial(run, first=0, count=3))

if __name__ == "__main__":
    main(TRADEOFFS)
