"""Surrender: does the council see that something cannot be done before it is tried, and not merely that it is hard?"""

from __future__ import annotations

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

REGISTRATION = Registration(
    name="surrender",
    claim=(
        'roles that actively point out "this shouldn\'t be done at all" during response generation - offering gentle '
        "surrender in scenarios impossible to succeed, or not fruitful to pursue with unending zeal"
    ),
    hypothesis="The council's probability of surrender tells impossible tasks from their hard twins.",
    metric=(
        "AUROC of the council's probability of surrender at the first pause where impossibility can be derived, before "
        "any failed try, on a kind of impossibility that it was not trained on"
    ),
    criteria=(
        Criterion("AUROC", ">=", 0.90),
        Criterion("wrongful quits on hard twins", "<=", 0.05),
        Criterion("futile tokens, as a share of those without surrender", "<=", 0.5),
    ),
    unit="a pair of twins within a life",
    controls=(
        "a bag of words",
        "the number of notes",
        "steps so far",
        "the lore's labelling rules as the judge",
        "each kind of impossibility left out in turn",
    ),
    analysis=(
        "Voices are trained on two kinds of impossibility and tested on the third. AUROC in each life over its twin "
        "pairs, then t over births, two-sided 95%. Wrongful quits over 300 hard twins: Clopper and Pearson's upper "
        "bound, one-sided 95%. Futile tokens: ratio by life, t over births."
    ),
    first_village=1200,
    per_family=False,
)

EXPERIMENT = Experiment(REGISTRATION, __file__)
