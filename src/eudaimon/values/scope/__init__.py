"""Scope: in which contexts an article binds, as a small typed expression that code can evaluate and reason about."""

from eudaimon.values.scope.deciding import implies, satisfiable
from eudaimon.values.scope.parsing import parse
from eudaimon.values.scope.term import ALWAYS, AllOf, AnyOf, Compared, Flag, Has, In, Not, Term, names
from eudaimon.values.scope.truth import Context, truth
from eudaimon.values.scope.vocabulary import Type, Vocabulary, check_context, check_term, merged, read_context

__all__ = [
    "ALWAYS",
    "AllOf",
    "AnyOf",
    "Compared",
    "Context",
    "Flag",
    "Has",
    "In",
    "Not",
    "Term",
    "Type",
    "Vocabulary",
    "check_context",
    "check_term",
    "implies",
    "merged",
    "names",
    "parse",
    "read_context",
    "satisfiable",
    "truth",
]
