"""Villages with different customs: one charter for all, one that tells villages apart, or a charter for each?

python -m eudaimon.experiments.customs

Five villages decide on twelve questions between two articles. What a villager would have is drawn: a leaning that all
villages share, a custom of the village (their spread is the difference of customs), and the person's own. Fifteen
answers are drawn by the shares of each village's sixty people, and every ballot is worded by somebody: its wording
leans all answers to it a little, by chance. Whoever decides for all asks all with one wording; a village that decides
for itself words its own question. A decision also spills over: neighbours live with what a village does, to the extent
of the externality.

The charters are real ones: tensions whose rules prefer one of two articles, in the central charter by village where it
tells them apart; every village's outcome is what `values.resolution` says in its context. They are adopted through the
kernel: villages by their own centre's signature, under a commons that four of five have to sign. (In the first try one
key signed for a centre; since nine in ten sign, a tenth of all acts then failed whatever was demanded. Since then a
centre has six deputies, any one of whom signs for it. What that costs stands beside it.) Arms with equal
information and, but for the uniform charter, equal articles:

* uniform: one rule a question, by all votes together;
* conditional: a rule for every village and question, by a planner who knows the prior, the externality and all votes,
  and chooses for each village what does most good over all (by the posterior mean; no rule does better at that);
* maximin: the same charter, by a planner who knows as much and looks after the village that is worst off;
* plain: the same charter, by each village's votes under the one wording;
* polycentric: every village its own charter, by its own votes under its own wording.
In two tries the planner left the mean custom of the villages out of what all lean to, and erred more often than the
plain charter. Since the third it goes by the posterior itself, and all three central charters are rivals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.evals.statistics import Estimate, exactly, interval
from eudaimon.experiments.apart import Apart, Watch, main
from eudaimon.experiments.harness.registration import Criterion, Registration
from eudaimon.experiments.harness.result import Finding

if TYPE_CHECKING:
    from eudaimon.values import Charter

WORLDS, FIRST = 200, 3000
VILLAGES, QUESTIONS, PEOPLE, VOTERS = 5, 12, 60, 15
CUSTOMS, CUSTOM = (0.0, 0.5, 1.0, 2.0), 1.0
SPILLS, SPILL = (0.0, 0.2, 0.5), 0.2
WORDINGS, WORDING = (0.0, 0.5, 1.0), 0.5
SHARED, POWER, QUOTA, WILLING, MOOD = 0.5, -1.0, 4, 0.9, 0.5
SIGNERS, KIN, BRIBES = 7, (0.5, 0.75, 0.9), 0.5
NODES = 25
"""Of the planner's quadrature (Gauss and Hermite), for each of three normal laws."""
CENTRAL = ("conditional", "maximin", "plain")
ARMS = ("uniform", *CENTRAL, "polycentric")
FIGURES = ("mean", "worst", "stances", "wrong", "correlation")

REGISTRATION = Registration(
    name="customs",
    claim="multiple legitimate centers of oversight",
    hypothesis="where customs differ, villages that decide for themselves flourish more than under one charter for "
    "all, and the worst-off of them more than under a central charter that tells villages apart with as many articles "
    "and as many votes; their errors are less alike, and it costs no deadlock",
    metric="flourishing of a village: power mean (p = -1) over questions of the share of its people who live with what "
    "they would have, its neighbours' decisions weighing by the externality; worst-off: the least of five; stances: "
    "exp of the entropy of villages' charters, mean over questions; correlation: of errors (against the village's true "
    "majority, with their sign) between pairs of villages over questions",
    criteria=(
        *(Criterion(f"worst-off village, polycentric - {rival}", ">", 0.0) for rival in CENTRAL),
        Criterion("flourishing, polycentric - uniform", ">", 0.0),
        Criterion("worst-off village, polycentric - uniform", ">", 0.0),
        Criterion("error correlation, polycentric / conditional", "<=", 0.7),
        Criterion("deadlock, polycentric", "<=", 0.02),
    ),
    unit="a world of five villages (leanings, customs, people, voters, wordings), drawn 200 times; paired between arms",
    controls=(
        "how often each arm goes against a village's majority",
        "difference of customs 0, .5, 1, 2; externality 0, .2, .5; wordings that lean by 0, .5, 1",
        "latency: when the last charter is in force, each person answering after an exponential time of mean 1",
        "one key a centre (the first try); moods of one centre's people correlated by .75 and .9",
        "what capture costs: log of the cheapest bribes that force the commons, or one village, over one key a centre",
        "the difference of customs from which on polycentric is better than each rival",
    ),
    analysis="customs 1, externality .2, wording .5; interval by t over worlds. The correlation is computed over all "
    "worlds' questions at once, and its ratio judged by 400 bootstraps over worlds. Deadlock: the share of acts (five "
    "charters and a commons) that find no quota, where each person signs nine times in ten, moods correlate by .5 "
    "between any two people, and any of seven people signs for a centre. Bribes are log-normal (.5), as in 'capture'.",
    lives=1,
    births=1,
    per_family=False,
)


