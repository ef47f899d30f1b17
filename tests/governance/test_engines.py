"""Voting rules need engines that not everybody has."""

import sys

import pytest

from eudaimon.errors import BallotError
from eudaimon.governance.engines import engine


def test_an_engine_that_is_not_there_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "abcvoting", None)
    monkeypatch.delitem(sys.modules, "abcvoting.abcrules", raising=False)
    with pytest.raises(BallotError, match=r"counted by abcvoting.*pip install 'eudaimon\[voting\]'"):
        engine("abcvoting.abcrules")


def test_an_engine_that_is_there_is_handed_out() -> None:
    assert hasattr(engine("abcvoting.abcrules"), "compute")
