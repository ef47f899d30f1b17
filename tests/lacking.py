"""What a machine lacks: said at the end of a run, and no excuse where everything has to be tested."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """Skip a test for which the machine lacks something; where `CI` is set, fail it."""
    if os.environ.get("CI"):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)