def run(data: Path | None, watch: Watch) -> list[Mapping[str, Any]]:
    """Every world in every cell."""
    cells = [(custom, spill, WORDING) for custom in CUSTOMS for spill in SPILLS]
    cells += [(CUSTOM, SPILL, wording) for wording in WORDINGS if wording != WORDING]
    units: list[Mapping[str, Any]] = []
    for seed in range(FIRST, FIRST + WORLDS):
        watch(seed - FIRST, WORLDS, "worlds")
        units.append({_cell(*cell): world(seed, *cell) for cell in cells} | {"acts": acts(seed)})
    return units


def world(seed: int, custom: float, spill: float, wording: float) -> dict[str, Any]:
    """One world: figures by arm, and which decisions were errors."""
    import numpy as np

    rng = np.random.default_rng([seed, int(10 * custom), int(10 * spill), int(10 * wording)])
    shared, own = rng.normal(0, SHARED, QUESTIONS), rng.normal(0, 1, (VILLAGES, QUESTIONS))
    leaning = shared + custom * own
    people = rng.random((VILLAGES, PEOPLE, QUESTIONS)) < _logistic(leaning)[:, None]
    share = people.mean(1)
    one, each = wording * rng.normal(size=QUESTIONS), wording * rng.normal(size=(VILLAGES, QUESTIONS))
    votes = {"one": _asked(rng, share, np.broadcast_to(one, share.shape)), "each": _asked(rng, share, each)}
    thought = estimated(votes["one"], custom, wording)
    stances = {
        "uniform": np.broadcast_to(votes["one"].sum(0) * 2 > VILLAGES * VOTERS, share.shape),
        "conditional": _good(thought, spill) > 0.5,
        "maximin": maximin(thought, spill),
        "plain": votes["one"] * 2 > VOTERS,
        "polycentric": votes["each"] * 2 > VOTERS,
    }
    told = {}
    for arm, wanted in stances.items():
        decided = resolved(wanted, arm)
        told[arm] = {**flourishing(share, decided, spill), "errors": (decided.astype(int) - (share > 0.5)).tolist()}
    return told


def estimated(votes: Any, custom: float, wording: float) -> Any:
    """(v, q): the share of each village that would have the second article, as a planner has it who knows all that
    there is to know but the draw: its posterior mean under the prior by which worlds are drawn."""
    import numpy as np

    likely, chosen = _evidence(custom, wording)
    joint = np.prod(likely[votes], axis=0)  # [question, leaning, wording]
    posterior = joint / joint.sum((1, 2), keepdims=True)
    return np.einsum("qlw,vqlw->vq", posterior, chosen[votes] / likely[votes])


