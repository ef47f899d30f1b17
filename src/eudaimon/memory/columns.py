"""Column types that keep every Python string and JSON value exactly, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from eudaimon.errors import StoreError

# What UTF-8 (lone surrogates) or PostgreSQL (NUL) cannot hold, and the escape character itself. A sampled text may
# contain them, and a day must not be lost over one character.
_AWKWARD = re.compile("[\x00\x1a\ud800-\udfff]")
_ESCAPED = re.compile("\x1a([0-9a-f]{4})")


class Words(TypeDecorator[str]):
    """Text, with the few characters that databases refuse written as U+001A and four hexadecimal digits."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _AWKWARD.sub(lambda found: f"\x1a{ord(found[0]):04x}", value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)


class Json(TypeDecorator[Any]):
    """A JSON value in canonical form (`canonical`), kept as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def canonical(value: object) -> str:
    """`value` as JSON with sorted keys, no spaces and ASCII only.

    Raises:
        TypeError, ValueError: it is no JSON value, or holds a number that is not finite.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def check_json(value: object, what: str) -> None:
    """Raise `StoreError`, naming `what`, unless `value` would come back from a `Json` column equal to what it is."""
    try:
        same = json.loads(canonical(value)) == value
    except (TypeError, ValueError, RecursionError) as error:
        raise StoreError(f"{what} cannot be kept ({error}); use JSON values with finite numbers") from error
    if not same:
        raise StoreError(f"{what} would not come back as it is; use JSON values (lists, not tuples; string keys)")


def check_finite(numbers: tuple[float, ...], what: str) -> None:
    """Raise `StoreError`, naming `what`, unless all `numbers` are finite."""
    if not all(abs(number) < float("inf") for number in numbers):
        raise StoreError(f"{what} cannot be kept ({numbers}); the store takes finite numbers only")
