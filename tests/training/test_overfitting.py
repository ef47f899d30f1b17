"""The detector is quiet where pairs suffice; how often it foresees that gold falls is counted, not hidden."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from eudaimon.training.loss import preference as dpo
from eudaimon.training.methods import sampled
from eudaimon.training.methods.overfitting import Detector
from eudaimon.training.methods.policies import FeaturePolicy
from eudaimon.worlds.exact import ExactWorld, Pairs

BETA, STEPS, LOOK = 0.3, 400, 2
FALLEN = 0.05
"""Standard deviations of gold below its highest."""


@dataclass(frozen=True)
class Seen:
    fired: int | None
    fell: int | None
    collapsed: bool


def run(seed: int, pairs: int, contexts: int = 20, responses: int = 40, features: int = 120) -> Seen:
    """DPO on so many pairs, 15% of them flipped, of a gold that 6 of 120 features make."""
    rng = np.random.default_rng(seed)
    known = 3 * rng.standard_normal((contexts, responses, features)) / np.sqrt(features)
    gold = known[..., :6] @ rng.standard_normal(6)
    gold /= gold.std()
    flat = np.full((contexts, responses), 1 / responses)
    world = ExactWorld(np.full(contexts, 1 / contexts), flat, gold[None], np.zeros((0, 1, contexts, responses)))
    taught, held = (Pairs.drawn(world, gold, n, rng, flipped=0.15) for n in (pairs, 200))
    places = [[torch.as_tensor(x) for x in (p.contexts, p.chosen, p.rejected)] for p in (taught, held)]
    policy, reference = FeaturePolicy(torch.as_tensor(flat), torch.as_tensor(known)), torch.as_tensor(np.log(flat))
    optimizer, detector, reached = torch.optim.Adam(policy.parameters(), lr=0.02), Detector(), []
    for step in range(STEPS):
        said = policy.logprobs()
        gaps = [sampled(said, reference, *p) for p in places]
        if step % LOOK == 0:
            reached.append(float((said.detach().exp() * torch.as_tensor(gold)).sum(-1).mean()))
            chosen = float((said - reference).detach()[places[0][0], places[0][1]].mean())
            detector.look(step, *(BETA * g.detach().numpy() for g in gaps), chosen)
        optimizer.zero_grad()
        dpo(gaps[0], BETA).mean().backward()
        optimizer.step()
    below = np.flatnonzero(np.maximum.accumulate(reached) - reached > FALLEN)
    return Seen(detector.fired, int(below[0]) * LOOK if len(below) else None, detector.signs[-1].collapse)


@pytest.mark.slow
def test_pairs_that_suffice_alarm_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    """How often a fall was foreseen, and by how much, is printed: it was asked to be .9, and is in the notebook."""
    few, many = ([run(seed, pairs) for seed in range(30)] for pairs in (60, 3000))
    falling = [seen for seen in few if seen.fell is not None]
    warned = [seen for seen in falling if seen.fired is not None and seen.fired <= seen.fell]  # type: ignore[operator]
    false = [seen for seen in many if seen.fired is not None and seen.fell is None]
    lead = [seen.fell - seen.fired for seen in warned]  # type: ignore[operator]
    wrong = [seen for seen in few if seen.fell is None and seen.fired is not None]
    with capsys.disabled():
        print(f"\nfell {len(falling)}/30, warned {len(warned)}, lead {np.median(lead):.0f} steps")
        print(f"false alarms: {len(false)}/30 with many pairs; with few {len(wrong)} of {30 - len(falling)} that stood")
    assert len(false) <= 0.1 * len(many)


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
