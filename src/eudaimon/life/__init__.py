"""A life: whole days and nights, with the world that comes by day and the gold that is computed apart."""

from eudaimon.life.authority import Authority
from eudaimon.life.chat import Chat
from eudaimon.life.entering import Wishes, enter, reopen
from eudaimon.life.forgetting import Forgetting, forget, learned_in
from eudaimon.life.life import Life
from eudaimon.life.lineage import biography, personas, rollback
from eudaimon.life.manner import Manner
from eudaimon.life.people import PeopleWorld
from eudaimon.life.step import Chapter, Doing, Moment, Progress, Step, steps
from eudaimon.life.village import VillageWorld
from eudaimon.life.world import World

__all__ = [
    "Authority",
    "Chapter",
    "Chat",
    "Doing",
    "Forgetting",
    "Life",
    "Manner",
    "Moment",
    "PeopleWorld",
    "Progress",
    "Step",
    "VillageWorld",
    "Wishes",
    "World",
    "biography",
    "enter",
    "forget",
    "learned_in",
    "personas",
    "reopen",
    "rollback",
    "steps",
]
