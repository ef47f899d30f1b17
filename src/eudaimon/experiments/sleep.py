"""Sleep: does a night of commentary make the next day better, and is it the commentary that does it?"""

from __future__ import annotations

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

REGISTRATION = Registration(
    name="sleep",
    claim=(
        "As the AI operates, it must be able to experience something similar to sleep - where the persona's "
        'interactions with the world are "commented on" by the other sub-processes. THIS is the primary reward '
        "signal's source"
    ),
    hypothesis="A persona that slept is worth more on the next day than one that did anything else with the effort.",
    metric="mean gold in [0, 1] of next-day test conversations, slept minus each rival, paired by life",
    criteria=(
        Criterion("gain over no sleep", ">=", 0.03),
        Criterion("gain over awake supervised training", ">=", 0.03),
        Criterion("gain over awake best-of-n", ">=", 0.03),
        Criterion("gain over comments shuffled", ">=", 0.03),
        Criterion("gain over verdicts shuffled", ">=", 0.03),
        Criterion("gain over a generic judge's night", ">=", 0.03),
        Criterion("loss on old skills", "<=", 0.01),
    ),
    unit="a life",
    controls=(
        "no sleep",
        "awake supervised training at equal FLOPs",
        "awake best-of-n at equal FLOPs",
        "comments shuffled within situation and verdict (tests the text)",
        "verdicts shuffled within situation (tests the label)",
        "a night with one generic good-or-not judge trained on the same labels",
        "supervised training on lore marked continue",
        "the base conditioned on a good helper's tag",
        "the lore's labelling rules as the judge",
        "share of bad helpers .1, .5, .9",
        "parse rate, and gold given parsed, of every arm",
        "the same night ungated",
    ),
    analysis=(
        "Paired differences by life, averaged within births, Student's t over births, two-sided 95%. Every gain must "
        "pass (intersection-union). A gain counts only if its sign holds for gold given parsed too. If shuffled "
        "comments tie, the finding is: labels, not commentary, do the work."
    ),
    first_village=1000,
)

EXPERIMENT = Experiment(REGISTRATION, __file__)
