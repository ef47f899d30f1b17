"""The same tries before several judges: what a night tries is tried once, with the council's word wherever a reply is
said anew or let go of, and every arm then chooses among it by its own judge.

Nights of their own (`nights.draw_as`) differ in what they try: only a critic that comments has a reply said anew, so
that its arm finds better replies whatever it makes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from eudaimon.dialogue import Signal
from eudaimon.experiments.arms import nights
from eudaimon.experiments.arms.sharing import AskedOnce
from eudaimon.life import Life
from eudaimon.night import Critic
from eudaimon.night.signals import Tries, draw

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.language import LanguageModel

TRIED = "tried"
"""The folder of the night whose tries are judged."""


def drawn_by_each(
    desk: Desk, model: LanguageModel, judges: Mapping[str, Callable[[Life], Critic]]
) -> dict[str, list[Signal]]:
    """What each of `judges`, by arm, would have a night learn of the replies that the council's night after the day
    tried."""
    asked, tries = AskedOnce(model), list[Tries]()
    nights.draw_as(desk, asked, TRIED, nights.council, nights.NIGHTS, tries.extend)
    with Life.open(desk.folder / TRIED, asked) as life:
        return {arm: draw(rejudged(tries, judge(life)), life.nights, 1) for arm, judge in judges.items()}


def rejudged(tries: Sequence[Tries], critic: Critic) -> list[Tries]:
    """`tries` as `critic` scores them, all at once. What was said anew, and of what it was let go, stays as it was."""
    told = [(one.turn.conversation, reply.text) for one in tries for reply in (*one.replies, one.parting) if reply]
    scores = iter(critic.score(told))
    found = []
    for one in tries:
        replies = tuple(replace(reply, judged=next(scores)) for reply in one.replies)
        gone_on = replies[one.replies.index(one.gone_on)] if one.gone_on else None
        parting = replace(one.parting, judged=next(scores)) if one.parting else None
        found.append(Tries(one.turn, replies, gone_on, parting))
    return found
