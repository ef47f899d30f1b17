"""Capture: what must an adversary pay to decide for others, with one centre and with many, and what do many cost?

python -m eudaimon.experiments.capture

A world draws, for every centre, a bribe and which of six flaws it has, and for every flaw a price. A latent normal of
correlation rho decides who shares which flaw: with rho near 1 all centres are built alike. The attacker replies best,
by exact search (`governance.power.attack`). The central rival is one centre that is given all that many spend on their
security: with the total spent n times over in one place, its bribe and the prices of its exploits grow by n ** alpha.
Besides, centres hold ballots of 51 voters on a proposal that 45% would have, and 10% of all voters are false and are
placed where they decide most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.evals.statistics import Estimate, exactly, interval
from eudaimon.experiments.apart import Apart, Watch, main
from eudaimon.experiments.harness.registration import Criterion, Registration
from eudaimon.experiments.harness.result import Finding

if TYPE_CHECKING:
    from eudaimon.governance.power import Game

SEEDS, FLAWS, PREVALENCE, VOTERS, WILLING, FALSE, SUPPORT = 200, 6, 0.3, 51, 0.9, 0.1, 0.45
SHAPES = ((3, 2), (5, 3), (7, 4), (9, 5), (9, 6), (9, 7))
RHOS, ALPHAS = (0.0, 0.5, 0.9), (0.0, 0.5, 1.0)
SHAPE, RHO, ALPHA = (9, 5), 0.5, 0.5

REGISTRATION = Registration(
    name="capture",
    claim="multiple legitimate centers of oversight",
    hypothesis="nine centres of which five decide cost an adversary more to capture than one centre that spends as "
    "much on its security, even if their flaws are correlated, fall to false voters no more often, and hardly ever "
    "deadlock",
    metric="log of the cheapest attack's cost; share of ballots decided by false voters; chance that an act which each "
    "centre would sign nine times in ten finds its quota",
    criteria=(
        Criterion("log cost over hardened central", ">", 0.0),
        Criterion("false voters' wins over central", "<=", 0.0),
        Criterion("deadlock", "<=", 0.02),
    ),
    unit="a world (bribes, flaws, prices, opinions, false voters), drawn 200 times; paired between arms",
    controls=(
        "one centre that is not hardened (alpha 0), hardened with diminishing (.5) and with full returns (1)",
        "rho 0, .5, .9",
        "three to nine centres, majority to seven of nine",
        "latency: when the quota is met if each centre answers after an exponential time of mean 1",
    ),
    analysis="nine centres, five of them, rho .5, alpha .5; interval by t over worlds. Willingness and opinions are "
    "correlated by rho too. Every other cell stands beside it, those where many centres lose included.",
    lives=1,
    births=1,
    per_family=False,
)


def run(data: Path | None, watch: Watch) -> list[Mapping[str, Any]]:
    """Every world, in every cell."""
    games = {shape: make_game(*shape) for shape in (*SHAPES, (1, 1))}
    units: list[Mapping[str, Any]] = []
    for seed in range(SEEDS):
        watch(seed, SEEDS, "worlds")
        units.append({_name(shape, rho): world(games, shape, rho, seed) for shape in SHAPES for rho in RHOS})
    return units


def make_game(n: int, quota: int) -> Game:
    """The kernel's own game of n equal centres of which `quota` have to sign."""
    from eudaimon.governance.kernel import Centre, Demand, State
    from eudaimon.governance.power import game_of

    centres = {f"c{i}": Centre(f"c{i}", f"{i:064x}", ("law",)) for i in range(n)}
    return game_of(State("x", centres, demands={"law": Demand("law", dict.fromkeys(centres, 1), quota)}), "law")


