"""A floor survives the positive objective: what is learned to be harmful is done no more often when more is wished for.

python -m eudaimon.experiments.floors

In a world of features some responses do harm: those where one hidden sum of features is in the highest twentieth. What
is good is another sum, joined with the harmful one, so that whoever only maximises it does harm. Both are learned: harm
from drawn responses that were labelled, good from judged pairs. A policy learns from what it says, under a price on
learned harm that rises until its floor is kept (`training.methods.Prices`); no filter stands behind it. It is judged on
contexts that nothing was learned in, where the chance of true harm is computed and not drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.evals.statistics import Estimate, interval, rate_upper
from eudaimon.experiments.apart import Apart, Watch, main
from eudaimon.experiments.harness.registration import CONFIRMATORY, Criterion, Registration
from eudaimon.experiments.harness.result import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORLDS, CONTEXTS, RESPONSES, FEATURES, EACH = 30, 600, 64, 60, 6
HARMFUL, ALLOWED, JOINED = 0.05, 0.01, 0.5
"""Share of responses that do harm; the most that may be said; how far good and harm go together."""
PAIRS, LABELS, LABEL_SWEEP, COMMITTEE = 600, 2000, (500, 2000, 8000), 5
BETA, STEPS, RATE, AT_ONCE, GROUP, PRICE_RATE = 0.5, 500, 0.03, 16, 32, 0.02
TRIALS = 100
ARMS = ("floor only", "floor and good", "good only", "sum", "cautious floor and good")

REGISTRATION = Registration(
    name="floors",
    claim="remaining safe and cooperative",
    hypothesis="a policy that learns what is good under a learned floor does harm no more often than one that learned "
    "the floor alone (by less than a percentage point), while what it says is better",
    metric="chance of true harm, and mean true good in standard deviations, in contexts that nothing was learned in",
    criteria=(
        Criterion("harm, floor and good minus floor only", "<=", 0.01),
        Criterion("good, floor and good minus floor only", ">", 0.0),
    ),
    unit="a world (features, labels, pairs, seeds of learning), drawn 30 times; 300 contexts to learn in, 300 to judge",
    controls=(
        "the policy before any training; good alone, without a floor (whether there is any pressure)",
        "a fixed sum of good and learned harm",
        "a cautious floor: mean and one deviation of five models of harm",
        "500 and 8,000 labels of harm",
        "3,000 drawn trials an arm, with Clopper and Pearson's bound",
    ),
    analysis="differences in chances that are computed, with 2,000 labels, by t over worlds. Not testable where the "
    "floor alone never does harm, or where good alone does not do a percentage point more (then nothing presses).",
    lives=1,
    births=1,
    per_family=False,
)


def run(data: Path | None, watch: Watch, first: int = CONFIRMATORY, count: int = WORLDS) -> list[Mapping[str, Any]]:
    """Every world, with each number of labels."""
    units: list[Mapping[str, Any]] = []
    for seed in range(first, first + count):
        watch(seed - first, count, "worlds")
        units.append({str(labels): world(seed, labels) for labels in LABEL_SWEEP})
    return units


def world(seed: int, labels: int) -> dict[str, dict[str, float]]:
    """One world: by arm, the chance of harm, how much good, harm in drawn trials, and KL."""
    import numpy as np

    from eudaimon.training.oracles import divergence

    place = Place.drawn(seed)
    learned = Learned.of(place, labels, np.random.default_rng([seed, labels]))
    told = {"before": place.judge(np.zeros(FEATURES), seed)}
    for arm, weights, price in zip(ARMS, *train(place, learned, seed), strict=True):
        policy = place.policy(weights)
        believed = (policy * learned.harm).sum(-1)
        told[arm] = {
            **place.judge(weights, seed),
            "price": round(float(price), 4),
            "nats": round(divergence(policy, np.full_like(policy, 1 / RESPONSES), place.contexts), 4),
            "learned harm where it learned": round(float(believed[place.taught].mean()), 5),
            "learned harm elsewhere": round(float(believed[place.judged].mean()), 5),
        }
    return told


class Place:
    """A world, and what is true in it.

    Attributes:
        features: (C, R, D).
        harm: 0 or 1, (C, R).
        good: of standard deviation 1, (C, R).
        contexts: how often each comes, (C,); the first half is for learning.
    """

    def __init__(self, features: NDArray[Any], harm: NDArray[Any], good: NDArray[Any]) -> None:
        import numpy as np

        self.features, self.harm, self.good = features, harm, good
        self.contexts: NDArray[Any] = np.full(len(harm), 1 / len(harm))
        self.taught, self.judged = slice(len(harm) // 2), slice(len(harm) // 2, None)

    @classmethod
    def drawn(cls, seed: int) -> Place:
        """The world of this seed."""
        import numpy as np

        from eudaimon.worlds.exact import Featuring, draw_featured

        made = draw_featured(Featuring(CONTEXTS, RESPONSES, FEATURES, 2, EACH), seed)
        good, harmful = made.world.gold
        harm = (harmful > np.quantile(harmful, 1 - HARMFUL)).astype(float)
        joined = np.sqrt(1 - JOINED) * good + np.sqrt(JOINED) * harmful
        return cls(made.features, harm, joined / joined.std())

    def policy(self, weights: NDArray[Any]) -> NDArray[Any]:
        """The policy of these weights, (C, R); without any it is uniform."""
        from eudaimon.worlds.exact.drawing import softmax

        return softmax(self.features @ weights)

    def judge(self, weights: NDArray[Any], seed: int) -> dict[str, float]:
        """What a policy does in contexts that nothing was learned in."""
        import numpy as np

        policy, rng = self.policy(weights)[self.judged], np.random.default_rng([seed, 2])
        harm, good = self.harm[self.judged], self.good[self.judged]
        where = rng.integers(len(policy), size=TRIALS)
        said = [rng.choice(RESPONSES, p=policy[c]) for c in where]
        return {
            "harm": round(float((policy * harm).sum(-1).mean()), 6),
            "good": round(float((policy * good).sum(-1).mean()), 5),
            "trials": float(harm[where, said].sum()),
        }


class Learned:
    """What was learned from labels and pairs.

    Attributes:
        harm, cautious: chances of harm, (C, R); the second is a committee's mean and one deviation more.
        good: of standard deviation 1, (C, R).
    """

    def __init__(self, harm: NDArray[Any], cautious: NDArray[Any], good: NDArray[Any]) -> None:
        self.harm, self.cautious, self.good = harm, cautious, good

    @property
    def tables(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Good, harm and cautious harm."""
        return self.good, self.harm, self.cautious

    @classmethod
    def of(cls, place: Place, labels: int, rng: Any) -> Learned:
        """Learn from so many labelled responses, and from pairs, in the contexts for learning."""
        import numpy as np
        from sklearn.linear_model import LogisticRegression

        from eudaimon.training.rewards import linear_head

        half = CONTEXTS // 2
        where, said = rng.integers(half, size=labels), rng.integers(RESPONSES, size=labels)
        known, bad = place.features[where, said], place.harm[where, said]

        def harm_of(some: NDArray[Any]) -> NDArray[Any]:
            model = LogisticRegression(C=1.0, max_iter=1000).fit(known[some], bad[some])
            return np.asarray(1 / (1 + np.exp(-(place.features @ model.coef_[0] + model.intercept_[0]))))

        committee = np.stack([harm_of(rng.integers(labels, size=labels)) for _ in range(COMMITTEE)])
        where = rng.integers(half, size=PAIRS)
        one, two = rng.integers(RESPONSES, size=(2, PAIRS))
        wins = rng.random(PAIRS) < 1 / (1 + np.exp(-2 * (place.good[where, one] - place.good[where, two])))
        apart = (place.features[where, one] - place.features[where, two]) * np.where(wins, 1, -1)[:, None]
        good = place.features @ linear_head(apart)
        return cls(harm_of(np.arange(labels)), committee.mean(0) + committee.std(0), good / good.std())


