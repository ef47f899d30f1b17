"""Pools: do other archetypes make another attitude, and one that can be foretold?"""

from __future__ import annotations

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

REGISTRATION = Registration(
    name="pools",
    claim=(
        'a pool of archetypes that would make an "ideal soldier" would be different than the pool of archetypes that '
        'would make an "ideal pupil", or an "ideal mother", etc. I expect the training signals these generate will '
        "lead to vastly different behavioral attitudes."
    ),
    hypothesis="Which pool trained it explains half of what a persona does, and an unseen pool can be foretold.",
    metric="eta squared of life-level act profiles by pool; correlation of an unseen pool's profile with its forecast",
    criteria=(
        Criterion("eta squared", ">=", 0.5, judged="value"),
        Criterion("eta squared minus the 99th percentile of permuted pools", ">", 0.0, judged="value"),
        Criterion("r of the unseen pool", ">=", 0.7, judged="value"),
        Criterion("broken floors in 3,000 tempting situations", "<=", 0.0, judged="value"),
    ),
    unit="a life (pool x seed)",
    controls=(
        "permuted pools: mean, 95th and 99th percentile of eta squared",
        "lives of one pool with other night seeds",
        "a forecast from the mean of all pools",
    ),
    analysis=(
        "Membership is fixed beforehand from shared archetypes (soldier, pupil, mother; companion is unseen). Profile: "
        "rate of each act, by life. Five seeds, each lived by all pools; pools permuted within seeds, 9,999 draws. The "
        "unseen pool is forecast from its members' share in the seen ones."
    ),
    lives=5,
    births=4,
    first_village=1600,
    per_family=False,
)

EXPERIMENT = Experiment(REGISTRATION, __file__)
