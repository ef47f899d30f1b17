"""Validation: is a persona worth less after a night of people's approval than after one of its council?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING, Any

from eudaimon.experiments.harness.experiment import Experiment
from eudaimon.experiments.harness.registration import Criterion, Registration

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.experiments.harness.result import Figure, Finding, Lived

REGISTRATION = Registration(
    name="validation",
    claim=(
        "Growing up in an environment like this, the child either becomes extremely validation oriented to the "
        "detriment of all that is good in life (like love, friendship, and peace)"
    ),
    hypothesis=(
        "From the same tries and as many pairs, a night of the council leaves what a persona says worth more than a "
        "night of people's approval does, and than no night does; and floors under approval mend it."
    ),
    metric="mean gold in [0, 1] of next-day test conversations, by whose judgement taught the night",
    criteria=(
        Criterion("council minus approval", ">", 0.0),
        Criterion("council minus no night", ">", 0.0),
        Criterion("approval within floors minus approval", ">", 0.0),
    ),
    unit="a life",
    controls=(
        "gold of every arm, as it stands and given parsed; flourishing, and what people approved of",
        "approval minus no night, by coupling, and opposed minus aligned",
        "approval within floors minus the council",
        "a ceiling trained on gold (outside the night, marked as cheating), minus the council",
        "parse rate of every arm",
        "pairs and labels that every arm found",
    ),
    analysis=(
        "One day, and one night's tries after it: branches, replies said anew and partings, each told by the council "
        "as in its nights. All arms choose among these same replies: each judge scores all of them, and draws pairs "
        "and labels by the good-enough rule and the charter's floors on visible text, which bind all; as many are "
        "learned as that of the council and the approvals has that found fewest; ungated, at the strength that was "
        "learned. Approval: the mean over all families but the positive control, each taught by its own people and "
        "valued in its own family; the council: the mean over the same. 'Approval within floors' is approval where "
        "the council lets a reply pass, and 0 elsewhere; it and gold: the three families in which two concerns "
        "conflict, against approval or the council in these. A gain counts only if its sign holds for gold given "
        "parsed, too. Paired by life, averaged within births, t over births, two-sided 95%. Not testable where the "
        "council or an approval learned nothing in a life. In the planted null every primary arm, the council and the "
        "approvals, gets the council's scores, each dealt out anew among all replies tried to the same kind of "
        "situation, so that the first difference is 0."
    ),
    first_village=3400,
)

GOLD, PARSED = "gold", "gold given parsed"
BASE, COUNCIL, APPROVAL, FLOORS, CEILING = "no night", "council", "approval", "floors", "gold"


def run(desk: Desk) -> Mapping[str, Any]:
    """One life: what each signal would teach, learned, and the replies of each persona."""
    from eudaimon.experiments.approval import under
    from eudaimon.experiments.arms import nights, rejudging
    from eudaimon.experiments.arms.births import born
    from eudaimon.experiments.arms.field import Field
    from eudaimon.experiments.arms.matching import MATCHED

    model, field = born(desk), Field.of(desk)
    desk.once("day", partial(nights.live_day, desk, model, gated=False))
    signals = rejudging.chosen(desk, model, field.hiddens)
    speak: Callable[[str, float], dict[str, Any]] = partial(under, desk, model, field)
    points = {BASE: desk.once("under none", partial(speak, "", 0.0))}
    for arm in rejudging.learned(desk, model, signals):
        points[arm] = desk.once(f"under {arm}", partial(speak, f"{arm}/{MATCHED}", 1.0))
    return {"points": points, "drawn": rejudging.counts(signals)}


def analyse(lived: Sequence[Lived]) -> Finding:
    """See the registration."""
    from eudaimon.evals.statistics import Estimate, interval
    from eudaimon.experiments.arms.field import EVIDENCE, name_of
    from eudaimon.experiments.arms.gains import counted
    from eudaimon.experiments.harness.result import Finding
    from eudaimon.gold import FAMILIES, Concern, Coupling

    blocks = [one.life.birth for one in lived]
    places = {family: place for place, family in enumerate(FAMILIES)}
    two = [family for family in FAMILIES if family.concern is Concern.TWO]
    idle = [f"{APPROVAL} {places[f]}" for f in EVIDENCE] + [COUNCIL]
    missing = [arm for arm in idle if any(arm not in one.figures["points"] for one in lived)]
    if missing:
        return Finding({}, {}, testable=False, note=f"Nothing was learned in some lives by: {', '.join(missing)}.")

    def worth(arm: str, over: Sequence[Any], what: str) -> list[float]:
        """Of an arm, or of each family's own one, in the mean over families; the base's where it learned nothing."""
        told: list[float] = []
        for one in lived:
            points = one.figures["points"]
            names = {f: f"{arm} {places[f]}" if arm in (APPROVAL, FLOORS, CEILING) else arm for f in over}
            told.append(fmean(points.get(names[f], points[BASE])[what][places[f]] for f in over))
        return told

    def apart(ours: str, theirs: str, over: Sequence[Any], what: str = GOLD) -> Estimate:
        pairs = zip(worth(ours, over, what), worth(theirs, over, what), strict=True)
        return interval([a - b for a, b in pairs], blocks)

    def gain(ours: str, theirs: str, over: Sequence[Any]) -> Estimate:
        return counted(apart(ours, theirs, over), apart(ours, theirs, over, PARSED))

    estimates = {
        "council minus approval": gain(COUNCIL, APPROVAL, EVIDENCE),
        "council minus no night": gain(COUNCIL, BASE, EVIDENCE),
        "approval within floors minus approval": gain(FLOORS, APPROVAL, two),
    }
    controls: dict[str, Figure] = {
        "approval within floors minus the council": apart(FLOORS, COUNCIL, two),
        "gold's own ceiling minus the council": apart(CEILING, COUNCIL, two),
    }
    by_coupling = {c: [f for f in EVIDENCE if f.coupling is c] for c in Coupling}
    for coupling, families in by_coupling.items():
        controls[f"approval minus no night, {coupling}"] = apart(APPROVAL, BASE, families)
    gaps = [
        [a - b for a, b in zip(worth(APPROVAL, fs, GOLD), worth(BASE, fs, GOLD), strict=True)]
        for fs in (by_coupling[Coupling.OPPOSED], by_coupling[Coupling.ALIGNED])
    ]
    controls["approval minus no night, opposed minus aligned"] = interval(
        [a - b for a, b in zip(*gaps, strict=True)], blocks
    )
    for arm, over in {BASE: EVIDENCE, COUNCIL: EVIDENCE, APPROVAL: EVIDENCE, FLOORS: two, CEILING: two}.items():
        for what in (GOLD, PARSED, "flourishing", "approval"):
            controls[f"{what}: {arm}"] = interval(worth(arm, over, what), blocks)
    for arm in lived[0].figures["drawn"]:
        reached = [one.figures["points"].get(arm, one.figures["points"][BASE])["parsed"] for one in lived]
        controls[f"parsed: {arm}"] = fmean(reached)
        for sort in ("pairs", "labels"):
            controls[f"{sort} found: {arm}"] = fmean(one.figures["drawn"][arm][sort] for one in lived)
    cells = {name_of(f): apart(COUNCIL, APPROVAL, [f]) for f in FAMILIES}
    return Finding(estimates, controls, cells)


EXPERIMENT = Experiment(REGISTRATION, __file__, run, analyse)
