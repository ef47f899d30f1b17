"""A charter's articles as principles, and every set that lacks one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eudaimon.errors import InputError
from eudaimon.values import Charter


@dataclass(frozen=True, slots=True)
class Principle:
    """One principle.

    Attributes:
        id: the article's.
        text: what it asks for, in plain English.
    """

    id: str
    text: str


def principles_of(charter: Charter, leave_out: Sequence[str] = ()) -> tuple[Principle, ...]:
    """The principles of a charter, in its order.

    Raises:
        InputError: one that is to be left out is not in it, or none is left.
    """
    known = {article.id for article in charter.articles}
    for name in leave_out:
        if name not in known:
            raise InputError(f"the charter '{charter.id}' has no article '{name}'; it has {', '.join(sorted(known))}")
    found = tuple(Principle(a.id, a.text) for a in charter.articles if a.id not in leave_out)
    if not found:
        raise InputError(f"no principle of the charter '{charter.id}' is left; leave out fewer")
    return found


def without_each(principles: Sequence[Principle]) -> Iterator[tuple[str, tuple[Principle, ...]]]:
    """For each principle its id and all others: who claims that it matters trains without it too."""
    for left_out in principles:
        yield left_out.id, tuple(one for one in principles if one is not left_out)
