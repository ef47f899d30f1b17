"""The planted conversation, and the shared data where it is there."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("planted", Path(__file__).with_name("planted.py"))
assert _spec is not None
assert _spec.loader is not None
planted_module = importlib.util.module_from_spec(_spec)
sys.modules.setdefault("planted", planted_module)
_spec.loader.exec_module(planted_module)

DATA = Path("shared/data/polis-opendata")
POLIS = next((above / DATA for above in Path(__file__).parents if (above / DATA).is_dir()), DATA)


@pytest.fixture(scope="session")
def polis() -> list[Path]:
    """The exports of Polis's open data that hold voters."""
    found = sorted(path.parent for path in POLIS.glob("*/participants-votes.csv"))
    if not found:
        pytest.skip(f"{POLIS} is not there: development data, not part of the package (synthetic tests run anyway)")
    return found