@cache
def _evidence(custom: float, wording: float) -> tuple[Any, Any]:
    """(k, l, w), by quadrature: how likely it is that k of a village's voters say the second article and that what
    villages share and the wording lean by these nodes (`likely`, l's and w's own weights spread over the villages), and
    the same times the village's share (`chosen`)."""
    import numpy as np
    from scipy.stats import binom

    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    share = np.arange(PEOPLE + 1) / PEOPLE
    leaning = SHARED * nodes[:, None] + custom * nodes  # [shared, own]
    people = np.einsum("loj,o->lj", binom.pmf(np.arange(PEOPLE + 1), PEOPLE, _logistic(leaning)[..., None]), weights)
    said = binom.pmf(np.arange(VOTERS + 1)[:, None, None], VOTERS, _answers(share[:, None], wording * nodes))
    prior = (weights[:, None] * weights) ** (1 / VILLAGES)
    likely = np.einsum("lj,kjw->klw", people, said) * prior
    return likely, np.einsum("lj,kjw,j->klw", people, said, share) * prior


def maximin(share: Any, spill: float) -> Any:
    """(v, q): decisions for the village that is worst off, were these its people's shares: from what does most good on,
    the one change that mends most, until none does."""
    import numpy as np

    decided = _good(share, spill) > 0.5
    flips = np.eye(decided.size, dtype=np.bool_).reshape(-1, *decided.shape)
    while True:
        others = decided ^ flips
        worst = villages(share, others, spill).min(1)
        best = int(worst.argmax())
        if worst[best] <= villages(share, decided[None], spill).min() + 1e-12:
            return decided
        decided = others[best]


def _good(share: Any, spill: float) -> Any:
    """(v, q): the share, over all who live with a village's decision, of those who would have the second article."""
    others = (share.sum(0) - share) / (VILLAGES - 1)
    return (1 - spill) * share + spill * others


def villages(share: Any, decided: Any, spill: float) -> Any:
    """(n, v): how each village flourishes under each of n ways to decide (n, v, q)."""
    import numpy as np

    from eudaimon.values.flourishing.welfare import power_means

    content = np.where(decided[:, :, None], share, 1 - share)  # [way, whose decision, whose people, question]
    own = np.einsum("nvvq->nvq", content)
    abroad = (content.sum(1) - own) / (VILLAGES - 1)
    levels = (1 - spill) * own + spill * abroad
    return power_means(levels.reshape(-1, QUESTIONS), POWER).reshape(levels.shape[:2])


def flourishing(share: Any, decided: Any, spill: float) -> dict[str, float]:
    """Of the villages, and how much their charters differ."""
    import numpy as np

    flourish = villages(share, decided[None], spill)[0]
    second = decided.mean(0)
    entropy = -sum(p * np.log(np.maximum(p, 1e-12)) for p in (second, 1 - second))
    return {
        "mean": float(flourish.mean()),
        "worst": float(flourish.min()),
        "stances": float(np.exp(entropy).mean()),
        "wrong": float((decided != (share > 0.5)).mean()),
    }


def resolved(wanted: Any, arm: str) -> Any:
    """(v, q): what real charters that were written so decide in each village."""
    import numpy as np

    from eudaimon.values.resolution import resolve

    central = arm != "polycentric"
    charters = [written(wanted, central, v) for v in range(1 if central else VILLAGES)]
    found = np.zeros(wanted.shape, dtype=np.bool_)
    for village in range(VILLAGES):
        outcome = resolve(charters[0 if central else village], {"village": f"v{village}"})
        for settled in outcome.settled:
            question, side = settled.winner[1:].split("-")
            found[village, int(question)] = side == "second"
    return found


def written(wanted: Any, central: bool, village: int) -> Charter:
    """The charter by which the questions are settled as wanted: for all villages by rules, or for one by itself."""
    from eudaimon.values import Article, Charter, Rule, Tension

    names = ("first", "second")
    articles, tensions = [], []
    for q in range(QUESTIONS):
        pair = (f"q{q}-first", f"q{q}-second")
        articles += [Article(one, "custom", "norm", f"As {one} has it.") for one in pair]
        rules = [Rule(f"village is v{v}", f"q{q}-{names[int(wanted[v, q])]}") for v in range(VILLAGES) if central]
        whole = "" if central else f"q{q}-{names[int(wanted[village, q])]}"
        tensions.append(Tension(f"t{q}", pair, rules=tuple(rules), otherwise=whole))
    places = tuple(f"v{v}" for v in range(VILLAGES))
    return Charter("all" if central else f"v{village}", 1, tuple(articles), {"village": places}, tuple(tensions))


