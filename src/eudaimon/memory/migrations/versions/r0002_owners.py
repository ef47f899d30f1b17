"""Whose conversation an episode is.

Written once and never changed: a database that ran it must be what the next revision begins with.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the table of owners."""
    op.create_table(
        "owner",
        sa.Column("episode", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("community", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["episode"], ["episode.id"], name=op.f("fk_owner_episode")),
        sa.PrimaryKeyConstraint("episode", name=op.f("pk_owner")),
    )
    op.create_index("ix_owner_person_community", "owner", ["person", "community"], unique=False)
