"""Proposals for a charter's amendment, from cases that people decided: rules for a tension that it lacks.

A tension's rules are a decision list (Rivest 1987): the first that holds settles it. Greedily, the rule is proposed
that mends most of the cases which come out wrong now, as a conjunction of a few plain terms in the charter's own words,
before all rules or after them. Proposals are for people to read: each says how many cases it changes, how many of them
rightly, and what it is worth; `amend` holds them to floors and old cases like any other change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from eudaimon.dialogue.formats.lines import read_lines
from eudaimon.errors import FormatError, InputError
from eudaimon.values.adaptation.amending import Dilemma
from eudaimon.values.charter import Charter, Rule, Tension, faults
from eudaimon.values.scope import check_context, parse, truth

Flags = npt.NDArray[np.bool_]
WORDS = 6
"""A text with more values than this among the cases makes no terms."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule that is proposed.

    Attributes:
        rule: the rule.
        place: before all rules of the tension, or after them.
        decides: of how many cases it changes the outcome.
        rightly: to what was decided, in how many of them.
        worth: by how much it raises the share of cases that come out as they were decided.
    """

    rule: Rule
    place: Literal["first", "last"]
    decides: int
    rightly: int
    worth: float

    def __str__(self) -> str:
        return (
            f"when {self.rule.when}: {self.rule.prefer} ({self.place}; changes {self.decides} cases, {self.rightly} of "
            f"them rightly; {self.worth:+.1%})"
        )


def propose(
    charter: Charter,
    tension: str,
    cases: Sequence[Dilemma],
    *,
    terms: int = 3,
    most: int = 12,
    least: float = 0.005,
) -> tuple[Charter, tuple[Proposal, ...]]:
    """Rules that `charter` lacks, and a draft that has them; the draft is no new version until it is amended.

    Args:
        charter: the charter.
        tension: id of the tension whose articles the cases are between.
        cases: decided ones; those of other articles are refused.
        terms: a rule joins at most so many.
        most: rules proposed at most.
        least: a rule that is worth less is not proposed.

    Raises:
        InputError: there is no such tension, or a case is not between its articles.
    """
    found = next((one for one in charter.tensions if one.id == tension), None)
    if found is None:
        known = ", ".join(one.id for one in charter.tensions) or "none"
        raise InputError(f"the charter {charter.id} has no tension '{tension}'; choose one of: {known}")
    for case in cases:
        if {case.winner, case.loser} != set(found.between):
            raise InputError(f"the case '{case.id}' is not between {' and '.join(found.between)}; leave it out")
    search = _Search(charter, found, cases, terms)
    proposals: list[Proposal] = []
    while len(proposals) < most and (best := search.best(least)) is not None:
        proposals.append(best)
        search.take(best)
    return search.charter, tuple(proposals)


class _Search:
    """A tension that grows, and what its rules say of the cases."""

    def __init__(self, charter: Charter, tension: Tension, cases: Sequence[Dilemma], terms: int) -> None:
        self.charter, self._tension, self._cases = charter, tension, cases
        self._first = np.asarray([case.winner == tension.between[0] for case in cases])
        self._terms = list(_joined(list(_plain(charter, cases)), terms, cases))
        self._refused: set[tuple[str, str, str]] = set()

    def best(self, least: float) -> Proposal | None:
        """The proposal that is worth most, if any is worth enough and leaves the charter in order."""
        said, ruled = self._said()
        right = said == self._first
        while True:
            worth: float = least
            found: tuple[tuple[str, str, str], int, int, float] | None = None
            for when, holds in self._terms:
                for place, where in (("last", holds & ~ruled), ("first", holds)):
                    for side in (True, False):
                        changed = where & (said != side)
                        gain = int((changed & ~right).sum()) - int((changed & right).sum())
                        value = gain / len(self._cases) - 0.0005 * when.count(" and ")
                        key = (when, place, self._tension.between[not side])
                        if value > worth and key not in self._refused:
                            worth = value
                            found = (key, int(changed.sum()), int((changed & ~right).sum()), gain / len(self._cases))
            if found is None:
                return None
            (when, place, prefer), changes, rightly, share = found
            proposal = Proposal(Rule(when, prefer), "first" if place == "first" else "last", changes, rightly, share)
            if not faults(self._with(proposal)):
                return proposal
            self._refused.add((when, place, prefer))

    def take(self, proposal: Proposal) -> None:
        """Grow by it."""
        self.charter = self._with(proposal)
        self._tension = next(one for one in self.charter.tensions if one.id == self._tension.id)

    def _with(self, proposal: Proposal) -> Charter:
        rules = self._tension.rules
        grown = (proposal.rule, *rules) if proposal.place == "first" else (*rules, proposal.rule)
        tension = replace(self._tension, rules=grown)
        return replace(
            self.charter, tensions=tuple(tension if one.id == tension.id else one for one in self.charter.tensions)
        )

    def _said(self) -> tuple[Flags, Flags]:
        """Whether each case is decided for the first article now, and whether by a rule."""
        said = np.full(len(self._cases), self._tension.otherwise == self._tension.between[0])
        ruled = np.zeros(len(self._cases), dtype=np.bool_)
        for rule in self._tension.rules:
            holds = _holding(rule.when, self._cases) & ~ruled
            said = np.where(holds, rule.prefer == self._tension.between[0], said)
            ruled |= holds
        return said, ruled


def _plain(charter: Charter, cases: Sequence[Dilemma]) -> Iterator[tuple[str, str]]:
    """Every term of one word of the context, with that word."""
    for name, kind in charter.context.items():
        seen = {case.context[name] for case in cases if name in case.context}
        if kind == "flag":
            yield from ((name, name), (name, f"not {name}"))
        elif kind == "number":
            for value in sorted(seen)[1:]:
                yield from ((name, f"{name} < {value:g}"), (name, f"{name} >= {value:g}"))
        elif kind != "words" and len(seen) <= WORDS:
            yield from ((name, f"{name} is {value}") for value in sorted(map(str, seen)))


def _joined(plain: Sequence[tuple[str, str]], most: int, cases: Sequence[Dilemma]) -> Iterator[tuple[str, Flags]]:
    """Every conjunction of so many terms of different words that holds somewhere, with where; short ones first."""
    held = {term: _holding(term, cases) for _, term in plain}
    for count in range(1, most + 1):
        for some in combinations(plain, count):
            if len({name for name, _ in some}) == count:
                holds = np.logical_and.reduce([held[term] for _, term in some])
                if holds.any():
                    yield " and ".join(term for _, term in some), holds


def _holding(term: str, cases: Iterable[Dilemma]) -> Flags:
    parsed = parse(term)
    return np.asarray([truth(parsed, case.context) is True for case in cases])


def read_dilemmas(path: str | Path, charter: Charter) -> list[Dilemma]:
    """Decided cases from JSON lines, `{"context": {"danger": true}, "winner": "guidance", "loser": "own-choice"}`, each
    with an `id` or without.

    Raises:
        InputError: the file cannot be read, or a context does not fit the charter's words.
        FormatError: a line is not such a case.
    """
    found = []
    for line, row in read_lines(path):
        try:
            context = {name: _fact(value) for name, value in dict(row["context"]).items()}
            case = Dilemma(str(row.get("id", f"line {line}")), context, str(row["winner"]), str(row["loser"]))
            check_context(context, charter.context)
        except (KeyError, TypeError, ValueError) as wrong:
            raise FormatError(
                f"expected a case with context, winner and loser, but {wrong!r}; mend it", path=path, line=line
            ) from None
        except InputError as wrong:
            raise FormatError(str(wrong), path=path, line=line) from None
        found.append(case)
    return found


def _fact(value: Any) -> Any:
    """A value of JSON as one of a context: numbers are floats there, and lists are sets."""
    if isinstance(value, list):
        return frozenset(map(str, value))
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
