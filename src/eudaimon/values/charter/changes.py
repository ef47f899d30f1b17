"""What changed between two charters, by meaning and not by lines, and whether a floor was lowered by it.

>>> from dataclasses import replace
>>> from eudaimon.values.charter.reading import read_charter
>>> old = read_charter()
>>> new = replace(old, articles=old.articles[1:])
>>> [str(change) for change in diff(old, new)]
["article 'one-voice' (floor) is removed"]
>>> [str(one) for one in lowered(old, new)]
["the floor 'one-voice' is deleted"]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from eudaimon.values.charter.article import LAYERS, Article
from eudaimon.values.charter.charter import PARTS, Charter, by_id
from eudaimon.values.goodenough import Standard
from eudaimon.values.scope import implies, merged, names


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    Attributes:
        part: `articles`, `tensions`, `precedents` or `context`.
        id: the entry, or the word of the context.
        field: the entry's field; empty where the entry as a whole came or went.
        old, new: before and after; None where there was, or is, nothing.
    """

    part: str
    id: str
    field: str
    old: Any
    new: Any

    def __str__(self) -> str:
        what = "the context's word" if self.part == "context" else self.part[:-1]
        kind = next((f" ({one.kind})" for one in (self.old, self.new) if isinstance(one, Article)), "")
        name = f"{what} '{self.id}'{kind}"
        if self.field:
            return f"{name}: {self.field} was {_told(self.old)}, is {_told(self.new)}"
        if self.part == "context" and self.old is not None and self.new is not None:
            return f"{name} was {_told(self.old)}, is {_told(self.new)}"
        return f"{name} is {'added' if self.old is None else 'removed'}"


@dataclass(frozen=True, slots=True)
class Lowering:
    """A floor that asks for less than before.

    Attributes:
        article: its id.
        how: in plain English.
        certain: False where only people can tell, since nothing but words that code cannot weigh was changed.
    """

    article: str
    how: str
    certain: bool = True

    def __str__(self) -> str:
        return f"the floor '{self.article}' {self.how}"


def diff(old: Charter, new: Charter) -> tuple[Change, ...]:
    """What `new` says otherwise than `old`. Names of the charters, versions, lineage and order are no changes."""
    found: list[Change] = []
    for part in PARTS:
        before, after = by_id(getattr(old, part)), by_id(getattr(new, part))
        for name in dict.fromkeys([*before, *after]):
            found.extend(_changes(part, name, before.get(name), after.get(name)))
    words = ((word, old.context.get(word), new.context.get(word)) for word in {**old.context, **new.context})
    found.extend(Change("context", word, "", before, after) for word, before, after in words if before != after)
    return tuple(found)


def apply(changes: Iterable[Change], charter: Charter) -> Charter:
    """`charter` with `changes` made: apply(diff(a, b), a) says what b says.

    Raises:
        ValueError: an entry makes no sense with its changes.
    """
    parts: dict[str, dict[str, Any]] = {part: dict(by_id(getattr(charter, part))) for part in PARTS}
    parts["context"] = dict(charter.context)
    said: dict[tuple[str, str], dict[str, Any]] = {}
    for change in changes:
        entries = parts[change.part]
        if change.field:  # all of an entry's fields at once: halfway it may make no sense
            said.setdefault((change.part, change.id), {})[change.field] = change.new
        elif change.new is None:
            entries.pop(change.id, None)
        else:
            entries[change.id] = change.new
    for (part, name), values in said.items():
        parts[part][name] = replace(parts[part][name], **values)
    changed: dict[str, Any] = {part: tuple(parts[part].values()) for part in PARTS}
    return replace(charter, context=parts["context"], **changed)


def lowered(old: Charter, new: Charter) -> tuple[Lowering, ...]:
    """Every floor of `old` that `new` deletes or asks less of; empty: `new` may be adopted without touching a floor.

    Scopes are compared for all contexts at once. A floor's text and criteria cannot be weighed by code: where they
    change, and nothing else is lost, the lowering is not `certain` and people have to judge it.
    """
    after = by_id(new.articles)
    return tuple(one for floor in old.floors for one in _lowerings(floor, after.get(floor.id), (old, new)))


def _changes(part: str, name: str, old: Any, new: Any) -> Iterator[Change]:
    if old is None or new is None:
        yield Change(part, name, "", old, new)
        return
    for field in fields(old):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after:
            yield Change(part, name, field.name, before, after)


def _lowerings(old: Article, new: Article | None, charters: tuple[Charter, Charter]) -> Iterator[Lowering]:
    if new is None:
        yield Lowering(old.id, "is deleted")
        return
    if new.kind != "floor":
        yield Lowering(old.id, f"becomes a mere {new.kind}")
        return
    lost = [*_narrowed(old, new, charters), *_lost(old, new)]
    yield from (Lowering(old.id, how) for how in lost)
    if not lost and (old.text, old.criteria, old.value) != (new.text, new.criteria, new.value):
        yield Lowering(old.id, "is worded otherwise, and only people can tell whether it asks for less", certain=False)


def _narrowed(old: Article, new: Article, charters: tuple[Charter, Charter]) -> Iterator[str]:
    """How it binds less widely; what cannot be compared counts as narrowed, so that nothing passes by being unclear."""
    words = [{word: one.context[word] for word in names(old.term) | names(new.term) if word in one.context}
             for one in charters]  # fmt: skip
    try:
        if not implies(old.term, new.term, merged(*words)):
            yield f"no longer binds wherever it did ('{old.scope or 'everywhere'}' became '{new.scope}')"
    except (ValueError, KeyError) as wrong:
        yield f"may no longer bind wherever it did, which cannot be told ({wrong})"


def _lost(old: Article, new: Article) -> Iterator[str]:
    if LAYERS.index(new.layer) > LAYERS.index(old.layer):
        yield f"is the {new.layer}'s instead of the {old.layer}'s"
    if new.since and (not old.since or new.since > old.since):
        yield f"begins only on {new.since}"
    if new.until and (not old.until or new.until < old.until):
        yield f"ends on {new.until}"
    if old.check and not new.check:
        yield "has lost its check"
    if old.check and new.check and (how := new.check.weaker_than(old.check)):
        yield how
    if missing := set(old.acts) - set(new.acts):
        yield f"no longer pauses before {', '.join(sorted(missing))}"
    before, after = (one.standard or Standard() for one in (old, new))
    if after.floor < before.floor:
        yield f"is content with a score of {after.floor:g} instead of {before.floor:g}"


def _told(value: Any) -> str:
    """A value in plain words, shortened."""
    if value is None or value == "" or value == () or value == {}:
        return "nothing"
    if isinstance(value, Mapping):
        value = ", ".join(f"{key}: {one}" for key, one in value.items())
    elif isinstance(value, tuple):
        value = "; ".join(str(one) for one in value)
    text = str(value)
    return f"'{text}'" if len(text) <= 160 else f"'{text[:157]}...'"
