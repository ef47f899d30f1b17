"""JSON lines: read strictly, with the line's number at hand for complaints; written whole or not at all."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from eudaimon.errors import FormatError, InputError


def read_lines(path: str | Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSONL file with their 1-based line numbers. A byte order mark, CRLF and empty lines are fine.

    Raises:
        InputError: there is no such file, or it cannot be read.
        FormatError: a line is not UTF-8, not JSON, not an object, or holds an integer longer than Python reads.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror}); give an existing JSONL file", path=path) from error
    # Only \n ends a line: str.splitlines would also cut at U+2028, which JSON strings may hold.
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if line.strip():
            yield number, _object(line, path, number)


def write_lines(path: str | Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write one JSON object per line. The file appears (or is replaced) only when the last line is on disk."""
    path = Path(path)
    half = path.with_name(path.name + ".part")
    try:
        with half.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        raise InputError(f"cannot be written ({error.strerror}); choose another place", path=path) from error
    finally:
        half.unlink(missing_ok=True)


def _object(line: bytes, path: str | Path, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        what = (
            f"expected UTF-8, found byte 0x{line[error.start]:02x} at column {error.start + 1}; save the file as UTF-8"
        )
        raise FormatError(what, path=path, line=number) from error
    except (json.JSONDecodeError, RecursionError) as error:
        where = f" ({error.msg} at column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        what = f"expected one JSON object on the line, found {_start(line)}{where}; write each conversation on one line"
        raise FormatError(what, path=path, line=number) from error
    except ValueError as error:  # an integer of more digits than Python reads
        what = f"expected integers of at most {sys.get_int_max_str_digits()} digits, found {_start(line)}; shorten them"
        raise FormatError(what, path=path, line=number) from error
    if not isinstance(value, dict):
        what = f'expected a JSON object, found {_start(line)}; wrap it, for example {{"prompt": ...}}'
        raise FormatError(what, path=path, line=number)
    return value


def _start(line: bytes) -> str:
    text = line.decode("utf-8", errors="replace").strip()
    return repr(text if len(text) <= 60 else text[:57] + "...")
