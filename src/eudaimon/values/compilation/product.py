"""What a charter is turned into, each product with the lines of the charter that it was made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from eudaimon.values.charter import Article, Charter

Target = Literal["norm", "principle", "rubric", "reward", "filter", "item", "pause"]
TARGETS: tuple[Target, ...] = ("norm", "principle", "rubric", "reward", "filter", "item", "pause")
Line = tuple[str, str, str]
"""Part, id and field of what the charter says, as in `Change`."""


@dataclass(frozen=True, slots=True)
class Product:
    """One product.

    Attributes:
        target: what sort of thing it is.
        name: unique among products of its target.
        content: JSON values.
        lines: the charter's lines that it was made of.
    """

    target: Target
    name: str
    content: dict[str, Any]
    lines: tuple[Line, ...] = ()


def lines_of(article: Article, *fields: str) -> tuple[Line, ...]:
    """The lines of `article` for those of `fields` in which it says something."""
    return tuple(("articles", article.id, name) for name in fields if getattr(article, name) not in (None, "", (), 0))


def said(charter: Charter) -> Iterable[Line]:
    """Every line of `charter` that is meant to do something: names, owners, days and reasons are not."""
    ways = {
        "articles": ("text", "check", "acts", "criteria", "standard", "scope", "priority", "over"),
        "tensions": ("about", "rules", "otherwise"),
        "precedents": ("case", "answer", "instead_of", "because"),
    }
    for part, fields in ways.items():
        for entry in getattr(charter, part):
            yield from ((part, entry.id, name) for name in fields if getattr(entry, name) not in (None, "", (), 0))
