"""What is wrong with a charter as a whole: names that lead nowhere, contradictions, shadowed floors, circles.

Whether two scopes can hold at once is decided for all contexts (`scope.deciding`), so nothing here depends on examples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from eudaimon.errors import InputError
from eudaimon.values.charter.article import Article, Precedent, Tension
from eudaimon.values.charter.charter import PARTS, Charter, by_id
from eudaimon.values.scope import AllOf, AnyOf, Context, Not, Term, check_context, check_term, parse, satisfiable, truth

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: what, the rule and the remedy in one sentence, and the keys and indices that lead to it."""

    message: str
    where: Where = ()


def faults(charter: Charter) -> list[Fault]:
    """Everything that is wrong with `charter`, names first; further checks need the names to be right."""
    found = [*_doubles(charter), *_unknown(charter), *_untyped(charter)]
    found = found or [*_tangled(charter)]
    try:
        return found or [
            *_never(charter),
            *_circles(charter),
            *_shadowed(charter),
            *_contradictions(charter),
            *_rules(charter),
            *_precedents(charter),
        ]
    except ValueError as wrong:  # two scopes that are simple alone and tangled together
        return [Fault(f"some articles together: {wrong}")]


def facts(precedent: Precedent) -> Context:
    """What was known of a decided case, as scopes look at it."""
    return {name: frozenset(value) if isinstance(value, tuple) else value for name, value in precedent.context.items()}


def meet(a: Article, b: Article, charter: Charter) -> bool:
    """Whether there is a context, and a day, in which both bind."""
    apart = (a.until and b.since and a.until < b.since) or (b.until and a.since and b.until < a.since)
    return not apart and satisfiable(AllOf((a.term, b.term)), charter.context)


def _doubles(charter: Charter) -> Iterator[Fault]:
    for part in PARTS:
        seen: set[str] = set()
        for index, entry in enumerate(getattr(charter, part)):
            if entry.id in seen:
                message = f"the {part[:-1]} id '{entry.id}' is taken by an earlier {part[:-1]}; choose another"
                yield Fault(message, (part, index, "id"))
            seen.add(entry.id)


def _unknown(charter: Charter) -> Iterator[Fault]:
    known = by_id(charter.articles)
    for i, article in enumerate(charter.articles):
        for j, name in enumerate(article.over):
            if name not in known or name == article.id:
                yield _nobody(f"the article '{article.id}' goes over '{name}'", known, ("articles", i, "over", j))
    for i, tension in enumerate(charter.tensions):
        for j, name in enumerate(tension.between):
            if name not in known:
                yield _nobody(f"the tension '{tension.id}' names '{name}'", known, ("tensions", i, "between", j))
    for i, precedent in enumerate(charter.precedents):
        for field in ("held", "over"):
            name = getattr(precedent, field)
            if name not in known and (name or field == "held"):
                yield _nobody(f"the precedent '{precedent.id}' names '{name}'", known, ("precedents", i, field))


def _nobody(what: str, known: Mapping[str, Article], where: Where) -> Fault:
    return Fault(f"{what}, which is no other article of the charter; name one of: {', '.join(known) or 'none'}", where)


def _untyped(charter: Charter) -> Iterator[Fault]:
    for whose, scope, where in _scopes(charter):
        try:
            check_term(parse(scope), charter.context)
        except ValueError as wrong:
            yield Fault(f"{whose}: {wrong}", where)
    for index, precedent in enumerate(charter.precedents):
        try:
            check_context(facts(precedent), charter.context)
        except InputError as wrong:
            yield Fault(f"the precedent '{precedent.id}': {wrong}", ("precedents", index, "context"))


def _scopes(charter: Charter) -> Iterator[tuple[str, str, Where]]:
    for i, article in enumerate(charter.articles):
        yield f"the article '{article.id}'", article.scope, ("articles", i, "scope")
    for i, tension in enumerate(charter.tensions):
        for j, rule in enumerate(tension.rules):
            yield f"the tension '{tension.id}'", rule.when, ("tensions", i, "rules", j, "when")
    for i, precedent in enumerate(charter.precedents):
        yield f"the precedent '{precedent.id}'", precedent.because, ("precedents", i, "because")


def _tangled(charter: Charter) -> Iterator[Fault]:
    for whose, scope, where in _scopes(charter):
        try:
            satisfiable(parse(scope), charter.context)
        except ValueError as wrong:
            yield Fault(f"{whose}: {wrong}", where)


def _never(charter: Charter) -> Iterator[Fault]:
    for whose, scope, where in _scopes(charter):
        if not satisfiable(parse(scope), charter.context):
            yield Fault(f"{whose}: '{scope}' can hold in no context; mend it, or remove it", where)


def _circles(charter: Charter) -> Iterator[Fault]:
    circle = _circle({article.id: article.over for article in charter.articles})
    if circle:
        told = " over ".join((*circle, circle[0]))
        index = [article.id for article in charter.articles].index(circle[0])
        yield Fault(f"precedence is circular: {told}; remove one of these", ("articles", index, "over"))


