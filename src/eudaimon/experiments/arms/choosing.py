"""Which voice alone would choose best: what the base's replies are worth, if each voice may choose between them."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from statistics import fmean
from typing import TYPE_CHECKING

from eudaimon.evals.actors import Speaker
from eudaimon.experiments.arms.field import Field
from eudaimon.experiments.arms.nights import DAY
from eudaimon.experiments.arms.pooling import pooled
from eudaimon.experiments.arms.sharing import AskedOnce
from eudaimon.life import Life
from eudaimon.night import Critic, Said
from eudaimon.psyche import Pool, Settings

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel

CHOICES = 4
"""How many conversations with each person a voice may choose between."""

Scores = list[float]
"""One for each conversation."""


def worths_alone(desk: Desk, model: LocalModel, field: Field, voices: Pool) -> dict[str, float]:
    """Mean gold in [0, 1], by voice, of those of the base's conversations on `field` that each scores highest."""
    model.load_adapter(None)
    model.forget()
    speakers = [Speaker(model, None, Settings(seed=desk.life.seed + n, reflect=False)) for n in range(CHOICES)]
    talks = [field.play(speaker) for speaker in speakers]
    said = [field.said(some) for some in talks]
    with Life.open(desk.folder / DAY, AskedOnce(model)) as life:
        scores_of(pooled(life, voices, fmean), [one for some in said for one in some])  # asks all at once
        alone = {voice: [scores_of(pooled(life, (voice,), fmean), some) for some in said] for voice in voices}
    golds: list[Scores] = [field.worth(some)["each"] for some in talks]
    return {voice: chosen(scores, golds) for voice, scores in alone.items()}


def chosen(scores: Sequence[Scores], golds: Sequence[Scores]) -> float:
    """Mean gold of the conversations with the highest score, of several with each person; (several, people) each.

    >>> chosen([[0.1, 0.9], [0.2, 0.8]], [[0.0, 1.0], [0.5, 0.0]])
    0.75
    """
    people = zip(zip(*scores, strict=True), zip(*golds, strict=True), strict=True)
    return fmean(max(zip(*choices, strict=True), key=itemgetter(0))[1] for choices in people)


def scores_of(critic: Critic, said: Sequence[Sequence[Said]]) -> Scores:
    """The critic's score of each conversation: the mean over the replies in it."""
    found = iter([one.score for one in critic.score([reply for some in said for reply in some])])
    return [fmean(next(found) for _ in some) for some in said]