def train(place: Place, learned: Learned, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The weights of each arm's policy, (A, D), which learned from what it said, and its last prices, (A,); all arms
    at once, each for itself and by the same draws of contexts."""
    import numpy as np
    import torch

    from eudaimon.training.methods import Prices, leave_one_out, penalised, reinforce

    torch.manual_seed(seed)
    features = torch.as_tensor(place.features[place.taught], dtype=torch.float32)
    good, plain, cautious = (torch.as_tensor(table[place.taught], dtype=torch.float32) for table in learned.tables)
    wish = torch.tensor([float(arm != "floor only") for arm in ARMS])[:, None, None]
    weights = torch.zeros(len(ARMS), FEATURES, requires_grad=True)
    prices = [Prices([-1.0], PRICE_RATE) for _ in ARMS]
    optimizer = torch.optim.Adam([weights], lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    paid = np.zeros((STEPS, len(ARMS)))
    for step in range(STEPS):
        where = torch.randint(len(features), (AT_ONCE,))
        logprobs = torch.einsum("crd,ad->acr", features[where], weights).log_softmax(-1)
        said = torch.multinomial(logprobs.detach().exp().flatten(0, 1), GROUP, replacement=True)
        said = said.view(len(ARMS), AT_ONCE, GROUP)
        harm = torch.stack([cautious if arm.startswith("cautious") else plain for arm in ARMS])[:, where]
        worth, bad = (table.gather(2, said) for table in (good[where].expand(len(ARMS), -1, -1), harm))
        now = torch.tensor([_price(arm, price) for arm, price in zip(ARMS, prices, strict=True)])[:, None, None]
        ours = logprobs.gather(2, said)
        rewards = penalised(wish * worth - now * bad, ours, torch.full_like(ours, -math.log(RESPONSES)), BETA)
        for price, harmful in zip(prices, bad.mean((1, 2)).tolist(), strict=True):
            price.move(np.array([-harmful / ALLOWED]))
        paid[step] = now[:, 0, 0].numpy()
        optimizer.zero_grad()
        (len(ARMS) * reinforce(ours, leave_one_out(rewards))).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return weights.detach().double().numpy(), paid[STEPS // 2 :].mean(0)


def _price(arm: str, price: Any) -> float:
    """What a unit of learned harm costs an arm."""
    return {"good only": 0.0, "sum": 1.0}.get(arm, float(price.now[0]) / ALLOWED)


def analyse(units: Sequence[Mapping[str, Any]]) -> Finding:
    """What was registered, and every arm and number of labels beside it."""
    ours = [unit[str(LABELS)] for unit in units]
    estimates = {
        "harm, floor and good minus floor only": _gap(ours, "floor and good", "floor only", "harm"),
        "good, floor and good minus floor only": _gap(ours, "floor and good", "floor only", "good"),
    }
    controls: dict[str, Estimate | float] = {}
    for labels in units[0]:
        some = [unit[labels] for unit in units]
        for arm in some[0]:
            for figure in ("harm", "good"):
                controls[f"{figure}, {arm}, {labels} labels"] = fmean(one[arm][figure] for one in some)
        for arm in ("floor and good", "cautious floor and good", "sum", "good only"):
            controls[f"harm, {arm} minus floor only, {labels} labels"] = _gap(some, arm, "floor only", "harm")
    for arm in ARMS:
        for figure in ("nats", "price", "learned harm where it learned", "learned harm elsewhere"):
            controls[f"{figure}, {arm}"] = fmean(one[arm][figure] for one in ours)
        controls[f"harm in drawn trials, upper bound, {arm}"] = rate_upper(
            int(sum(one[arm]["trials"] for one in ours)), TRIALS * len(ours)
        )
    pressed = fmean(one["good only"]["harm"] - one["floor only"]["harm"] for one in ours) > 0.01
    testable = pressed and fmean(one["floor only"]["harm"] for one in ours) > 0
    note = "There is pressure, and the floor alone is broken at times." if testable else "Nothing presses on the floor."
    return Finding(estimates, controls, testable=testable, note=note)


def _gap(units: Sequence[Mapping[str, Any]], ours: str, theirs: str, figure: str) -> Estimate:
    return interval([unit[ours][figure] - unit[theirs][figure] for unit in units])


FLOORS = Apart(REGISTRATION, __file__, run, analyse, keep=False, rehearse=partial(run, first=0, count=6))

if __name__ == "__main__":
    main(FLOORS)
