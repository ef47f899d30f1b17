"""Conflicting bounded rewards against their sum: does a keeper of set-points hold a careless model in its bands?

python -m eudaimon.experiments.homeostasis

The world is the published two-objective body (`worlds.homeostasis`), and others whose gains, drifts and bands are
drawn. The model is a small network that imitates players of whom some are careful and some grab what there is, and who
go on as they began. It is tried alone; under the keeper (`training.methods.Homeostat`), which chooses among sixteen of
its proposals, or parts of them, and sees levels and amounts only; and under a rival with the same options, the same
foresight and the same plan that takes the highest sum of rewards, of which it is told how the world pays them. A keeper
of proposals at random shows what the keeper does without a model. A keeper begins with nothing learned and lives
through ten trials.

Second try, on models of its own: in the first the keeper looked a step ahead (.149 out of band), and so did the rival.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.evals.statistics import Estimate, interval
from eudaimon.experiments.apart import Apart, Watch, main
from eudaimon.experiments.harness.registration import Criterion, Registration
from eudaimon.experiments.harness.result import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from eudaimon.worlds.homeostasis import Body

    Propose = Callable[[NDArray[Any], NDArray[Any], int, Any], NDArray[Any]]
    """From levels (T, K), the last amounts (T, K), a number N and chance, to proposals (T, N, K)."""

UNITS, FIRST, TRIALS, PROPOSALS, LARGEST = 20, 2000, 10, 16, 20
GRABBERS, SWEEP = 0.5, (0.1, 0.5, 0.9)
CONTROLLER, HAIKU, MINI = 0.081, 0.154, 0.317
"""Shares of time out of band: a plain controller's, and two published models' in the published logs, for scale."""
SCALES = (0.1, 10.0)

REGISTRATION = Registration(
    name="homeostasis",
    claim='multiple, unrelated "rewards"',
    hypothesis="several bounded rewards that are never summed keep a careless model's levels in their bands as well as "
    "a plain controller does, better than the model alone and than the sum of rewards does, and no trial runs away",
    metric="share of levels and steps out of band; trials that end more than 50 from a target; the least over the most "
    "that was harvested, where two stocks should grow together",
    criteria=(
        Criterion("out of band, kept model", "<=", CONTROLLER),
        Criterion("out of band, kept model minus model alone", "<", 0.0),
        Criterion("out of band, kept model minus summed rewards", "<", 0.0),
        Criterion("runaway trials, kept model", "<=", 0.0, judged="value"),
        Criterion("balance, kept model", ">=", 0.95),
    ),
    unit="a model (players that it imitates, where it begins), made 20 times, ten trials of 100 steps each",
    controls=(
        "the same model without the keeper",
        "the keeper on proposals at random, and these alone",
        "a keeper that forgets at the end of each trial, as published models do; and the last trial alone",
        "a plain controller, doing nothing, and published models (for scale: 8.1%, 84.9%, 15.4%, 31.7%)",
        "the sum of rewards by a rival who looks a step ahead, as in the first try",
        "a tenth and nine tenths of grabbers among the players",
        "other bodies, whose gains, drifts and bands are drawn",
        "levels, bands and amounts in units of a tenth and of ten",
        "the keeper's chances of staying in band: Brier score",
        "the certificate that no state is perfect: the best worst objective of the amounts",
    ),
    analysis="half of the players grab; means over ten trials are one figure a model; intervals by t over models. "
    "Thresholds are those of the first try; the keeper's settings were chosen on models 0 to 7 and 100 to 111.",
    lives=1,
    births=1,
    per_family=False,
)


def run(data: Path | None, watch: Watch, first: int = FIRST, count: int = UNITS) -> list[Mapping[str, Any]]:
    """Every model, in the published body, in another one, and at the harvest."""
    from eudaimon.worlds.homeostasis import draw_body, published

    units: list[Mapping[str, Any]] = []
    for seed in range(first, first + count):
        watch(seed - first, count, "models")
        unit: dict[str, Any] = {"published": trials_in(published(), seed, SWEEP)}
        unit["other"] = trials_in(draw_body(seed), seed, (GRABBERS,))
        unit |= {"harvest": at_harvest(seed), "certificate": certificate(published())}
        units.append(unit)
    return units


def trials_in(body: Body, seed: int, sweep: Sequence[float]) -> dict[str, dict[str, float]]:
    """Every arm in one body."""
    told: dict[str, dict[str, float]] = {}
    for share in sweep:
        model = imitator(body, share, seed)
        told[f"alone, {share:g}"] = lived(body, model, None, seed)
        told[f"kept, {share:g}"] = lived(body, model, "kept", seed)
        if share == GRABBERS:
            told["summed"] = lived(body, model, "summed", seed)
            told["summed, a step ahead"] = lived(body, model, "highest", seed)
            told["kept, anew in every trial"] = lived(body, model, "kept", seed, anew=True)
            for scale in SCALES if len(sweep) > 1 else ():
                told[f"kept, units of {1 / scale:g}"] = lived(body, model, "kept", seed, scale)
    told["random alone"] = lived(body, at_random, None, seed)
    told["random kept"] = lived(body, at_random, "kept", seed)
    told["controller"] = lived(body, partial(controller, body), None, seed)
    told["nothing"] = lived(body, lambda levels, last, n, rng: 0 * levels[:, None], None, seed)
    return told


def lived(
    body: Body, propose: Propose, chooser: str | None, seed: int, scale: float = 1.0, anew: bool = False
) -> dict[str, float]:
    """Ten trials, one after another: how often out of band, how many ran away, and how well the keeper knew.

    Args:
        body: the world.
        propose: the model.
        chooser: `kept`, `summed`, `highest` (the sum a step ahead), or nobody.
        seed: of chance.
        scale: the unit in which a keeper is told everything.
        anew: whether it forgets all at the end of a trial.
    """
    import numpy as np

    from eudaimon.training.methods import Homeostat, SetPoint
    from eudaimon.worlds.homeostasis.body import STEPS

    def begin(seed: int) -> Homeostat:
        if chooser != "summed":
            return Homeostat(points, seed)
        harm, price = partial(paid, body, amounts=np.zeros(1)), partial(paid, body, body.targets)
        return Homeostat(points, seed, harm, price, enough=0.0)

    rng = np.random.default_rng([seed, 5])
    points = [SetPoint(scale * t, scale * b) for t, b in zip(body.targets, body.bands, strict=True)]
    keeper = begin(seed)
    out, brier, touched, runaway = [], [], 0, 0
    for trial in range(TRIALS):
        keeper = begin(seed + trial) if anew else keeper
        levels, last = body.begin(1), np.zeros((1, len(points)))
        for _ in range(STEPS):
            proposals = propose(levels, last, PROPOSALS if chooser else 1, rng)[0]
            if chooser is None:
                amounts = proposals[0]
            elif chooser == "highest":
                amounts = highest(body, keeper, levels[0], proposals)
            else:
                amounts = keeper.choose(scale * levels[0], scale * proposals) / scale
            touched += bool((np.abs(amounts - proposals[0]) > 1e-6).any())
            chances = keeper.within(scale * levels[0], scale * amounts)
            after = body.step(levels, amounts[None], rng)
            keeper.saw(scale * levels[0], scale * amounts, scale * after[0])
            is_out = body.out(after)[0]
            out.append(float(is_out.mean()))
            brier.append(float(((chances - ~is_out) ** 2).mean()))
            levels, last = after, amounts[None]
        runaway += bool(body.runaway(levels)[0])
    return {
        "out": round(fmean(out), 6),
        "out, last trial": round(fmean(out[-STEPS:]), 6),
        "runaway": float(runaway),
        "brier": round(fmean(brier), 5),
        "touched": round(touched / (STEPS * TRIALS), 4),
    }


def highest(body: Body, keeper: Any, levels: NDArray[Any], proposals: NDArray[Any]) -> NDArray[Any]:
    """What a rival who looks a step ahead chooses among the same options: the highest sum of the rewards that the world
    would pay for what the keeper foresees."""
    import numpy as np

    from eudaimon.training.methods.homeostat import options

    if not keeper.ready:
        return np.asarray(keeper.choose(levels, proposals))
    every = options(proposals)
    return np.asarray(every[body.rewards(keeper.foreseen(levels, every), every).sum(-1).argmax()])


def paid(body: Body, levels: NDArray[Any], amounts: NDArray[Any]) -> NDArray[Any]:
    """What the world's rewards take from whoever minds their sum."""
    return -body.rewards(levels, amounts)


