"""A charter: what a community asks of the persona, as articles in YAML that anybody can read and change.

>>> from eudaimon.dialogue import Message
>>> from eudaimon.values.charter import read_charter
>>> broken = floors(read_charter())
>>> [article.id for article in broken((Message("user", "who sells bread?"), Message("assistant", "Tom does and")))]
['whole-sentences']
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any, TypeVar

from pydantic import TypeAdapter

from eudaimon.dialogue import Conversation, digest
from eudaimon.errors import InputError
from eudaimon.values.charter.article import Article, Precedent, Tension, check_id
from eudaimon.values.scope import Context, Type, truth

PARTS = ("articles", "tensions", "precedents")
"""The parts of a charter that are lists of entries with an id."""


@dataclass(frozen=True)
class Parent:
    """The charter that another was forked from, or the version that it amends."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    version: int
    digest: str


@dataclass(frozen=True)
class Charter:
    """Articles under a name.

    Attributes:
        id: whose charter it is; one word.
        version: counts up with every amendment, from 1.
        articles: the order written is the order shown; it means nothing else.
        context: the words that scopes may use, each with its type: `flag`, `number`, `text`, `words`, or a list of the
            words to choose one from.
        tensions: which articles may pull apart.
        precedents: cases that were decided.
        parent: what it was forked from or amends; None for a new one.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    version: int
    articles: tuple[Article, ...]
    context: Mapping[str, Type] = field(default_factory=dict)
    tensions: tuple[Tension, ...] = ()
    precedents: tuple[Precedent, ...] = ()
    parent: Parent | None = None

    def __post_init__(self) -> None:
        check_id(self.id)
        if self.version < 1:
            raise ValueError(f"the charter '{self.id}' has version {self.version}; versions count from 1")

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of all it says, in canonical form: entries by id, and what is as by default left out, so that
        neither the order of articles nor a field of tomorrow changes it. Its lineage (`parent`) is part of it."""
        return digest(canonical(self))

    @property
    def acts(self) -> tuple[str, ...]:
        """Every word for an irreversible act, in order, once."""
        return tuple(dict.fromkeys(act for article in self.articles for act in article.acts))

    @property
    def floors(self) -> tuple[Article, ...]:
        """Its floors, in the order written."""
        return tuple(article for article in self.articles if article.kind == "floor")

    def article(self, name: str) -> Article:
        """The article of that id. InputError, naming those that there are, where there is none."""
        for article in self.articles:
            if article.id == name:
                return article
        known = ", ".join(article.id for article in self.articles) or "none"
        raise InputError(f"the charter {self.id} has no article '{name}'; choose one of: {known}")


def plain(charter: Charter, *, days_as_text: bool = True) -> dict[str, Any]:
    """All that `charter` says, as JSON values (or with days as `date`, for YAML); what is as by default is left out."""
    written: dict[str, Any] = _adapter().dump_python(
        charter, mode="json" if days_as_text else "python", exclude_defaults=True
    )
    return written


def canonical(charter: Charter) -> dict[str, Any]:
    """`plain`, without the order of the entries."""
    said = plain(charter)
    parts = {part: {entry["id"]: entry for entry in said[part]} for part in PARTS if part in said}
    return {**said, **parts}


def floors(
    charter: Charter, context: Context | None = None, day: date | None = None
) -> Callable[[Conversation], list[Article]]:
    """`charter`'s floors as one function: which of them a conversation breaks, by its visible text alone.

    Args:
        charter: the charter.
        context: what is known of the situation; a floor is set aside only where its scope is known not to hold.
        day: floors not in force on it are set aside; without one all are in force.
    """
    known = context or {}
    checks = [
        (article, article.check)
        for article in charter.floors
        if article.check and article.holds_on(day) and truth(article.term, known) is not False
    ]
    return lambda conversation: [article for article, check in checks if not check.holds_in(conversation)]


Entry = TypeVar("Entry", Article, Tension, Precedent)


def by_id(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries under their ids."""
    return {entry.id: entry for entry in entries}


@cache
def _adapter() -> TypeAdapter[Charter]:
    return TypeAdapter(Charter)
