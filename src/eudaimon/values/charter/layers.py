"""Layers: a person's charter on a community's on the commons', as one charter whose articles know their layer.

A narrower layer may add articles, and may say a wider layer's aspiration or norm otherwise by giving an article the
same id. A floor stands whoever comes after: no other layer can delete it, say it otherwise unless it asks for no less,
or let something go over it (`checking` sees to the last).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eudaimon.errors import InputError
from eudaimon.values.charter.article import LAYERS, Article, Layer
from eudaimon.values.charter.changes import lowered
from eudaimon.values.charter.charter import Charter, by_id
from eudaimon.values.charter.checking import faults
from eudaimon.values.scope import merged


def layered(charters: Sequence[Charter]) -> Charter:
    """All `charters` as one, the wider layers first, whatever order they are given in.

    Its id names them all; its version is 1; its articles keep their layers. A later charter of the same layer counts as
    narrower.

    Raises:
        InputError: one shadows a floor of another, or together they contradict each other; names charter and article.
    """
    if not charters:
        raise InputError("there is no charter to put into layers; give one at least")
    first, *others = sorted(charters, key=layer_of_charter)
    whole = first
    for other in others:
        whole = _on(whole, other)
    if wrong := faults(whole):
        raise InputError(f"the charters {', '.join(charter.id for charter in charters)} together: {wrong[0].message}")
    return whole


def layer_of_charter(charter: Charter) -> int:
    """The rank of its narrowest layer, 0 for the commons."""
    return max((LAYERS.index(article.layer) for article in charter.articles), default=0)


def bound_by(charter: Charter, layer: Layer) -> tuple[Article, ...]:
    """The floors that whoever writes for `layer` has to leave standing: those of every other layer."""
    return tuple(floor for floor in charter.floors if floor.layer != layer)


def _on(wide: Charter, narrow: Charter) -> Charter:
    try:
        context = merged(wide.context, narrow.context)
    except ValueError as wrong:
        raise InputError(f"the charter {narrow.id} on {wide.id}: {wrong}") from None
    parts = {
        part: tuple((by_id(getattr(wide, part)) | by_id(getattr(narrow, part))).values())
        for part in ("articles", "tensions", "precedents")
    }
    whole = replace(wide, id=f"{wide.id}.{narrow.id}", version=1, context=context, parent=None, **parts)
    for one in lowered(replace(wide, context=context), whole):
        raise InputError(
            f"the charter {narrow.id} shadows a floor of {wide.id}: '{one.article}' {one.how}; give your article an id "
            "of its own, or ask for no less in the same words"
        )
    return whole
