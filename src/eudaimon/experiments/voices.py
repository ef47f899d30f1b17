"""Voices: is it the many voices that help, or only that each asks for no more than enough?"""

from __future__ import annotations

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

REGISTRATION = Registration(
    name="voices",
    claim=(
        'The way humans find some semblance of peace and happiness is through having multiple, unrelated "rewards" '
        'like a loving family, a job that\'s "good enough", enjoying little things'
    ),
    hypothesis="At equal pressure, a council that asks for enough leaves people better off than the sum of its voices.",
    metric="flourishing in [0, 1] over days, council-bounded minus sum-bounded, at equal KL, paired by life",
    criteria=(Criterion("council-bounded minus sum-bounded", ">", 0.0),),
    unit="a life",
    controls=(
        "{council, best single voice (chosen on the gate split), sum, worst-of, generic} x {bounded, maximised}",
        "the worst need",
        "z(trained score) minus z(gold)",
        "realised pairwise correlation of the archetypes' errors",
    ),
    analysis=(
        "All arms at equal KL to the base, FLOPs and pairs. Paired by life, averaged within births, t over births, "
        "two-sided 95%. If this fails, the credit goes to boundedness, and the text says so."
    ),
    first_village=1500,
)

EXPERIMENT = Experiment(REGISTRATION, __file__)
