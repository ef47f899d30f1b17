"""Tables and migrations are one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from eudaimon.dialogue import PersonaRecord
from eudaimon.memory import Store, schema
from eudaimon.memory.engine import engine_of, url_of
from eudaimon.memory.tables import metadata


def test_the_migrations_from_nothing_up_make_exactly_the_tables_of_the_models(where: str) -> None:
    Store.open(where).close()
    with engine_of(url_of(where), 1.0).connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "version_table": schema.VERSION_TABLE}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_an_opened_store_is_migrated_once_and_found_as_it_was(store: Store, where: str) -> None:
    store.add_persona(PersonaRecord("child", "newborn", 1))
    before = store.fingerprint()
    with Store.open(where) as again:
        assert again.fingerprint() == before
        assert [p.id for p in again.personas()] == ["newborn", "child"]


def test_a_store_of_an_older_schema_is_brought_up_with_its_rows(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(where).close()
    later = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, later, ignore=shutil.ignore_patterns("__pycache__"))
    (later / "versions" / "r0003_later.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\nrevision = '0003'\ndown_revision = '0002'\n"
        "def upgrade():\n    op.add_column('seal', sa.Column('why', sa.Text(), nullable=False, server_default='x'))\n"
    )
    with Store.open(where) as store:
        store.add_persona(PersonaRecord("newborn", current=True))
    monkeypatch.setattr(schema, "MIGRATIONS", later)
    with Store.open(where) as store:
        assert store.current_persona().id == "newborn"
    with engine_of(url_of(where), 1.0).connect() as connection:
        assert connection.execute(text("SELECT version_num FROM eudaimon_version")).scalars().all() == ["0003"]
        assert connection.execute(text("SELECT why FROM seal")).all() == []


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(where).close()
    later = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, later, ignore=shutil.ignore_patterns("__pycache__"))
    (later / "versions" / "r0003_broken.py").write_text(
        "from alembic import op\nrevision = '0003'\ndown_revision = '0002'\n"
        "def upgrade():\n    op.drop_table('event')\n    raise RuntimeError('half-way')\n"
    )
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", later)
        with pytest.raises(RuntimeError, match="half-way"):
            Store.open(where)
    with Store.open(where) as store:
        store.log("day", "the log is still there")
        assert len(store.events()) == 1


def test_the_store_is_imported_only_when_it_is_asked_for() -> None:
    light = "import sys, eudaimon.memory; assert 'sqlalchemy' not in sys.modules; eudaimon.memory.Store"
    subprocess.run([sys.executable, "-c", light], check=True)
