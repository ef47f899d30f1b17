"""One article of a charter, and what stands between articles: tensions, and precedents that show how they were settled.

Everything is a frozen dataclass with plain values, so that two charters can be compared, merged and hashed field by
field. What a single article can get wrong is refused here; what only the whole charter shows, in `checking.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Strict

from eudaimon.values.goodenough import Standard
from eudaimon.values.predicate import Predicate
from eudaimon.values.scope import Term, parse

Kind = Literal["floor", "aspiration", "norm"]
Layer = Literal["commons", "community", "person"]
LAYERS: tuple[Layer, ...] = ("commons", "community", "person")
"""From the widest, which holds for everybody, to the narrowest."""
Day = Annotated[date, Strict()]
Fact = bool | float | str | tuple[str, ...]
"""A value of a context as YAML writes it."""


@dataclass(frozen=True)
class Article:
    """One article.

    Attributes:
        id: short and stable; reports and gates name the article by it.
        value: the value that it serves (truth, care, ...).
        kind: `floor` (never traded), `aspiration` (reach for it until good enough) or `norm` (a custom).
        text: plain English.
        check: the part of it that visible text shows; None where only a judge can tell.
        acts: words for irreversible acts, before which the persona pauses.
        layer: whose it is: everybody's (`commons`), a `community`'s or a `person`'s.
        scope: in which contexts it binds, such as `age < 16 and not consent`; empty: in all.
        priority: where nothing else settles a tension, the higher goes first.
        over: ids of articles that give way to this one.
        standard: floor and aspiration of a judge's score of it, in [0, 1]; None: the usual one.
        criteria: what a judge looks for, one observable thing each.
        rationale: why it is there.
        author: who wrote it.
        since, until: the first and the last day on which it holds; open where absent. `until` is its sunset.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    value: str
    kind: Kind
    text: str
    check: Predicate | None = None
    acts: tuple[str, ...] = ()
    layer: Layer = "community"
    scope: str = ""
    priority: int = 0
    over: tuple[str, ...] = ()
    standard: Standard | None = None
    criteria: tuple[str, ...] = ()
    rationale: str = ""
    author: str = ""
    since: Day | None = None
    until: Day | None = None

    def __post_init__(self) -> None:
        check_id(self.id)
        for name in ("value", "text"):
            if not getattr(self, name).strip():
                raise ValueError(f"the article '{self.id}' has an empty {name}; say it in a few words")
        parse(self.scope)
        if self.since and self.until and self.until < self.since:
            raise ValueError(
                f"the article '{self.id}' ends on {self.until}, before it begins on {self.since}; exchange the dates"
            )

    @cached_property
    def term(self) -> Term:
        """Its scope, parsed."""
        return parse(self.scope)

    def holds_on(self, day: date | None) -> bool:
        """Whether it is in force on `day`; without a day, always."""
        return day is None or ((self.since is None or self.since <= day) and (self.until is None or day <= self.until))


@dataclass(frozen=True)
class Rule:
    """How a tension is settled in some contexts.

    Attributes:
        when: the contexts, as a scope.
        prefer: the article that goes first there.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    when: str
    prefer: str

    def __post_init__(self) -> None:
        parse(self.when)


@dataclass(frozen=True)
class Tension:
    """Two articles that may pull apart, named as such.

    Attributes:
        id: short and stable.
        between: the two articles.
        about: what pulls against what, in plain English ("autonomy against guidance").
        rules: the first whose `when` holds says which goes first.
        otherwise: the article that goes first where no rule and no precedent says; empty: that stays open.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    between: tuple[str, str]
    about: str = ""
    rules: tuple[Rule, ...] = ()
    otherwise: str = ""

    def __post_init__(self) -> None:
        check_id(self.id)
        if self.between[0] == self.between[1]:
            raise ValueError(f"the tension '{self.id}' is between one article and itself; name two")
        for chosen in (*(rule.prefer for rule in self.rules), self.otherwise):
            if chosen and chosen not in self.between:
                raise ValueError(f"the tension '{self.id}' prefers '{chosen}', which is not one of its two; choose one")


@dataclass(frozen=True)
class Precedent:
    """A case that was decided, and what it stands for.

    Attributes:
        id: short and stable.
        held: the article that was followed.
        case: what happened, in plain English.
        over: the article that gave way, where there was one.
        because: the ground of the decision, as a scope: it holds in `context`, and carries the decision to other cases.
        context: what was known of the case.
        asked: what the person said, where the case was a conversation.
        answer: a reply that kept the article.
        instead_of: a reply that would have broken it.
        on: the day of the decision.
        author: who decided.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    id: str
    held: str
    case: str
    over: str = ""
    because: str = ""
    context: Mapping[str, Fact] = field(default_factory=dict)
    asked: str = ""
    answer: str = ""
    instead_of: str = ""
    on: Day | None = None
    author: str = ""

    def __post_init__(self) -> None:
        check_id(self.id)
        parse(self.because)
        if self.held == self.over:
            raise ValueError(f"the precedent '{self.id}' holds '{self.held}' over itself; name the one that gave way")

    @cached_property
    def ground(self) -> Term:
        """`because`, parsed."""
        return parse(self.because)


def check_id(name: str) -> None:
    """Raise ValueError where `name` cannot be an id."""
    if not re.fullmatch(r"[\w][\w.-]*", name):
        raise ValueError(f"the id '{name}' must be one word of letters, digits, '-', '_' and '.'; rename it")
