"""Shared by the tests of the command line: a tiny newborn of the village, and how to call a command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.life.newborn import tiny_newborn
from typer.testing import CliRunner

from eudaimon.cli.app import app


@pytest.fixture(scope="session")
def newborn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model born with the archetypes, with random weights."""
    return tiny_newborn(tmp_path_factory.mktemp("newborn"))


@pytest.fixture
def call() -> Callable[..., Any]:
    """Runs `eudaimon ...` in this process; the result holds `exit_code`, `stdout` and `stderr`."""
    return lambda *arguments, input="": CliRunner().invoke(app, [str(one) for one in arguments], input=input)
