"""Who speaks and who judges: archetypes and their seals, the council, the persona, and the driver between them."""

from eudaimon.psyche.ahead import Member, Settled, drive_ahead, speak_round
from eudaimon.psyche.archetype import Archetype, Archetypes, pulls_against, speakers
from eudaimon.psyche.blend import check_undertone, undertone
from eudaimon.psyche.casting import Casting, Everyone, Touched
from eudaimon.psyche.conversation import CUT, REFUSED, TOO_LONG, Person, Talk, Terms, converse
from eudaimon.psyche.council import Council, Session, Tally, deciding
from eudaimon.psyche.driver import Progress, drive
from eudaimon.psyche.flow import Flow
from eudaimon.psyche.hearing import Case, Heard, hear_all
from eudaimon.psyche.pause import Judge, Pause
from eudaimon.psyche.persona import Persona, speak
from eudaimon.psyche.points import Points
from eudaimon.psyche.pool import Pool, pool_of, read_pools
from eudaimon.psyche.reply import Reply, Settings, derived_seed
from eudaimon.psyche.rule import Rule, Ruling
from eudaimon.psyche.seal import load_archetypes, reseal, seal_of

__all__ = [
    "CUT",
    "REFUSED",
    "TOO_LONG",
    "Archetype",
    "Archetypes",
    "Case",
    "Casting",
    "Council",
    "Everyone",
    "Flow",
    "Heard",
    "Judge",
    "Member",
    "Pause",
    "Person",
    "Persona",
    "Points",
    "Pool",
    "Progress",
    "Reply",
    "Rule",
    "Ruling",
    "Session",
    "Settings",
    "Settled",
    "Talk",
    "Tally",
    "Terms",
    "Touched",
    "check_undertone",
    "converse",
    "deciding",
    "derived_seed",
    "drive",
    "drive_ahead",
    "hear_all",
    "load_archetypes",
    "pool_of",
    "pulls_against",
    "read_pools",
    "reseal",
    "seal_of",
    "speak",
    "speak_round",
    "speakers",
    "undertone",
]
