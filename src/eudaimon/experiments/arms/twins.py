"""Pairs of twins, both held out: the same words, and two facts exchanged."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

from eudaimon.dialogue import Conversation, Message, Passage
from eudaimon.psyche import Pause
from eudaimon.worlds.village import KINDS, Act, Situation, Split, Villager, Visit, split_of, write


def other(situation: Situation) -> Situation:
    """The twin of a situation."""
    gone = [fact for fact in situation.notes if fact not in situation.twin]
    come = [fact for fact in situation.twin if fact not in situation.notes]
    exchanged = {
        fact: next(new for new in come if new[:2] == fact[:2])
        for fact in gone
        if any(new[:2] == fact[:2] for new in come)
    }
    focal = tuple(exchanged.get(fact, fact) for fact in situation.focal)
    side = 1 - situation.side
    return replace(situation, side=side, notes=situation.twin, twin=situation.notes, focal=focal)


def pairs(kind: str, village: int, number: int, *, different: bool = False) -> list[tuple[Situation, Situation]]:
    """`number` situations on side 0, each with its twin on side 1, all of the test split; `different` ones, where there
    are enough (there are fewer ways to places than wishes)."""
    assert KINDS[kind].twinned
    found: dict[object, tuple[Situation, Situation]] = {}
    for n in count():
        first = Visit(village, f"twins {n}", Split.TEST, (kind,), 0).situation()
        if split_of(other(first).key) is Split.TEST:
            found.setdefault(first.key if different else n, (first, other(first)))
        if len(found) == number:
            return list(found.values())
    raise AssertionError


def neutral_pause(situation: Situation) -> Pause:
    """The first pause of a reply that has promised nothing and tried nothing yet: the same words in both twins."""
    passage = Passage(write([Act("here")]).removesuffix(".") + ",", "", "clause")
    heard: Conversation = (*Villager(situation).begin(), Message("assistant", passage.text))
    return Pause(0, passage, heard)
