"""CSV that somebody exported: decoded whatever its encoding, and every row with the line it begins on."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eudaimon.errors import FormatError, InputError

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
csv.field_size_limit(10_000_000)


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file.

    Attributes:
        path: where it is.
        head: its column names, in order.
        rows: its cells, one tuple a row, as long as `head`.
        lines: 1-based line on which each row begins.
        encoding: how its bytes were read.
    """

    path: Path
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    encoding: str

    def column(self, name: str) -> tuple[str, ...] | None:
        """The cells of a column, None where there is none of that name."""
        if name not in self.head:
            return None
        place = self.head.index(name)
        return tuple(row[place] for row in self.rows)

    def require(self, name: str) -> tuple[str, ...]:
        """The cells of a column that has to be there.

        Raises:
            FormatError: it is not.
        """
        found = self.column(name)
        if found is None:
            raise FormatError(
                f"expected a column '{name}', but found {', '.join(self.head[:8])}; export the file again, or name "
                "the column so",
                path=self.path,
                line=1,
            )
        return found


def read_table(path: str | Path) -> Table:
    """The CSV file at `path`: UTF-8 or UTF-16 by its byte order mark, else UTF-8, else Windows' code page 1252.

    Raises:
        InputError: it cannot be opened.
        FormatError: it is empty, no CSV, has a column twice, or a row that is longer or shorter than its head.
    """
    path = Path(path)
    text, encoding = _decoded(path)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    for line, row in _parsed(path, text):
        if not row or (len(row) == 1 and not row[0].strip()):
            continue
        rows.append(tuple(cell.strip() for cell in row))
        lines.append(line)
    if not rows:
        raise FormatError("expected a head and rows, but the file is empty; export it again", path=path)
    head = rows[0]
    if twice := sorted({name for name in head if head.count(name) > 1}):
        raise FormatError(f"the column '{twice[0]}' is there twice; remove one of the two", path=path, line=1)
    for line, cells in zip(lines, rows, strict=True):
        if len(cells) != len(head):
            raise FormatError(
                f"expected {len(head)} cells, but found {len(cells)}; mend the row or export the file again",
                path=path,
                line=line,
            )
    return Table(path, head, tuple(rows[1:]), tuple(lines[1:]), encoding)


def _decoded(path: Path) -> tuple[str, str]:
    try:
        raw = path.read_bytes()
    except OSError as wrong:
        raise InputError(f"cannot be read ({wrong.strerror}); give the path of a CSV file", path=path) from None
    marked = [encoding for mark, encoding in MARKS if raw.startswith(mark)]
    for encoding in marked or ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise FormatError("expected text in UTF-8, UTF-16 or code page 1252; save it as UTF-8", path=path)


def _parsed(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as wrong:
        raise FormatError(f"expected CSV, but {wrong}; export the file again", path=path, line=line) from None