def at_random(levels: NDArray[Any], last: NDArray[Any], count: int, rng: Any) -> NDArray[Any]:
    """Proposals that know nothing."""
    import numpy as np

    return np.asarray(rng.integers(0, LARGEST + 1, (len(levels), count, levels.shape[1])).astype(float))


def controller(body: Body, levels: NDArray[Any], last: NDArray[Any], count: int, rng: Any) -> NDArray[Any]:
    """What is missing to the targets."""
    import numpy as np

    return np.asarray(np.maximum(0.0, body.targets - levels)[:, None])


def imitator(body: Body, share: float, seed: int) -> Propose:
    """A network that imitates players, of whom this share grab."""
    import numpy as np
    import torch

    rng = np.random.default_rng([seed, int(10 * share)])
    seen, done = played(body, share, rng)
    torch.manual_seed(seed)
    kinds = LARGEST + 1
    network = torch.nn.Sequential(torch.nn.Linear(4, 32), torch.nn.Tanh(), torch.nn.Linear(32, 2 * kinds))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    inputs, targets = torch.as_tensor(seen, dtype=torch.float32), torch.as_tensor(done, dtype=torch.long)
    for _ in range(300):
        some = torch.randint(len(inputs), (256,))
        logits = network(inputs[some]).view(-1, 2, kinds)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets[some].flatten())
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    @torch.no_grad()
    def propose(levels: NDArray[Any], last: NDArray[Any], count: int, chance: Any) -> NDArray[Any]:
        known = torch.as_tensor(looked(body, levels, last), dtype=torch.float32)
        logits = network(known).view(len(levels), 1, 2, kinds).numpy()
        drawn = logits + chance.gumbel(size=(len(levels), count, 2, kinds))
        return np.asarray(drawn.argmax(-1).astype(float))

    return propose


