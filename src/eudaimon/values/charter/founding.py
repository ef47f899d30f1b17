"""A charter to begin with: the shipped one under a new name, comments and all, with the schema beside it."""

from __future__ import annotations

import re
from pathlib import Path

from eudaimon.errors import InputError
from eudaimon.values.charter.article import check_id
from eudaimon.values.charter.reading import SHIPPED
from eudaimon.values.charter.schema import PUBLISHED


def found(path: Path, name: str) -> list[Path]:
    """Write a charter called `name` at `path`, and beside it the schema, which editors find by the first line.

    Raises:
        InputError: the name is no id, or a charter is there already.
    """
    try:
        check_id(name)
    except ValueError as wrong:
        raise InputError(str(wrong)) from None
    if path.exists():
        raise InputError("exists already, and nothing is written over; give another name", path=path)
    schema = path.with_name(PUBLISHED.name)
    text = re.sub(r"(?m)^id: .*$", f"id: {name}", SHIPPED.read_text(encoding="utf-8"), count=1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        schema.write_text(PUBLISHED.read_text(encoding="utf-8"), encoding="utf-8")
        path.write_text(f"# yaml-language-server: $schema={schema.name}\n{text}", encoding="utf-8")
    except OSError as wrong:
        raise InputError(f"cannot be written ({wrong.strerror}); choose another place", path=path) from None
    return [path, schema]
