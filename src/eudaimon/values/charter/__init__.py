"""Charters: what people ask of a persona, in a file that a community can read, check, compare, fork and merge."""

from eudaimon.values.charter.article import LAYERS, Article, Kind, Layer, Precedent, Rule, Tension
from eudaimon.values.charter.changes import Change, Lowering, apply, diff, lowered
from eudaimon.values.charter.charter import Charter, Parent, canonical, floors
from eudaimon.values.charter.checking import Fault, facts, faults
from eudaimon.values.charter.layers import bound_by, layered
from eudaimon.values.charter.merging import Conflict, Merge, amended, fork, merge, rolled_back
from eudaimon.values.charter.reading import SHIPPED, charter_yaml, inspect_charter, read_charter, write_charter

__all__ = [
    "LAYERS",
    "SHIPPED",
    "Article",
    "Change",
    "Charter",
    "Conflict",
    "Fault",
    "Kind",
    "Layer",
    "Lowering",
    "Merge",
    "Parent",
    "Precedent",
    "Rule",
    "Tension",
    "amended",
    "apply",
    "bound_by",
    "canonical",
    "charter_yaml",
    "diff",
    "facts",
    "faults",
    "floors",
    "fork",
    "inspect_charter",
    "layered",
    "lowered",
    "merge",
    "read_charter",
    "rolled_back",
    "write_charter",
]
