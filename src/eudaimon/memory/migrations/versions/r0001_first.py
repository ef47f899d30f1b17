"""The first schema: everything.

Written once and never changed: a database that ran it must be what the next revision begins with.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes all tables."""
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("night", sa.Integer(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_table(
        "life",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("world", sa.Text(), nullable=False),
        sa.Column("pool", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_life")),
    )
    op.create_table(
        "persona",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("night", sa.Integer(), nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.Column("speaks", sa.Boolean(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["parent"], ["persona.id"], name=op.f("fk_persona_parent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persona")),
    )
    op.create_index(
        "one_persona_speaks",
        "persona",
        ["speaks"],
        unique=True,
        sqlite_where=sa.text("speaks"),
        postgresql_where=sa.text("speaks"),
    )
    op.create_table(
        "seal",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_seal")),
    )
    op.create_table(
        "episode",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("persona", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("visible", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["persona"], ["persona.id"], name=op.f("fk_episode_persona")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_episode")),
    )
    op.create_index("ix_episode_day_source", "episode", ["day", "source"], unique=False)
    op.create_table(
        "night",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("persona", sa.Text(), nullable=False),
        sa.Column("candidate", sa.Text(), nullable=True),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("gate", sa.Text(), nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["candidate"], ["persona.id"], name=op.f("fk_night_candidate")),
        sa.ForeignKeyConstraint(["persona"], ["persona.id"], name=op.f("fk_night_persona")),
        sa.PrimaryKeyConstraint("number", "step", name=op.f("pk_night")),
    )
    op.create_table(
        "consumed",
        sa.Column("episode", sa.Text(), nullable=False),
        sa.Column("night", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["episode"], ["episode.id"], name=op.f("fk_consumed_episode")),
        sa.PrimaryKeyConstraint("episode", name=op.f("pk_consumed")),
    )
    op.create_table(
        "message",
        sa.Column("episode", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["episode"], ["episode.id"], name=op.f("fk_message_episode")),
        sa.PrimaryKeyConstraint("episode", "place", name=op.f("pk_message")),
    )
    op.create_table(
        "reflection",
        sa.Column("episode", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("pause", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("passage_place", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["episode"], ["episode.id"], name=op.f("fk_reflection_episode")),
        sa.PrimaryKeyConstraint("episode", "place", name=op.f("pk_reflection")),
    )
    op.create_table(
        "signal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("night", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("episode", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("rejected", sa.Text(), nullable=False),
        sa.Column("margin", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["episode"], ["episode.id"], name=op.f("fk_signal_episode")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
    )
    op.create_index(op.f("ix_signal_night"), "signal", ["night"], unique=False)
    op.create_table(
        "comment",
        sa.Column("episode", sa.Text(), nullable=False),
        sa.Column("reflection", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("archetype", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("p_continue", sa.Double(), nullable=False),
        sa.Column("p_revise", sa.Double(), nullable=False),
        sa.Column("p_surrender", sa.Double(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("dissents", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["episode", "reflection"],
            ["reflection.episode", "reflection.place"],
            name=op.f("fk_comment_episode_reflection"),
        ),
        sa.PrimaryKeyConstraint("episode", "reflection", "place", name=op.f("pk_comment")),
    )
