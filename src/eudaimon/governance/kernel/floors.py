"""Which floors one charter has that another has lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence

FloorsLost = Callable[[str, str], Sequence[str]]
"""Given a charter's text and another's, the ids of the floors of the first that are gone or lower in the second."""


def floors_lost(old: str, new: str) -> Sequence[str]:
    """By the articles as written: a floor is kept if the other charter has an article of the same id that is a floor
    and says and checks the same. Anything else has to be shown to be no lowering by a charter's own diff.

    Raises:
        FormatError: one of the two is no charter.
    """
    before, after = _floors(old), _floors(new)
    return [name for name, article in before.items() if after.get(name) != article]


def _floors(text: str) -> dict[str, object]:
    import tempfile
    from pathlib import Path

    from eudaimon.values import read_charter

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "charter.yaml"
        path.write_text(text, encoding="utf-8")
        articles = read_charter(path).articles
    return {article.id: article for article in articles if article.kind == "floor"}
