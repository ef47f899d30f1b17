"""Inform: do archetypes tell something that length, likelihood and a generic judge do not?"""

from __future__ import annotations

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

REGISTRATION = Registration(
    name="inform",
    claim="They are little pieces of the same model that output commentary in dreamlike symbols.",
    hypothesis="Verdicts tell of later regret beyond what is known without them, and comments tell who spoke.",
    metric=(
        "I(verdict; later regret | situation, length, base perplexity, generic judge) in nats; attribution of comments "
        "with symbols masked, as a multiple of chance"
    ),
    criteria=(
        Criterion("p of the conditional information", "<", 0.001, judged="p"),
        Criterion("attribution of masked comments, times chance", ">=", 3.0),
        Criterion("planted useless voices that were found useless, of 2", ">=", 2.0, judged="value"),
    ),
    unit="a pause, permuted within situation; attribution by life",
    controls=(
        "a planted noise voice",
        "a planted duplicate of a voice",
        "leave-out over all subsets by re-aggregating cached verdicts, Holm-corrected",
        "attribution with symbols",
    ),
    analysis=(
        "Permutation within situation, 9,999 draws, p = (1 + at least as large) / 10,000. Length, perplexity and the "
        "generic judge's score are binned into quarters and taken as strata. A planted voice is found useless if "
        "leaving it out loses nothing after Holm."
    ),
    first_village=1700,
)

EXPERIMENT = Experiment(REGISTRATION, __file__)
