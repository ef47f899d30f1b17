"""From text to term, by recursive descent; there is no `eval` anywhere.

    scope  := all ("or" all)*
    all    := one ("and" one)*
    one    := "not" one | "(" scope ")" | NAME [test]
    test   := ("is" | "=") VALUE | ("is" "not" | "!=") VALUE | ("<" | "<=" | ">" | ">=") NUMBER
            | ["not"] "in" "(" VALUE ("," VALUE)* ")" | "has" VALUE
    VALUE  := a word, a 'quoted text', a number, true or false

>>> parse("age < 16 and not (topic in (sport, music))")
AllOf(terms=(Compared(name='age', operator='<', value=16.0), Not(term=In(name='topic', values=('sport', 'music')))))
"""

from __future__ import annotations

import re
from functools import lru_cache

from eudaimon.values.scope.term import ALWAYS, AllOf, AnyOf, Compared, Flag, Has, In, Literal_, Not, Operator, Term

DEEPEST = 40
"""How far parentheses and `not` may be nested."""
_TOKENS = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<word>[^\W\d][\w-]*)|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<sign><=|>=|!=|[=<>(),]))"
)
_WORDS = ("and", "or", "not", "in", "is", "has", "true", "false")


@lru_cache(maxsize=4096)
def parse(text: str) -> Term:
    """The term that `text` says; the empty text binds everywhere.

    Raises:
        ValueError: it is not an expression of the grammar; says where it breaks off and what could stand there.
    """
    if not text.strip():
        return ALWAYS
    reader = _Reader(text)
    term = reader.any(0)
    if reader.kind:
        raise reader.fault("'and', 'or' or the end")
    return term


class _Reader:
    """A text and how far it was read: `kind` and `token` are what comes next; kind is empty at the end."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.kind, self.token = text, 0, "", ""
        self.step()

    def step(self) -> str:
        """The token that was next; moves on."""
        before = self.token
        self.start = self.place
        rest = self.text[self.place :]
        if not rest.strip():
            self.kind = self.token = ""
            return before
        found = _TOKENS.match(self.text, self.place)
        if found is None:
            self.token = rest.strip()[0]
            raise self.fault("a name, a value or a sign")
        self.kind, self.place = str(found.lastgroup), found.end()
        self.token = found[self.kind]
        if self.kind == "word" and self.token in _WORDS:
            self.kind = "keyword"
        return before

    def fault(self, wanted: str) -> ValueError:
        found = f"'{self.token}'" if self.token else "the end"
        return ValueError(
            f"the scope '{self.text.strip()}' expects {wanted} at character {self.start + 1}, but finds {found}; "
            "write it like: age < 16 and topic is health and not consent"
        )

    def ate(self, token: str) -> bool:
        if self.kind not in ("keyword", "sign") or self.token != token:
            return False
        self.step()
        return True

    def need(self, token: str) -> None:
        if not self.ate(token):
            raise self.fault(f"'{token}'")

    def any(self, depth: int) -> Term:
        terms = [self.all(depth)]
        while self.ate("or"):
            terms.append(self.all(depth))
        return terms[0] if len(terms) == 1 else AnyOf(tuple(terms))

    def all(self, depth: int) -> Term:
        terms = [self.one(depth)]
        while self.ate("and"):
            terms.append(self.one(depth))
        return terms[0] if len(terms) == 1 else AllOf(tuple(terms))

    def one(self, depth: int) -> Term:
        if depth > DEEPEST:
            raise ValueError(f"the scope is nested more than {DEEPEST} deep; say it more simply")
        if self.ate("not"):
            return Not(self.one(depth + 1))
        if self.ate("("):
            term = self.any(depth + 1)
            self.need(")")
            return term
        if self.kind != "word":
            raise self.fault("a name")
        return self.test(self.step())

    def test(self, name: str) -> Term:
        """What is asked of `name`, which has just been read."""
        if self.ate("is") or self.ate("="):
            return Compared(name, "!=" if self.ate("not") else "=", self.value())
        if self.ate("has"):
            return Has(name, str(self.value()))
        if self.ate("in"):
            return In(name, self.values())
        if self.ate("not"):
            self.need("in")
            return Not(In(name, self.values()))
        for operator in ("!=", "<", "<=", ">", ">="):
            if self.ate(operator):
                return Compared(name, _operator(operator), self.value())
        return Flag(name)

    def values(self) -> tuple[Literal_, ...]:
        self.need("(")
        found = [self.value()]
        while self.ate(","):
            found.append(self.value())
        self.need(")")
        return tuple(found)

    def value(self) -> Literal_:
        if self.kind == "number":
            return float(self.step())
        if self.kind == "word":
            return self.step()
        if self.kind == "text":
            return self.step()[1:-1]
        for word, value in (("true", True), ("false", False)):
            if self.ate(word):
                return value
        raise self.fault("a value")


def _operator(sign: str) -> Operator:
    known: dict[str, Operator] = {"!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
    return known[sign]
