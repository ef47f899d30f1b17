"""The engines of voting rules, which bring solvers along and are an extra: `pip install 'eudaimon[voting]'`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from eudaimon.errors import BallotError


def engine(module: str) -> Any:
    """A module of pref_voting's or abcvoting's.

    Raises:
        BallotError: it is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise BallotError(
            f"this rule is counted by {module.partition('.')[0]}, which cannot be imported ({error}); install it with "
            "pip install 'eudaimon[voting]'"
        ) from error