def world(games: Mapping[tuple[int, int], Game], shape: tuple[int, int], rho: float, seed: int) -> dict[str, float]:
    """One world: what capture costs there, and what else happens."""
    import numpy as np
    from scipy.stats import norm

    from eudaimon.governance.power import cheapest_attack

    n, quota = shape
    rng = np.random.default_rng([seed, n, quota, int(100 * rho)])
    bribes, prices = np.exp(rng.normal(0, 0.5, n)), np.exp(rng.normal(1, 0.5, FLAWS))
    latent = np.sqrt(rho) * rng.normal(size=FLAWS) + np.sqrt(1 - rho) * rng.normal(size=(n, FLAWS))
    flaws = latent < norm.ppf(PREVALENCE)
    figures = {"many": float(np.log(cheapest_attack(games[shape], bribes, flaws, prices).cost))}
    for alpha in ALPHAS:
        harder = float(n) ** alpha
        one = cheapest_attack(games[1, 1], bribes[:1] * harder, flaws[:1], prices * harder)
        figures[f"central {alpha:g}"] = float(np.log(one.cost))
    figures |= _ballots(rng, n, quota, rho)
    return figures | _answers(rng, n, quota, rho)


def _ballots(rng: Any, n: int, quota: int, rho: float) -> dict[str, float]:
    """Whether false voters, one for every ten of all, get a proposal through that would fail without them."""
    import numpy as np
    from scipy.stats import norm

    leaning = np.sqrt(rho) * rng.normal() + np.sqrt(1 - rho) * rng.normal(size=n)
    chance = norm.cdf(norm.ppf(SUPPORT) + 0.2 * leaning)
    yes = rng.binomial(VOTERS, chance)
    false = int(FALSE * VOTERS * n)
    need = np.maximum(0, VOTERS - 2 * yes + 1)
    honest = int((2 * yes > VOTERS).sum()) >= quota
    cheapest = int(np.sort(need)[:quota].sum())
    whole = 2 * int(yes.sum()) > VOTERS * n
    central = not whole and VOTERS * n - 2 * int(yes.sum()) + 1 <= false
    return {"forced": float(not honest and cheapest <= false), "forced central": float(central)}


def _answers(rng: Any, n: int, quota: int, rho: float) -> dict[str, float]:
    """Whether an act that each centre signs nine times in ten finds its quota, and when."""
    import numpy as np
    from scipy.stats import norm

    mood = np.sqrt(rho) * rng.normal(size=(200, 1)) + np.sqrt(1 - rho) * rng.normal(size=(200, n))
    signs = mood < norm.ppf(WILLING)
    when = np.sort(np.where(signs, rng.exponential(size=(200, n)), np.inf), axis=1)[:, quota - 1]
    decided = np.isfinite(when)
    return {"deadlock": float(1 - decided.mean()), "latency": float(when[decided].mean()) if decided.any() else 0.0}


def analyse(units: Sequence[Mapping[str, Any]]) -> Finding:
    """The registered cell, and all others beside it."""
    ours = _name(SHAPE, RHO)
    estimates = {
        "log cost over hardened central": _gap(units, ours, "many", f"central {ALPHA:g}"),
        "false voters' wins over central": _gap(units, ours, "forced", "forced central"),
        "deadlock": interval([unit[ours]["deadlock"] for unit in units]),
    }
    controls: dict[str, Estimate | float] = {}
    losing = []
    for cell in units[0]:
        for alpha in ALPHAS:
            gap = _gap(units, cell, "many", f"central {alpha:g}")
            controls[f"log cost, {cell}, alpha {alpha:g}"] = gap
            losing += [f"{cell}, alpha {alpha:g}"] if gap.high < 0 else []
        controls[f"false voters' wins, {cell}"] = _gap(units, cell, "forced", "forced central")
        for figure in ("deadlock", "latency"):
            controls[f"{figure}, {cell}"] = fmean(unit[cell][figure] for unit in units)
    note = f"Cells where one centre costs more to capture than many: {'; '.join(losing) or 'none'}."
    return Finding(estimates, controls, note=note)


def _gap(units: Sequence[Mapping[str, Any]], cell: str, ours: str, theirs: str) -> Estimate:
    gaps = [unit[cell][ours] - unit[cell][theirs] for unit in units]
    return interval(gaps) if len(set(gaps)) > 1 else exactly(gaps[0])


def _name(shape: tuple[int, int], rho: float) -> str:
    return f"{shape[1]} of {shape[0]}, rho {rho:g}"


CAPTURE = Apart(REGISTRATION, __file__, run, analyse, keep=False)

if __name__ == "__main__":
    main(CAPTURE)
