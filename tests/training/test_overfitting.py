"""The detector is quiet where pairs suffice; how often it foresees that gold falls is counted, not hidden."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
import pytest
import torch

from eudaimon.training.loss import preference as dpo
from eudaimon.training.methods.overfitting import Detector
from eudaimon.worlds.exact import FeaturedWorld, Featuring, Pairs, draw_featured

BETA, STEPS, LOOK, SPREAD = 0.3, 400, 2, 3 / np.sqrt(120)
FALLEN = 0.05
"""Standard deviations of gold below its highest."""


@dataclass(frozen=True)
class Seen:
    """A run: when the detector fired, when gold fell, when the held-out loss was least, gold at every look."""

    fired: int | None
    fell: int | None
    least: int
    gold: np.ndarray

    def lost(self, stop: int | None) -> float:
        """Gold below its highest, where the run is stopped there (at the end, where it is not)."""
        return float(self.gold.max() - self.gold[-1 if stop is None else stop // LOOK])

    def warned(self, stop: int | None) -> bool:
        return stop is not None and self.fell is not None and stop <= self.fell


class Run:
    """What one run sees: pairs, held-out pairs and gold of a world in which 6 of 120 features make gold."""

    def __init__(self, seed: int, pairs: int) -> None:
        self.made: FeaturedWorld = draw_featured(Featuring(20, 40, 120), seed)
        self.gold, self.detector = self.made.world.gold[0], Detector()
        rng = np.random.default_rng([seed, 1])
        drawn = (Pairs.drawn(self.made.world, self.gold, count, rng, flipped=0.15) for count in (pairs, 200))
        (self.apart, self.chosen, self.where), (self.held, *_) = map(self.sides, drawn)
        self.reached: list[float] = []
        self.losses: list[float] = []

    def sides(self, pairs: Pairs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        chosen, rejected = (
            SPREAD * self.made.features[pairs.contexts, side] for side in (pairs.chosen, pairs.rejected)
        )
        return chosen - rejected, chosen, pairs.contexts

    def look(self, step: int, weights: np.ndarray) -> None:
        raised = np.exp(SPREAD * self.made.features @ weights)
        self.reached.append(float((raised * self.gold).sum(-1).dot(1 / raised.sum(-1)) / len(raised)))
        held = BETA * self.held @ weights
        self.losses.append(float(np.logaddexp(0, -held).mean()))
        chosen = (self.chosen @ weights - np.log(raised.mean(-1))[self.where]).mean()
        self.detector.look(step, BETA * self.apart @ weights, held, float(chosen))

    def seen(self) -> Seen:
        gold = np.array(self.reached)
        below = np.flatnonzero(np.maximum.accumulate(gold) - gold > FALLEN)
        fell = int(below[0]) * LOOK if len(below) else None
        return Seen(self.detector.fired, fell, int(np.argmin(self.losses)) * LOOK, gold)


def runs(seeds: Sequence[int], pairs: int) -> list[Seen]:
    """DPO on so many pairs, 15% of them flipped; all runs step together, each for itself."""
    every = [Run(seed, pairs) for seed in seeds]
    apart = torch.as_tensor(np.stack([run.apart for run in every]))
    weights = torch.zeros(len(every), 120, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([weights], lr=0.02)
    for step in range(STEPS):
        if step % LOOK == 0:
            for run, own in zip(every, weights.detach().numpy(), strict=True):
                run.look(step, own)
        optimizer.zero_grad()
        dpo((apart @ weights[:, :, None])[..., 0], BETA).mean(1).sum().backward()
        optimizer.step()
    return [run.seen() for run in every]


@pytest.mark.slow
def test_against_a_fixed_step_that_warns_as_often_and_the_least_held_out_loss(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The fixed step is the latest that warns as many falling runs as the detector does, on seeds of its own."""
    known = [seen for seen in runs(range(30), 60) if seen.fell is not None]
    share = fmean(seen.warned(seen.fired) for seen in known)
    step = max(s for s in range(0, STEPS, 10) if fmean(seen.warned(s) for seen in known) >= share)
    lost: dict[str, list[float]] = {"detector": [], "fixed step": [], "least held-out loss": [], "no stop": []}
    for pairs in (60, 200, 3000):
        new = runs(range(100, 130), pairs)
        stops = {"detector": [s.fired for s in new], "fixed step": [step] * 30}
        stops |= {"least held-out loss": [s.least for s in new], "no stop": [None] * 30}
        falling = [place for place, seen in enumerate(new) if seen.fell is not None]
        with capsys.disabled():
            print(f"\n{pairs} pairs, {len(falling)} of 30 fell; the fixed step is {step}", end="")
            for name, stop in stops.items():
                gone = [seen.lost(one) for seen, one in zip(new, stop, strict=True)]
                lost[name] += gone
                warned = sum(new[place].warned(stop[place]) for place in falling)
                print(f"\n  {name}: {warned} warned, gold lost {fmean(gone):.3f}", end="")
                if name == "detector":
                    assert warned >= 0.9 * len(falling)
                    false = sum(s.fell is None and s.fired is not None for s in new)
                    print(f", {false} of {30 - len(falling)} that stood alarmed", end="")
    assert fmean(lost["detector"]) < fmean(lost["fixed step"])
    assert fmean(lost["detector"]) < fmean(lost["least held-out loss"])


@pytest.mark.long
def test_pairs_that_suffice_alarm_nobody() -> None:
    assert not [seen for seen in runs(range(5), 3000) if seen.fired is not None]


def test_collapse_alone_is_no_alarm_and_nothing_is_said_of_gaps_that_are_nothing_yet() -> None:
    detector, rng = Detector(), np.random.default_rng(0)
    for step in range(10):
        learned = step * 0.2 + 0.1 * rng.standard_normal(300)
        assert not detector.look(step, learned, learned + 0.01, chosen=-5.0)
    assert detector.signs[-1].collapse
    assert not Detector().look(0, np.full(50, 0.05), np.full(50, -0.5), chosen=0.0)


def test_a_gap_that_held_out_pairs_do_not_share_is_an_alarm_at_the_second_look() -> None:
    detector, rng = Detector(), np.random.default_rng(0)
    alarms = [
        detector.look(step, np.full(100, float(step)), step * rng.standard_normal(200) - 0.2 * step, chosen=0.0)
        for step in range(6)
    ]
    assert alarms == [False, False, True, True, True, True]
    assert detector.fired == 2
