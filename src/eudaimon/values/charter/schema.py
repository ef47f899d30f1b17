"""The JSON Schema of charters, by which editors complete and check: `charter.schema.json`, published with the package.

It is generated from the dataclasses, with their own docstrings as descriptions; a test holds the published file to it.
Written anew by `python -m eudaimon.values.charter.schema`.
"""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

from eudaimon.values.charter.article import Article, Precedent, Rule, Tension
from eudaimon.values.charter.charter import Charter, Parent
from eudaimon.values.charter.reading import HEADED
from eudaimon.values.goodenough import Standard
from eudaimon.values.predicate import Predicate

PUBLISHED = Path(__file__).with_name("charter.schema.json")
_DESCRIBED = (Article, Charter, Parent, Precedent, Predicate, Rule, Standard, Tension)


def charter_schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) of a charter's YAML file."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(Charter).json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    for kind in _DESCRIBED:
        place = schema if kind is Charter else schema["$defs"][kind.__name__]
        _describe(place, kind)
    article = schema["$defs"]["Article"]["properties"]
    for name in HEADED:
        said = f"{article[name]['description']} Said here, it holds for every article that does not say otherwise."
        schema["properties"][name] = {**article[name], "description": said}
    return schema


def publish(path: Path = PUBLISHED) -> None:
    """Write the schema to `path`."""
    path.write_text(json.dumps(charter_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _describe(schema: dict[str, Any], kind: type[Any]) -> None:
    summary, _, attributes = (inspect.getdoc(kind) or "").partition("Attributes:\n")
    schema["description"] = " ".join(summary.split())
    for names, text in re.findall(r"^    (\w+(?:, \w+)*): (.*(?:\n {8}.*)*)", attributes, re.MULTILINE):
        for name in names.split(", "):
            schema["properties"][name]["description"] = " ".join(text.replace("`", "").split())


if __name__ == "__main__":
    publish()
