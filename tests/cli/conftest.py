"""Shared by the tests of the command line: a tiny newborn of the village, and how to call a command."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eudaimon.cli.app import app


@pytest.fixture(scope="session")
def newborn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model born with the archetypes, with random weights."""
    from eudaimon.birth.corpus import vocabulary_words
    from eudaimon.birth.network import make_network
    from eudaimon.birth.tokenizer import make_tokenizer
    from eudaimon.worlds.village.voices import VOICES

    out = tmp_path_factory.mktemp("newborn")
    tokenizer = make_tokenizer(vocabulary_words(), VOICES)
    make_network("lfm2", len(tokenizer), tuple(VOICES), hidden=64, layers=2).save_pretrained(out)
    tokenizer.save_pretrained(out)
    return out


@pytest.fixture
def call() -> Callable[..., Any]:
    """Runs `eudaimon ...` in this process; the result holds `exit_code`, `stdout` and `stderr`."""
    return lambda *arguments, input="": CliRunner().invoke(app, [str(one) for one in arguments], input=input)
