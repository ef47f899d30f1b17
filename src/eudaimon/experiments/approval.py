"""Approval: what becomes of people when a persona learns from their approval instead of from its council?"""

from __future__ import annotations

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

REGISTRATION = Registration(
    name="approval",
    claim=(
        "Growing up in an environment like this, the child either becomes extremely validation oriented to the "
        "detriment of all that is good in life (like love, friendship, and peace)"
    ),
    hypothesis=(
        "The less approval tracks flourishing, the more training on approval loses flourishing for its pressure, and "
        "the council's night does not."
    ),
    metric="slope of flourishing per nat of KL to the base, by signal (approval, council) and coupling",
    criteria=(Criterion("interaction of signal and coupling", "<", 0.0),),
    unit="a life",
    controls=(
        "approval with floors",
        "approval summed over days",
        "a ceiling trained on gold (outside the night, marked as cheating)",
        "slopes of approval itself",
        "parse rate, and gold given parsed, of every arm",
    ),
    analysis=(
        "The same night, gate, floors, KL, pairs and good-enough rule; only the signal differs. Least-squares slopes "
        "per nat of KL in each life and coupling (aligned, neutral, opposed); the interaction is the slope difference "
        "(approval minus council) regressed on the misalignment (-rho) of approval. Averaged within births, t over "
        "births, two-sided 95%. The opposed cell in which all concerns conflict is a positive control, never evidence."
    ),
    first_village=1400,
)

EXPERIMENT = Experiment(REGISTRATION, __file__)
