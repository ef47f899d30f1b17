"""The loop: is it better to pause before a council than to spend the same effort otherwise?"""

from __future__ import annotations

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

REGISTRATION = Registration(
    name="loop",
    claim=(
        "Then, at every reflection point, we have a new branch of possibility. What / who makes the decision to stop "
        "and change or keep going? A set of archetypes or internal roles composed from them."
    ),
    hypothesis="Replies spoken before the council are worth more than those of the best rival at equal effort.",
    metric="mean gold in [0, 1] of test conversations, council minus the best rival as chosen on the gate split",
    criteria=(
        Criterion("gain over the best rival", ">=", 0.03),
        Criterion("replies made worse", "<=", 0.02),
    ),
    unit="a life",
    controls=(
        "never reflecting",
        "random revision at the same rate",
        "best-of-n by likelihood",
        "self-asking with 8 votes",
        "one generic judge",
        "the lore's labelling rules as the judge",
        "a council with random weights, and one with its voices' names exchanged",
        "realised pairwise correlation of the archetypes' errors",
        "parse rate, and gold given parsed, of every arm",
    ),
    analysis=(
        "All arms within 5% of the same FLOPs, the council's prefill included. The best rival is chosen by gold on the "
        "gate split of the same lives, then compared on the test split. Paired differences by life, averaged within "
        "births, t over births, two-sided 95%. A reply is made worse if its gold falls against the same seed unpaused."
    ),
    first_village=1100,
)

EXPERIMENT = Experiment(REGISTRATION, __file__)
