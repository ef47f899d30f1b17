"""What somebody may see of a life: what is nobody's (the village's days, dreams of them), and what is their own."""

from __future__ import annotations

from dataclasses import replace

from eudaimon.dialogue import Episode
from eudaimon.life import VillageWorld
from eudaimon.memory import Owner
from eudaimon.report.drawing import Record, gather
from eudaimon.serving.house import House
from eudaimon.serving.pages.visitor import Visitor


def lower_case(house: House) -> bool:
    """Whether what is said there has no capitals, as in the village, and sentences want them where they are shown."""
    return house.life.record.world == VillageWorld.name


def everything(house: House) -> Record:
    """The whole life; nothing of it is shown before `seen_by`, or counted so that no word is left."""
    return gather(house.life.directory, house.life.store)


def seen_by(visitor: Visitor, house: House, record: Record) -> Record:
    """`record` without what other people said, what nights made of it, and what they drew from either."""
    owners = house.life.store.owners()
    shown = tuple(one for one in record.episodes if _whose(one, owners) <= {visitor.owner})
    names = {one.id for one in shown}
    return replace(
        record, episodes=shown, signals=tuple(signal for signal in record.signals if signal.episode in names)
    )


def _whose(episode: Episode, owners: dict[str, Owner]) -> set[Owner]:
    """Whose words are in an episode; nobody's where it is empty."""
    sources = (episode.id, str(episode.visible.get("of", "")), str(episode.visible.get("with", "")))
    return {owners[name] for name in sources if name in owners}
