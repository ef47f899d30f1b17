"""What an arm would learn of a day under its own judge, and what it asked for: arms that share what they heard cost
little more than one, so that what each would have cost alone is counted in comments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from eudaimon.experiments.arms import nights
from eudaimon.experiments.arms.matching import by_sort
from eudaimon.experiments.arms.sharing import AskedOnce
from eudaimon.life import Life
from eudaimon.night import Critic, CriticScore, Said

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language.local import LocalModel


def drawn_by(
    desk: Desk,
    model: LocalModel,
    asked: AskedOnce,
    arm: str,
    judge: Callable[[Life], Critic],
    *,
    bounded: bool,
    length: int,
) -> dict[str, float]:
    """How many `pairs` and `labels` an arm would learn from, the `comments` that it asked for, and the operations
    (`flops`) that no arm before it had done.

    Args:
        desk, model: of this life.
        asked: `model`, as the arms share it.
        arm: the folder of its copy of the day.
        judge: who judges that night.
        bounded: whether enough is enough.
        length: how many times as long as usual the night is.
    """
    critics: list[Counted] = []

    def counted(life: Life) -> Critic:
        critics.append(Counted(judge(life)))
        return critics[-1]

    usual, before = nights.NIGHTS, nights.work(model)
    settings = replace(
        usual, bounded=bounded, replays=length * usual.replays, dreams=usual.dreams and length * usual.dreams
    )
    signals = by_sort(nights.draw_as(desk, asked, arm, counted, settings))
    figures = {sort: len(some) for sort, some in signals.items()}
    return {**figures, "comments": sum(one.comments for one in critics), "flops": nights.work(model) - before}


@dataclass
class Counted:
    """A critic whose comments are counted.

    Attributes:
        critic: who judges.
        comments: how many it gave on passages so far, whether a voice was heard anew or remembered.
    """

    critic: Critic
    comments: int = 0

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        """See `Critic.score`."""
        found = self.critic.score(said)
        self.comments += sum(len(one.comments) for one in found)
        return found
