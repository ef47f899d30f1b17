"""A store on each database that is supported: a fresh SQLite file, and a fresh PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eudaimon.dialogue import PersonaRecord
from eudaimon.memory import Store


@pytest.fixture(params=["sqlite", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Path or URL of a store that does not exist yet."""
    return str(tmp_path / "life.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def store(where: str) -> Iterator[Store]:
    """An open store whose newborn speaks."""
    with Store.open(where) as opened:
        opened.add_persona(PersonaRecord("newborn", current=True))
        yield opened