def acts(seed: int) -> dict[str, float]:
    """What adopting costs: five villages' charters, one centre each, under a commons that four of five sign; against
    one centre that signs once. By the kernel's own demands, for one key a centre and with deputies."""
    figures = {f"{name}, kin {kin:g}": x for kin in KIN for name, x in _signing(seed, SIGNERS, kin).items()}
    figures |= {f"{name}, one key": x for name, x in _signing(seed, 1, MOOD).items()}
    return figures | _bribes(seed)


def _signing(seed: int, signers: int, kin: float) -> dict[str, float]:
    """One occasion: which acts find no quota, and when the rest are in force.

    Args:
        seed: of the world; moods of the first signers are the same whatever else is asked.
        signers: people who may sign for a centre.
        kin: correlation of the moods of one centre's people; of any other two it is `MOOD`.
    """
    import numpy as np
    from scipy.stats import norm

    from eudaimon.governance.kernel import Centre, Demand, State
    from eudaimon.governance.kernel.competence import weight

    rng = np.random.default_rng([seed, 99])
    keys = np.asarray([[f"{v:032x}{n:032x}" for n in range(signers)] for v in range(VILLAGES)])
    centres = {
        f"v{v}": Centre(f"v{v}", keys[v, 0], ("charter/*",), deputies=tuple(keys[v, 1:])) for v in range(VILLAGES)
    }
    demand = Demand("charter/commons", dict.fromkeys(centres, 1), QUOTA)
    state = State("x", centres, demands={demand.subject: demand})
    mood = np.sqrt(MOOD) * rng.normal() + np.sqrt(kin - MOOD) * rng.normal(size=(VILLAGES, 1))
    signs = mood + np.sqrt(1 - kin) * rng.normal(size=(VILLAGES, signers)) < norm.ppf(WILLING)
    when = np.where(signs, rng.exponential(size=signs.shape), np.inf)
    signed = keys.ravel()[np.argsort(when, axis=None)[: int(signs.sum())]]
    times = np.sort(when, axis=None)
    met = [
        times[n] for n in range(len(signed)) if weight(state, demand, frozenset(signed[: n + 1].tolist()), "") >= QUOTA
    ]
    alone = rng.exponential(size=signs.shape).min(1)  # each on its own charter, later than the commons
    return {
        "deadlock": ((not met) + int((~signs.any(1)).sum())) / (VILLAGES + 1),
        "commons deadlock": float(not met),
        "latency": float(met[0] + alone.max()) if met else float("nan"),
        "central deadlock": float(not signs[0].any()),
        "central latency": float(when[0].min()) if signs[0].any() else float("nan"),
    }


def _bribes(seed: int) -> dict[str, float]:
    """How much less (negative) an attacker pays where any of several people signs for a centre, as a log ratio."""
    import numpy as np

    prices = np.exp(np.random.default_rng([seed, 98]).normal(0, BRIBES, (VILLAGES, SIGNERS)))
    one, many = np.sort(prices[:, 0]), np.sort(prices.min(1))
    return {
        "capture of the commons, log cost over one key": float(np.log(many[:QUOTA].sum() / one[:QUOTA].sum())),
        "capture of a village, log cost over one key": float(np.log(prices[0].min() / prices[0, 0])),
    }


def _asked(rng: Any, share: Any, leaning: Any) -> Any:
    """(v, q): how many of the voters of each village say the second article, under a wording that leans their odds."""
    return rng.binomial(VOTERS, _answers(share, leaning))


def _answers(share: Any, leaning: Any) -> Any:
    """The chance that somebody says the second article, where this share would have it and the wording leans so."""
    import numpy as np

    return _logistic(np.log((share + 0.01) / (1.01 - share)) + leaning)


def _logistic(x: Any) -> Any:
    import numpy as np

    return 1 / (1 + np.exp(-x))


