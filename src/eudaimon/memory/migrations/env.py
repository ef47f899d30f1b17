"""Alembic's entry: run the migrations on the connection that `schema.upgrade` hands over, in its transaction."""

from alembic import context

from eudaimon.memory.schema import VERSION_TABLE
from eudaimon.memory.tables import metadata

if hasattr(context, "config"):  # only while alembic runs this file; a tool that imports it gets nothing done
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        version_table=VERSION_TABLE,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
