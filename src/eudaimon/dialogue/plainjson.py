"""The dataclasses of this room as plain JSON values, and back.

>>> from eudaimon.dialogue import Message
>>> to_json(Message("user", "is it raining?"))
{'role': 'user', 'content': 'is it raining?', 'name': '', 'verdict': ''}
>>> from_json(Message, to_json(Message("user", "is it raining?"))) == Message("user", "is it raining?")
True
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from eudaimon.errors import FormatError

T = TypeVar("T")


def to_json(thing: object) -> Any:
    """`thing` (a dataclass of this room, or a tuple of them) as dicts, lists, strings, numbers and None."""
    return _adapter(object).dump_python(thing, mode="json")


def from_json(kind: type[T], value: object) -> T:
    """The `kind` that `to_json` turned into `value`; equal to what it was.

    Raises:
        FormatError: `value` is no such thing. The message names the field, what it should be and what it is.
    """
    adapter: TypeAdapter[T] = _adapter(cast("Any", kind))
    try:
        return adapter.validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "value"
        raise FormatError(
            f"{getattr(kind, '__name__', kind)}, field {field}: {first['msg']}; found {first['input']!r:.80}"
        ) from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