def analyse(units: Sequence[Mapping[str, Any]]) -> Finding:
    """The registered cell, and all others beside it."""
    ours = _cell(CUSTOM, SPILL, WORDING)
    estimates = {
        **{f"worst-off village, polycentric - {rival}": _gap(units, ours, "worst", rival) for rival in CENTRAL},
        "flourishing, polycentric - uniform": _gap(units, ours, "mean", "uniform"),
        "worst-off village, polycentric - uniform": _gap(units, ours, "worst", "uniform"),
        "error correlation, polycentric / conditional": _ratio(units, ours, "conditional"),
        "deadlock, polycentric": _interval([unit["acts"][f"deadlock, kin {MOOD:g}"] for unit in units]),
    }
    controls: dict[str, Estimate | float] = {}
    cells = [name for name in units[0] if name != "acts"]
    for cell in cells:
        for rival in ("uniform", *CENTRAL):
            controls[f"flourishing over {rival}, {cell}"] = _gap(units, cell, "mean", rival)
            controls[f"worst-off over {rival}, {cell}"] = _gap(units, cell, "worst", rival)
        for arm in ARMS:
            controls[f"stances, {arm}, {cell}"] = fmean(unit[cell][arm]["stances"] for unit in units)
            controls[f"wrong, {arm}, {cell}"] = fmean(unit[cell][arm]["wrong"] for unit in units)
            controls[f"error correlation, {arm}, {cell}"] = correlation(units, cell, arm)
    for figure in units[0]["acts"]:
        known = [unit["acts"][figure] for unit in units if unit["acts"][figure] == unit["acts"][figure]]
        controls[figure] = fmean(known)
    return Finding(estimates, controls, note=" ".join(_crossover(units, rival) for rival in ("uniform", *CENTRAL)))


def correlation(units: Sequence[Mapping[str, Any]], cell: str, arm: str) -> float:
    """Of errors between pairs of villages, over all questions of all worlds, mean over pairs; 0 where nobody errs."""
    import numpy as np

    errors = np.concatenate([np.asarray(unit[cell][arm]["errors"]) for unit in units], axis=1).astype(float)
    if not (errors.std(1) > 0).all():
        return 0.0
    table = np.corrcoef(errors)
    return float(table[np.triu_indices(len(table), 1)].mean())


def _ratio(units: Sequence[Mapping[str, Any]], cell: str, rival: str) -> Estimate:
    import numpy as np

    def of(some: Sequence[Mapping[str, Any]]) -> float:
        theirs = correlation(some, cell, rival)
        return correlation(some, cell, "polycentric") / theirs if theirs > 0 else float("inf")

    rng = np.random.default_rng(0)
    drawn = [of([units[i] for i in rng.integers(len(units), size=len(units))]) for _ in range(400)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    value = of(units)
    return Estimate(value, float(low), float(high), error=float(np.std(drawn)), n=len(units))


def _crossover(units: Sequence[Mapping[str, Any]], rival: str) -> str:
    """From which difference of customs on polycentric is better for the worst-off, by externality."""
    told = []
    for spill in SPILLS:
        gaps = {custom: _gap(units, _cell(custom, spill, WORDING), "worst", rival) for custom in CUSTOMS}
        better = [custom for custom, gap in gaps.items() if gap.low > 0]
        worse = [custom for custom, gap in gaps.items() if gap.high < 0]
        told.append(
            f"externality {spill:g}: better at {', '.join(f'{c:g}' for c in better) or 'none'}, "
            f"worse at {', '.join(f'{c:g}' for c in worse) or 'none'}"
        )
    return f"Worst-off village against {rival}, differences of customs: {'; '.join(told)}."


def _gap(units: Sequence[Mapping[str, Any]], cell: str, figure: str, rival: str) -> Estimate:
    return _interval([unit[cell]["polycentric"][figure] - unit[cell][rival][figure] for unit in units])


def _interval(values: list[float]) -> Estimate:
    return interval(values) if len(set(values)) > 1 else exactly(values[0])


def _cell(custom: float, spill: float, wording: float) -> str:
    return f"customs {custom:g}, externality {spill:g}, wording {wording:g}"


CUSTOMS_APART = Apart(REGISTRATION, __file__, run, analyse, keep=False)

if __name__ == "__main__":
    main(CUSTOMS_APART)
