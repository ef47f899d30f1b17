"""How a tension between two binding articles is settled: floor, rule, precedence, precedent, default, priority, or not.

Precedents bind as in the reason model of precedent (Horty 2011, "Rules and reasons in the theory of precedent", Legal
Theory 17): a decision carries over to every case in which its ground holds. Where several do, the more special ground
goes first (lex specialis, decided for all contexts by `scope.implies`), then the later decision (lex posterior); where
two such decide opposite ways, nothing is settled and both are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eudaimon.values.charter import Article, Charter, Precedent, Tension
from eudaimon.values.charter.article import Rule
from eudaimon.values.scope import Context, Vocabulary, implies, names, parse, truth


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of a tension.

    Attributes:
        tension: its id.
        winner, loser: article ids; empty where it stays open.
        why: in plain English, with the rule or precedent that settled it.
        asks: names of the context that are not known and might settle it, or settle it otherwise.
    """

    tension: str
    winner: str
    loser: str
    why: str
    asks: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Whether people have to decide."""
        return not self.winner


def settle(charter: Charter, tension: Tension, context: Context) -> Settlement:
    """How `tension`, both of whose articles bind in `context`, is settled there."""
    a, b = (charter.article(name) for name in tension.between)
    for one, other in ((a, b), (b, a)):
        if one.kind == "floor" != other.kind:
            return _won(tension, one.id, "it is a floor, and floors are never traded")
    ruled, unsure = _by_rule(tension.rules, context)
    if ruled and all(rule.prefer == ruled.prefer for rule in unsure):
        return _won(tension, ruled.prefer, f"by the rule '{ruled.when}'")
    rest = _without_rules(charter, tension, a, b, context)
    if unsure and any(rule.prefer != (ruled.prefer if ruled else rest.winner) for rule in unsure):
        asks = _unknown((rule.when for rule in unsure), context)
        told = " or ".join(f"'{rule.when}'" for rule in unsure)
        return Settlement(tension.id, "", "", f"it is not known whether {told} holds; ask for: {', '.join(asks)}", asks)
    return rest


def _by_rule(rules: Sequence[Rule], context: Context) -> tuple[Rule | None, list[Rule]]:
    """The first rule that is known to hold, and those before it of which it is not known."""
    unsure: list[Rule] = []
    for rule in rules:
        held = truth(parse(rule.when), context)
        if held:
            return rule, unsure
        if held is None:
            unsure.append(rule)
    return None, unsure


def _without_rules(charter: Charter, tension: Tension, a: Article, b: Article, context: Context) -> Settlement:
    for one, other in ((a, b), (b, a)):
        if other.id in one.over:
            return _won(tension, one.id, f"it goes over '{other.id}' everywhere")
    decided = _by_precedent(charter, tension, context)
    if decided:
        return decided
    if tension.otherwise:
        return _won(tension, tension.otherwise, "by default: no rule and no precedent says otherwise")
    if a.priority != b.priority:
        low, high = sorted((a, b), key=lambda one: one.priority)
        return _won(tension, high.id, f"by priority, {high.priority} over {low.priority}")
    return Settlement(tension.id, "", "", "no rule, precedent, default or priority settles it; people have to decide")


def _by_precedent(charter: Charter, tension: Tension, context: Context) -> Settlement | None:
    on_point = [
        one
        for one in charter.precedents
        if {one.held, one.over} == set(tension.between) and truth(one.ground, context) is True
    ]
    leading = [one for one in on_point if not any(_leads(other, one, charter.context) for other in on_point)]
    if not leading:
        return None
    if len({one.held for one in leading}) > 1:
        told = " and ".join(f"'{one.id}' (for '{one.held}')" for one in leading)
        return Settlement(tension.id, "", "", f"the precedents {told} disagree; people have to decide")
    first = leading[0]
    ground = f", decided because {first.because}" if first.because else ""
    return _won(tension, first.held, f"by the precedent '{first.id}'{ground}: {first.case.strip()}")


def _leads(a: Precedent, b: Precedent, vocabulary: Vocabulary) -> bool:
    """Whether `a` goes before `b`: it is more special, or as special and later."""
    narrow, wide = implies(a.ground, b.ground, vocabulary), implies(b.ground, a.ground, vocabulary)
    if narrow and not wide:
        return True
    later = a.on is not None and (b.on is None or a.on > b.on)
    return later and narrow == wide


def _won(tension: Tension, winner: str, why: str) -> Settlement:
    a, b = tension.between
    return Settlement(tension.id, winner, b if winner == a else a, why)


def _unknown(scopes: Iterable[str], context: Context) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for scope in scopes for name in sorted(names(parse(scope)) - set(context))))
