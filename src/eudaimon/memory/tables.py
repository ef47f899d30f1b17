"""The store's tables. `migrations` makes them; a test holds the two together.

Keys are natural (an episode's id, a message's place in it), so that the same life has the same rows wherever it was
interrupted. Columns marked `CLOCK` say when a row was written and are no part of what the life was.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
)

from eudaimon.memory.columns import Json, Words

CLOCK = {"clock": True}

# Names for every constraint, so that later migrations can refer to them on any database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

life = Table(
    "life",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1: a store holds one life
    Column("seed", Words, nullable=False),  # in digits: a seed may be larger than a database's integers
    Column("model", Words, nullable=False),
    Column("tier", Words, nullable=False),
    Column("world", Words, nullable=False),
    Column("pool", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("settings", Json, nullable=False),
    Column("at", Double, nullable=False, info=CLOCK),
)

persona = Table(
    "persona",
    metadata,
    Column("id", Words, primary_key=True),
    Column("parent", Words, ForeignKey("persona.id")),  # null for the newborn
    Column("night", Integer, nullable=False),
    Column("adapter", Words, nullable=False),
    Column("lessons", Words, nullable=False),
    Column("speaks", Boolean, nullable=False),
    Column("at", Double, nullable=False, info=CLOCK),
)
Index(
    "one_persona_speaks",
    persona.c.speaks,
    unique=True,
    sqlite_where=persona.c.speaks,
    postgresql_where=persona.c.speaks,
)

seal = Table(
    "seal",
    metadata,
    Column("name", Words, primary_key=True),
    Column("digest", Words, nullable=False),
)

episode = Table(
    "episode",
    metadata,
    Column("id", Words, primary_key=True),
    Column("day", Integer, nullable=False),
    Column("persona", Words, ForeignKey("persona.id"), nullable=False),
    Column("source", Words, nullable=False),
    Column("visible", Json, nullable=False),
    Column("at", Double, nullable=False, info=CLOCK),
    Index("ix_episode_day_source", "day", "source"),
)

message = Table(
    "message",
    metadata,
    Column("episode", Words, ForeignKey("episode.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("role", Words, nullable=False),
    Column("content", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("verdict", Words, nullable=False),
)

reflection = Table(
    "reflection",
    metadata,
    Column("episode", Words, ForeignKey("episode.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("pause", Integer, nullable=False),
    Column("verdict", Words, nullable=False),
    Column("passage", Words, nullable=False),
    Column("before", Words, nullable=False),
    Column("passage_place", Words, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("voice", Words, nullable=False),
)

comment = Table(
    "comment",
    metadata,
    Column("episode", Words, primary_key=True),
    Column("reflection", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("archetype", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("p_continue", Double, nullable=False),
    Column("p_revise", Double, nullable=False),
    Column("p_surrender", Double, nullable=False),
    Column("seal", Words, nullable=False),
    Column("dissents", Boolean, nullable=False),
    ForeignKeyConstraint(["episode", "reflection"], ["reflection.episode", "reflection.place"]),
)

owner = Table(
    "owner",
    metadata,
    Column("episode", Words, ForeignKey("episode.id"), primary_key=True),
    Column("person", Words, nullable=False),
    Column("community", Words, nullable=False),  # empty where the person belongs to none
    Index("ix_owner_person_community", "person", "community"),
)

night = Table(
    "night",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False),  # the stage's place among the stages
    Column("stage", Words, nullable=False),
    Column("persona", Words, ForeignKey("persona.id"), nullable=False),
    Column("candidate", Words, ForeignKey("persona.id")),  # null before consolidation
    Column("figures", Json, nullable=False),
    Column("gate", Json),  # null before the morning's decision
    Column("at", Double, nullable=False, info=CLOCK),
)

signal = Table(
    "signal",
    metadata,
    Column("id", Words, primary_key=True),
    Column("night", Integer, nullable=False, index=True),
    Column("kind", Words, nullable=False),
    Column("episode", Words, ForeignKey("episode.id"), nullable=False),
    Column("prompt", Json, nullable=False),
    Column("chosen", Words, nullable=False),
    Column("rejected", Words, nullable=False),
    Column("margin", Double, nullable=False),
    Column("reason", Words, nullable=False),
)

consumed = Table(
    "consumed",
    metadata,
    Column("episode", Words, ForeignKey("episode.id"), primary_key=True),
    Column("night", Integer, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("day", Integer, nullable=False),
    Column("night", Integer, nullable=False),
    Column("at", Double, nullable=False, info=CLOCK),
)
