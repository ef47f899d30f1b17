"""A charter: what a community asks of the persona, as articles in YAML that anybody can read and change.

>>> from eudaimon.dialogue import Message
>>> broken = floors(read_charter())
>>> [article.id for article in broken((Message("user", "who sells bread?"), Message("assistant", "Tom does and")))]
['whole-sentences']
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from eudaimon.dialogue import Conversation
from eudaimon.values.predicate import Predicate
from eudaimon.values.reading import read_yaml

SHIPPED = Path(__file__).with_name("charter.yaml")


@dataclass(frozen=True, slots=True)
class Article:
    """One article.

    Attributes:
        id: short and stable; reports and gates name the article by it.
        value: the value that it serves (truth, care, ...).
        kind: `floor` (never traded), `aspiration` (reach for it until good enough) or `norm` (a custom).
        text: plain English.
        check: the part of it that visible text shows; None where only a judge can tell.
        acts: words for irreversible acts, before which the persona pauses.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    value: str
    kind: Literal["floor", "aspiration", "norm"]
    text: str
    check: Predicate | None = None
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Charter:
    """Articles under a name.

    Attributes:
        name: whose charter it is.
        version: counts up with every amendment.
        articles: in the order written.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    name: str
    version: int
    articles: tuple[Article, ...]

    @property
    def acts(self) -> tuple[str, ...]:
        """Every word for an irreversible act, in order, once."""
        return tuple(dict.fromkeys(act for article in self.articles for act in article.acts))


def read_charter(path: str | Path = SHIPPED) -> Charter:
    """The charter in the YAML file at `path`; the shipped one by default.

    Raises:
        InputError: there is no such file.
        FormatError: it is malformed, or two articles share an id; names the line.
    """
    document = read_yaml(path, Charter)
    seen: set[str] = set()
    for index, article in enumerate(document.value.articles):
        if article.id in seen:
            message = f"the article id '{article.id}' is taken by an earlier article; choose another"
            raise document.fault(message, "articles", index, "id")
        seen.add(article.id)
    return document.value


def floors(charter: Charter) -> Callable[[Conversation], list[Article]]:
    """`charter`'s floors as one function: which of them a conversation breaks, by its visible text alone."""
    checks = [(article, article.check) for article in charter.articles if article.kind == "floor" and article.check]
    return lambda conversation: [article for article, check in checks if not check.holds_in(conversation)]