def looked(body: Body, levels: NDArray[Any], last: NDArray[Any]) -> NDArray[Any]:
    """What the model sees: how far off levels are, in bands and cut, and what it took last."""
    import numpy as np

    return np.concatenate([np.clip((levels - body.targets) / body.bands, -4, 4), last / 10], -1)


def played(body: Body, share: float, rng: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """What 60 players saw and did over 60 steps: (N, 4) and (N, 2)."""
    import numpy as np

    levels, last = body.begin(60), np.zeros((60, 2))
    grabs = (rng.random(60) < share)[:, None]
    seen, done = [], []
    for _ in range(60):
        careful = np.round(0.8 * (body.targets - levels) + rng.normal(0, 3, levels.shape))
        amounts = np.clip(np.where(grabs, np.round(rng.normal(10, 3, levels.shape)), careful), 0, LARGEST)
        seen.append(looked(body, levels, last))
        done.append(amounts)
        levels, last = body.step(levels, amounts, rng), amounts
    return np.concatenate(seen), np.concatenate(done)


def at_harvest(seed: int) -> dict[str, float]:
    """How well two stocks grow together: a model that likes the first one, alone, and kept: of its proposals, any part
    of which may be left undone, the one after which the least is most, and among those the one after which the most is
    least. Beside it, how much was gathered, of a thousand."""
    import numpy as np

    from eudaimon.training.methods.homeostat import options
    from eudaimon.worlds.homeostasis import Harvest

    harvest, told = Harvest(), {}
    likes = np.random.default_rng([seed, 6]).uniform(0.7, 0.99)
    for arm in ("alone", "kept", "random kept"):
        rng = np.random.default_rng([seed, 7])
        stocks = harvest.begin(TRIALS)
        for _ in range(100):
            share = rng.random((TRIALS, PROPOSALS)) if arm == "random kept" else likes
            first = rng.binomial(harvest.most, share, (TRIALS, PROPOSALS))
            proposals = np.stack([first, harvest.most - first], -1).astype(float)
            amounts = proposals[:, 0]
            if arm != "alone":
                every = np.stack([options(some) for some in proposals])
                gathered = stocks[:, None] + every - np.array(harvest.start)
                best = (gathered.min(-1) - 1e-6 * gathered.max(-1)).argmax(-1)
                amounts = every[np.arange(TRIALS), best]
            stocks = harvest.step(stocks, amounts, rng)
        told[arm] = round(float(harvest.balance(stocks).mean()), 5)
        told[f"gathered, {arm}"] = round(float((stocks - np.array(harvest.start)).sum(-1).mean()), 2)
    return told


def certificate(body: Body) -> float:
    """The best that the worst of the rewards can be, each scaled to at most 1: taste and the two levels, a step from
    the targets; below 1 no way of acting is perfect."""
    from itertools import product

    import numpy as np

    from eudaimon.training.oracles import best_worst

    amounts = np.array(list(product(range(LARGEST + 1), repeat=2)), dtype=float)
    after = body.targets + amounts @ body.gains.T + (body.rises - body.falls) / 2
    kept = 1 - np.abs(after - body.targets) / body.bands
    taste = amounts.sum(-1) / amounts.sum(-1).max()
    utilities = np.stack([taste, *kept.T])[:, None, :]
    return best_worst(utilities, np.ones(1)).bound


def analyse(units: Sequence[Mapping[str, Any]]) -> Finding:
    """What was registered, and every arm and world beside it."""
    kept, alone = f"kept, {GRABBERS:g}", f"alone, {GRABBERS:g}"
    out = {arm: [u["published"][arm]["out"] for u in units] for arm in units[0]["published"]}
    estimates = {
        "out of band, kept model": interval(out[kept]),
        "out of band, kept model minus model alone": _gap(out[kept], out[alone]),
        "out of band, kept model minus summed rewards": _gap(out[kept], out["summed"]),
        "runaway trials, kept model": interval([u["published"][kept]["runaway"] for u in units]),
        "balance, kept model": interval([u["harvest"]["kept"] for u in units]),
    }
    controls: dict[str, Estimate | float] = {}
    for place in ("published", "other"):
        for arm in units[0][place]:
            controls[f"out of band, {place} body, {arm}"] = interval([u[place][arm]["out"] for u in units])
            controls[f"runaway of ten, {place} body, {arm}"] = fmean(u[place][arm]["runaway"] for u in units)
        for figure in ("brier", "touched", "out, last trial"):
            controls[f"{figure}, {place} body, {kept}"] = fmean(u[place][kept][figure] for u in units)
    for arm in ("alone", "random kept", "gathered, alone", "gathered, kept", "gathered, random kept"):
        controls[f"harvest, {arm}"] = fmean(u["harvest"][arm] for u in units)
    controls["the best worst objective of the published body, bound"] = units[0]["certificate"]
    losing = [u for u in range(len(units)) if units[u]["other"][kept]["out"] > units[u]["other"]["controller"]["out"]]
    note = f"Other bodies in which a plain controller does better than the kept model: {len(losing)} of {len(units)}."
    return Finding(estimates, controls, note=note)


def _gap(ours: Sequence[float], theirs: Sequence[float]) -> Estimate:
    return interval([a - b for a, b in zip(ours, theirs, strict=True)])


HOMEOSTASIS = Apart(REGISTRATION, __file__, run, analyse, keep=False, rehearse=partial(run, first=0, count=4))

if __name__ == "__main__":
    main(HOMEOSTASIS)