def _circle(over: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Some circle in a graph, as its nodes in order; empty where there is none (depth-first search)."""
    done: set[str] = set()
    for start in over:
        path: list[str] = []
        waiting = [iter((start,))]
        while waiting:
            node = next(waiting[-1], None)
            if node is None:
                waiting.pop()
                if path:
                    done.add(path.pop())
            elif node in path:
                return tuple(path[path.index(node) :])
            elif node not in done:
                path.append(node)
                waiting.append(iter(over[node]))
    return ()


def _shadowed(charter: Charter) -> Iterator[Fault]:
    known = by_id(charter.articles)

    def shadows(winner: str, loser: str) -> bool:
        return bool(winner and loser) and known[loser].kind == "floor" and known[winner].kind != "floor"

    def told(whose: str, winner: str, loser: str) -> str:
        return (
            f"{whose} lets '{winner}' (a {known[winner].kind}) go over the floor '{loser}', and floors are never "
            "traded; remove it, or narrow the floor's scope openly"
        )

    for i, article in enumerate(charter.articles):
        for j, name in enumerate(article.over):
            if shadows(article.id, name):
                yield Fault(told(f"the article '{article.id}'", article.id, name), ("articles", i, "over", j))
    for i, tension in enumerate(charter.tensions):
        for winner, where in _preferred(tension, i):
            if shadows(winner, _other(tension, winner)):
                yield Fault(told(f"the tension '{tension.id}'", winner, _other(tension, winner)), where)
    for i, precedent in enumerate(charter.precedents):
        if shadows(precedent.held, precedent.over):
            told_ = told(f"the precedent '{precedent.id}'", precedent.held, precedent.over)
            yield Fault(told_, ("precedents", i, "over"))


def _contradictions(charter: Charter) -> Iterator[Fault]:
    checked = [(index, article) for index, article in enumerate(charter.articles) if article.check]
    for index, article in checked:
        if article.check and (why := article.check.contradiction(article.check)):
            yield Fault(f"the article '{article.id}' contradicts itself: {why}", ("articles", index, "check"))
    for (_, a), (index, b) in combinations(checked, 2):
        if not (a.check and b.check) or a.kind == b.kind == "norm":
            continue
        why = "" if a.check.contradiction(a.check) or b.check.contradiction(b.check) else a.check.contradiction(b.check)
        if why and meet(a, b, charter):
            message = f"the articles '{a.id}' and '{b.id}' contradict each other: {why}; give them scopes apart"
            yield Fault(f"{message}, or change one", ("articles", index, "check"))
    known = by_id(charter.articles)
    for i, tension in enumerate(charter.tensions):
        a, b = (known[name] for name in tension.between)
        if a.kind == b.kind == "floor" and meet(a, b, charter):
            message = (
                f"the tension '{tension.id}' is between two floors, which are never traded; narrow the scope of "
                f"'{a.id}' or '{b.id}' so that they do not meet, or make one an aspiration"
            )
            yield Fault(message, ("tensions", i, "between"))


def _rules(charter: Charter) -> Iterator[Fault]:
    known = by_id(charter.articles)
    for i, tension in enumerate(charter.tensions):
        a, b = (known[name] for name in tension.between)
        both = AllOf((a.term, b.term))
        if not meet(a, b, charter):
            message = (
                f"the tension '{tension.id}' can never arise: '{a.id}' and '{b.id}' never bind together; remove it"
            )
            yield Fault(message, ("tensions", i, "between"))
            continue
        for winner, where in _preferred(tension, i):
            if winner in known[_other(tension, winner)].over:
                message = (
                    f"the tension '{tension.id}' prefers '{winner}', but the article '{_other(tension, winner)}' goes "
                    "over it everywhere; remove one of the two"
                )
                yield Fault(message, where)
        before: list[Term] = []
        for j, rule in enumerate(tension.rules):
            reached = AllOf((both, parse(rule.when), Not(AnyOf(tuple(before)))))
            if not satisfiable(reached, charter.context):
                message = (
                    f"the tension '{tension.id}': the rule '{rule.when}' is never reached, since earlier rules or the "
                    "articles' own scopes leave nothing to it; remove it, or put it first"
                )
                yield Fault(message, ("tensions", i, "rules", j))
            before.append(parse(rule.when))


def _precedents(charter: Charter) -> Iterator[Fault]:
    known = by_id(charter.articles)
    for i, precedent in enumerate(charter.precedents):
        held = known[precedent.held]
        if precedent.because and truth(precedent.ground, facts(precedent)) is not True:
            message = (
                f"the precedent '{precedent.id}' was decided because '{precedent.because}', but its own context does "
                "not say so; write under context what was known"
            )
            yield Fault(message, ("precedents", i, "because"))
        if precedent.on and not held.holds_on(precedent.on):
            message = (
                f"the precedent '{precedent.id}' was decided on {precedent.on}, when '{held.id}' was not in force "
                f"({held.since or 'always'} to {held.until or 'ever'}); mend one of the dates"
            )
            yield Fault(message, ("precedents", i, "on"))
    for (_, a), (i, b) in combinations(enumerate(charter.precedents), 2):
        opposite = bool(a.over) and (a.held, a.over) == (b.over, b.held)
        if opposite and a.because == b.because and a.on == b.on:
            message = (
                f"the precedents '{a.id}' and '{b.id}' decide the same opposite ways, on one ground and one day; give "
                "each its own ground, or date them"
            )
            yield Fault(message, ("precedents", i))


def _preferred(tension: Tension, index: int) -> Iterator[tuple[str, Where]]:
    for j, rule in enumerate(tension.rules):
        yield rule.prefer, ("tensions", index, "rules", j, "prefer")
    if tension.otherwise:
        yield tension.otherwise, ("tensions", index, "otherwise")


def _other(tension: Tension, name: str) -> str:
    a, b = tension.between
    return b if name == a else a
