"""Internalised: does what the council taught stay when the council is taken away?"""

from __future__ import annotations

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

REGISTRATION = Registration(
    name="internalised",
    claim="We train the AI to mimic this behavior",
    hypothesis="After nights of the loop's traces, at least four fifths of its gain are there without the council.",
    metric="gold retained with the council removed, minus .8 of the loop's gain, paired by life",
    criteria=(Criterion("retained minus .8 of the gain", ">", 0.0),),
    unit="a life",
    controls=(
        "verdict-shuffled nights",
        "supervised training on good lore",
        "the situation left out of lore's verdicts and of all nights (transfer)",
        "parse rate, and gold given parsed, of every arm",
    ),
    analysis=(
        "Testable only if the loop's gain is at least .05 with its 95% bound above 0; else 'not testable'. Paired by "
        "life, averaged within births, t over births, two-sided 95%."
    ),
    first_village=1300,
)

EXPERIMENT = Experiment(REGISTRATION, __file__)
