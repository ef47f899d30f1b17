"""The report of a life: one HTML file, drawn from stored rows and gold's own file; nothing is fetched from elsewhere.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from eudaimon.memory import Store
>>> with TemporaryDirectory() as place:
...     Store.open(f"{place}/life.db").close()
...     written = write_report(Path(place), Path(place) / "report.html")
...     "Nothing has been lived here yet" in written.read_text()
True
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eudaimon.memory import Store

__all__ = ["write_report"]


def write_report(directory: Path, out: Path, *, store: Store | None = None) -> Path:
    """Write the report of the life in `directory` to the file `out`, all or nothing, and return `out`.

    The same rows give the same bytes. Nothing is written to the store.

    Args:
        directory: the life's; its rows are read from where they are kept, gold from `gold/` where there is one.
        out: the HTML file; its folder is made.
        store: an open store to read from instead.

    Raises:
        StoreError: there is no life in `directory`, or it cannot be read.
        FormatError: a file of gold's is malformed; names it.
        InputError: `out` cannot be written.
    """
    from eudaimon.report.page import render, save
    from eudaimon.report.record import gather

    return save(render(gather(directory, store)), out)
