"""A dataset's rows, each with the place that a complaint names: the line of a JSONL file, or the row's number."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eudaimon.dialogue.formats.lines import read_lines
from eudaimon.errors import FormatError, InputError

READERS = {".json": "json", ".csv": "csv", ".parquet": "parquet"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        source: the file or dataset.
        number: the 1-based line of a JSONL file, else the 1-based row.
        columns: by name.
    """

    source: str
    number: int
    columns: dict[str, Any]

    def fault(self, message: str) -> FormatError:
        """An error at this row."""
        return FormatError(message, path=self.source, line=self.number)


def read_rows(data: str) -> list[Row]:
    """All rows of a dataset.

    Raises:
        InputError: there is no such dataset, or it has no rows.
        FormatError: a line is malformed.
    """
    rows = list(_rows(data))
    if not rows:
        raise InputError("this dataset has no rows; give one with at least one", path=data)
    return rows


def fingerprint(rows: Sequence[Row]) -> str:
    """SHA-256 (hex) of all columns of all rows, whatever file format they came in."""
    told = hashlib.sha256()
    for row in rows:
        told.update(json.dumps(row.columns, sort_keys=True, ensure_ascii=False, default=str).encode())
    return told.hexdigest()


def _rows(data: str) -> Iterator[Row]:
    path = Path(data)
    if path.suffix == ".jsonl" or (path.is_file() and path.suffix not in READERS):
        yield from (Row(data, line, columns) for line, columns in read_lines(path))
        return
    for number, columns in enumerate(_through_datasets(path, data), start=1):
        yield Row(data, number, dict(columns))


def _through_datasets(path: Path, data: str) -> Any:
    import datasets

    datasets.disable_progress_bars()
    try:
        if path.is_file():
            return datasets.load_dataset(READERS[path.suffix], data_files=str(path), split="train")
        if (path / "dataset_info.json").is_file():
            return datasets.load_from_disk(path)
        if path.exists() or path.is_absolute() or data.startswith("."):
            raise InputError("there is no such dataset; give a .jsonl, .json, .csv or .parquet file", path=data)
        return datasets.load_dataset(data, split="train")
    except InputError:
        raise
    except Exception as error:  # datasets raises whatever its readers do
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"cannot be read as a dataset ({first}); give a file or a hub id", path=data) from error
