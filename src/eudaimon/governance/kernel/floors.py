"""Which floors one charter has that another has lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eudaimon.values import Charter

FloorsLost = Callable[[str, str], Sequence[str]]
"""Given a charter's text and another's, the ids of the floors of the first that are gone or lower in the second."""


def floors_lost(old: str, new: str) -> Sequence[str]:
    """By the charters' own account (`values.lowered`). A floor that is only worded otherwise counts as lost too: code
    cannot tell whether it asks for less, and whoever wants better words can add a floor that has them.

    Raises:
        FormatError: one of the two is no charter.
    """
    from eudaimon.values import lowered

    return list(dict.fromkeys(one.article for one in lowered(_charter(old), _charter(new))))


@lru_cache(maxsize=64)
def _charter(text: str) -> Charter:
    import tempfile
    from pathlib import Path

    from eudaimon.values import read_charter

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "charter.yaml"
        path.write_text(text, encoding="utf-8")
        return read_charter(path)
