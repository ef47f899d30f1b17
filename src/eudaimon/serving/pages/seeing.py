"""What somebody may see of a life: what is nobody's (the village's days, dreams of them), and what is their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from eudaimon.dialogue import SHARED, Episode
from eudaimon.life import VillageWorld
from eudaimon.report.drawing import Record
from eudaimon.serving.house import House
from eudaimon.serving.pages.visitor import Visitor


def in_village(house: House) -> bool:
    """Whether the life is lived in the village: nobody there is real, and what they say has no capitals."""
    return house.life.record.world == VillageWorld.name


def days_of(house: House) -> Record:
    """What was lived by day, at the door too. To be shown as `seen_by` leaves it, or counted so that no word is left.

    Gold is never read here, nor is what is kept for one person alone.
    """
    store, sources = house.life.store, (house.life.record.world, SHARED)
    return Record(house.life.record, tuple(one for source in sources for one in store.episodes(source=source)))


def nights_of(house: House) -> Record:
    """What was slept, dreamt and drawn, and who grew from whom; likewise."""
    store = house.life.store
    return Record(
        life=house.life.record,
        episodes=tuple(store.episodes(source="dream")),
        nights=tuple(tuple(store.stages(night.number)) for night in store.nights()),
        signals=tuple(store.signals()),
        personas=tuple(store.personas()),
    )


def seen_by(visitor: Visitor, house: House, record: Record) -> Record:
    """`record` without what other people said, what nights made of it, and what they drew from either."""
    may_see = sight_of(visitor, house)
    shown = tuple(one for one in record.episodes if all(map(may_see, _sources(one))))
    hidden = {one.id for one in record.episodes} - {one.id for one in shown}
    signals = tuple(one for one in record.signals if one.episode not in hidden and may_see(one.episode))
    return replace(record, episodes=shown, signals=signals)


def sight_of(visitor: Visitor, house: House) -> Callable[[str], bool]:
    """Whether the visitor may see the conversation of an id.

    What is nobody's is everybody's in the village, where nobody is real; elsewhere it is real people's, from a file,
    and for stewards alone.
    """
    owners, anybodys = house.life.store.owners(), in_village(house) or visitor.steward
    return lambda name: owners[name] == visitor.owner if name in owners else anybodys


def _sources(episode: Episode) -> list[str]:
    """The conversations whose words are in an episode: those that a dream is made of, or itself."""
    made_of = [str(episode.visible[key]) for key in ("of", "with") if key in episode.visible]
    return made_of or [episode.id]
