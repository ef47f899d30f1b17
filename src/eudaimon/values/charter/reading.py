"""Charters from YAML and back to it. A file may say `layer` and `author` once at its head, for all of its articles."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eudaimon.errors import FormatError, InputError
from eudaimon.values.charter.charter import Charter, plain
from eudaimon.values.charter.checking import faults
from eudaimon.values.reading import Document, read_yaml

SHIPPED = Path(__file__).with_name("village.yaml")
HEADED = ("layer", "author")
"""What may be said once for all articles."""


def read_charter(path: str | Path = SHIPPED) -> Charter:
    """The charter in the YAML file at `path`; the shipped one by default.

    Raises:
        InputError: there is no such file.
        FormatError: it is malformed, or as a whole makes no sense (contradiction, shadowed floor, circular precedence,
            ...); names the line, the article, the rule and the remedy.
    """
    document, wrong = inspect_charter(path)
    if wrong:
        raise wrong[0]
    return document.value


def inspect_charter(path: str | Path) -> tuple[Document[Charter], list[FormatError]]:
    """The charter at `path` and everything that is wrong with it as a whole, each with its line.

    Raises:
        InputError: there is no such file.
        FormatError: it is not a charter at all: not YAML, or a field is missing, unknown or of the wrong type.
    """
    document = read_yaml(path, Charter, _spread)
    return document, [document.fault(fault.message, *fault.where) for fault in faults(document.value)]


def write_charter(path: str | Path, charter: Charter) -> None:
    """Write `charter` as YAML; the file appears, or is replaced, all at once.

    Raises:
        InputError: it cannot be written there.
    """
    path = Path(path)
    fresh = path.with_name(path.name + ".part")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(charter_yaml(charter))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as wrong:
        raise InputError(f"cannot be written ({wrong.strerror}); choose another place", path=path) from None
    finally:
        fresh.unlink(missing_ok=True)


def charter_yaml(charter: Charter) -> str:
    """`charter` as YAML text, which `read_charter` reads back to an equal one."""
    from io import StringIO

    from ruamel.yaml import YAML

    said = plain(charter, days_as_text=False)
    parts = ("id", "version", "parent", "context", "articles", "tensions", "precedents")
    yaml = YAML(typ="safe", pure=True)
    yaml.width, yaml.default_flow_style, yaml.allow_unicode = 110, False, True
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    out = StringIO()
    yaml.dump({part: said[part] for part in parts if part in said}, out)
    return out.getvalue()


def _spread(said: Any) -> Any:
    """What the head of the file says of all articles, said in each that does not say otherwise."""
    if not isinstance(said, Mapping) or not isinstance(articles := said.get("articles"), list):
        return said
    head = {name: said[name] for name in HEADED if name in said}
    rest = {key: value for key, value in said.items() if key not in head}
    return {**rest, "articles": [{**head, **one} if isinstance(one, Mapping) else one for one in articles]}
