"""Forks, three-way merges whose conflicts are values, and going back to an earlier version. Nothing is ever lost.

The merge is by entry and field: what only one side changed is taken, what both changed alike is taken once, and what
they changed differently is a `Conflict`, for which the base's word stays until people decide. A side that deletes or
lowers a floor never gets its way silently: that is a conflict even where the other side left the floor alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from eudaimon.values.charter.changes import Change, apply, diff, lowered
from eudaimon.values.charter.charter import Charter, Parent
from eudaimon.values.charter.checking import Fault, faults

Side = Mapping[tuple[str, str, str], Change]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What both sides changed, or a floor that a side lowers.

    Attributes:
        part, id, field: where, as in `Change`; the field is empty where the whole entry is meant.
        base, ours, theirs: what each says; None for nothing.
        why: in plain English.
    """

    part: str
    id: str
    field: str
    base: Any
    ours: Any
    theirs: Any
    why: str

    def __str__(self) -> str:
        place = f"{self.part[:-1] if self.part != 'context' else 'context'} '{self.id}'"
        return f"{place}{f', {self.field}' if self.field else ''}: {self.why}"


@dataclass(frozen=True, slots=True)
class Merge:
    """What came of a merge.

    Attributes:
        charter: our charter with everything that could be merged; in what conflicts, the base's word.
        conflicts: what people have to decide.
        faults: what is wrong with `charter` as a whole though each side was right for itself.
    """

    charter: Charter
    conflicts: tuple[Conflict, ...]
    faults: tuple[Fault, ...]

    @property
    def clean(self) -> bool:
        """Whether the merged charter can be used as it is."""
        return not self.conflicts and not self.faults


def parent_of(charter: Charter) -> Parent:
    """`charter` as the parent of what comes from it."""
    return Parent(charter.id, charter.version, charter.digest)


def fork(charter: Charter, name: str) -> Charter:
    """A charter of its own, under `name`, that says what `charter` says and remembers where it came from."""
    return replace(charter, id=name, version=1, parent=parent_of(charter))


def amended(charter: Charter, changes: tuple[Change, ...]) -> Charter:
    """The next version of `charter`: with `changes`, and with `charter` as its parent."""
    return replace(apply(changes, charter), version=charter.version + 1, parent=parent_of(charter))


def rolled_back(charter: Charter, earlier: Charter) -> Charter:
    """The next version of `charter`, saying again what `earlier` said. It is an amendment like any other: floors that
    came in between would be lost by it, and `lowered` says so."""
    return amended(charter, diff(charter, earlier))


def merge(base: Charter, ours: Charter, theirs: Charter) -> Merge:
    """What `ours` and `theirs` made of `base`, together: the next version of `ours`.

    Properties, where no floor is lowered: merge(b, b, x) and merge(b, x, b) say what x says, merge(b, x, x) too, and
    exchanging the sides exchanges only the sides of conflicts.
    """
    sides = (_side(base, ours), _side(base, theirs))
    floors = tuple({one.article: one.how for one in lowered(base, side) if one.certain} for side in (ours, theirs))
    taken: list[Change] = []
    conflicts: list[Conflict] = []
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        change = sides[0].get(key) or sides[1][key]
        if why := _why(key, sides, floors):
            conflicts.append(_conflict(change, sides, why))
        else:
            taken.append(change)
    taken, senseless = _sensible(taken, base)
    conflicts.extend(_conflict(change, sides, why) for change, why in senseless)
    merged = replace(apply(taken, base), id=ours.id, version=ours.version + 1, parent=parent_of(ours))
    known = {conflict.id for conflict in conflicts}
    conflicts.extend(
        Conflict("articles", one.article, "", None, None, None, f"together, the floor {one.how}")
        for one in lowered(base, merged)
        if one.certain and one.article not in known
    )
    return Merge(merged, tuple(conflicts), tuple(faults(merged)))


def _why(key: tuple[str, str, str], sides: tuple[Side, Side], floors: tuple[dict[str, str], ...]) -> str:
    """Why the changes at `key` cannot simply be taken; empty where they can."""
    part, name, field = key
    for whose, side, low in zip(("ours", "theirs"), sides, floors, strict=True):
        if part == "articles" and key in side and name in low:
            return f"{whose} lowers a floor: it {low[name]}"
    one, other = (side.get(key) for side in sides)
    if one and other:
        return "" if one.new == other.new else "both changed it, differently"
    mine, rival = (sides[0], sides[1]) if one else (sides[1], sides[0])
    if field and (part, name, "") in rival:
        return f"one side changed its {field}, the other removed it"
    changed = [other_field for rival_part, rival_name, other_field in rival if (rival_part, rival_name) == (part, name)]
    if not field and changed and mine[key].new is None:
        return f"one side removed it, the other changed its {', '.join(changed)}"
    return ""


def _conflict(change: Change, sides: tuple[Side, Side], why: str) -> Conflict:
    key = _key(change)
    ours, theirs = (side[key].new if key in side else change.old for side in sides)
    return Conflict(*key, change.old, ours, theirs, why)


def _sensible(changes: list[Change], base: Charter) -> tuple[list[Change], list[tuple[Change, str]]]:
    """Those `changes` that can be made, and those of entries that make no sense with all of theirs, with the reason."""
    wrong: dict[tuple[str, str], str] = {}
    for name in {(change.part, change.id) for change in changes if change.field}:
        try:
            apply([change for change in changes if (change.part, change.id) == name], base)
        except ValueError as reason:
            wrong[name] = str(reason)
    fine = [change for change in changes if (change.part, change.id) not in wrong]
    return fine, [(c, f"together, {wrong[c.part, c.id]}") for c in changes if (c.part, c.id) in wrong]


def _key(change: Change) -> tuple[str, str, str]:
    return (change.part, change.id, change.field)


def _side(base: Charter, side: Charter) -> Side:
    return {_key(change): change for change in diff(base, side)}
