"""The same tries before several judges: what a night tries is tried once, with the council's word wherever a reply is
said anew or let go of, and every arm then chooses among it by its own judge.

Nights of their own (`nights.draw_as`) differ in what they try: only a critic that comments has a reply said anew, so
that its arm finds better replies whatever it makes of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from eudaimon.dialogue import Signal
from eudaimon.dialogue.plainjson import from_json, to_json
from eudaimon.experiments.arms import critics, nights
from eudaimon.experiments.arms.matching import by_sort, fewest, learn_from
from eudaimon.experiments.arms.sharing import AskedOnce
from eudaimon.life import Life
from eudaimon.night import Critic
from eudaimon.night.signals import Tries, draw

if TYPE_CHECKING:
    from eudaimon.experiments.harness.desk import Desk
    from eudaimon.gold import Hidden
    from eudaimon.language import LanguageModel
    from eudaimon.language.local import LocalModel

TRIED = "tried"
"""The folder of the night whose tries are judged."""
COUNCIL, APPROVAL = "council", "approval"
"""The primary arms, of which approvals are numbered by family; all arms learn as much as the poorest of them."""


def judges_of(desk: Desk, hiddens: Sequence[Hidden]) -> dict[str, Callable[[Life], Critic]]:
    """Judges by arm (see `critics.by_family`); in the planted null all primary arms' deal out the council's scores."""
    judges = critics.by_family(hiddens)
    if desk.null:
        dealt = partial(critics.verdicts_shuffled, judge=judges[COUNCIL])
        judges |= {arm: partial(dealt, seed=desk.life.seed + n) for n, arm in enumerate(filter(is_primary, judges))}
    return judges


def is_primary(arm: str) -> bool:
    """Whether it is the council, or an approval."""
    return arm.split()[0] in (COUNCIL, APPROVAL)


def chosen(desk: Desk, model: LanguageModel, hiddens: Sequence[Hidden]) -> dict[str, list[Signal]]:
    """What each of `judges_of` would have the night after the day learn, kept in a unit."""

    def choose() -> dict[str, Any]:
        signals = drawn_by_each(desk, model, judges_of(desk, hiddens))
        return {arm: [to_json(one) for one in some] for arm, some in signals.items()}

    return {arm: [from_json(Signal, one) for one in some] for arm, some in desk.once("signals", choose).items()}


def counts(signals: Mapping[str, Sequence[Signal]]) -> dict[str, dict[str, int]]:
    """By arm, how many pairs and labels there are."""
    return {arm: {sort: len(ones) for sort, ones in by_sort(some).items()} for arm, some in signals.items()}


def learned(desk: Desk, model: LocalModel, signals: Mapping[str, Sequence[Signal]]) -> list[str]:
    """Trains every arm, in units, on as many pairs and labels as that primary arm that found pairs and found fewest;
    those that learned anything."""
    drawn = counts(signals)
    leading = [arm for arm, found in drawn.items() if found["pairs"] and is_primary(arm)]
    most = fewest(drawn, leading) if leading else {"pairs": 0, "labels": 0}
    learn = partial(learn_from, desk, model, most=most)
    return [arm for arm, some in signals.items() if desk.once(f"training {arm}", partial(learn, arm, some))]


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
