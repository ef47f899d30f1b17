"""The examples in docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import eudaimon.values

MODULES = [one.name for one in pkgutil.walk_packages(eudaimon.values.__path__, "eudaimon.values.")]


@pytest.mark.parametrize("name", [*MODULES, "eudaimon.evals.contrasts"])
def test_every_example_runs_as_it_is_written(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_rooms_public_names_are_there() -> None:
    for name in ("scope", "charter", "resolution", "compilation", "flourishing", "adaptation", "pluralism"):
        room = importlib.import_module(f"eudaimon.values.{name}")
        assert all(hasattr(room, public) for public in room.__all__)
    assert sum("flourishing" in name for name in MODULES) > 5
