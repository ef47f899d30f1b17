"""Where a charter stands among traditions: which values its articles serve, and which ideas nobody in it speaks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eudaimon.values.charter import Charter
from eudaimon.values.pluralism import Embed
from eudaimon.values.taxonomy.tradition import Tradition, values_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where a charter stands.

    Attributes:
        articles: by article, the nearest values with how near each is, the nearest first; empty where none is near.
        ideas: ideas that an article's nearest values share.
        silent: ideas of the traditions that no article is near to.
    """

    articles: dict[str, tuple[tuple[str, float], ...]]
    ideas: tuple[str, ...]
    silent: tuple[str, ...]


def place(charter: Charter, traditions: Sequence[Tradition], embed: Embed, most: int = 3, least: float = 0.35) -> Place:
    """Place each article by its value's name, its text and its rationale.

    Args:
        charter, traditions: what is placed where.
        embed: a sentence encoder; by words alone hardly an article is near to anything.
        most, least: so many values for an article, none less near than this.
    """
    known = values_of(traditions)
    heads = [name.split("/")[1].replace("-", " ") for name in known]
    texts = [f"{head}. {one.gloss} {' '.join(one.means)}" for head, one in zip(heads, known.values(), strict=True)]
    said = [f"{one.value}. {one.text} {one.rationale}" for one in charter.articles]
    near = embed(said, [*texts, *said]) @ embed(texts, [*texts, *said]).T
    names, found = list(known), {}
    for article, row in zip(charter.articles, near, strict=True):
        order = [int(i) for i in np.argsort(-row, kind="stable")[:most] if row[i] >= least]
        found[article.id] = tuple((names[i], float(row[i])) for i in order)
    ideas = {idea for some in found.values() for name, _ in some[:1] for idea in known[name].means}
    every = {idea for one in known.values() for idea in one.means}
    return Place(found, tuple(sorted(ideas)), tuple(sorted(every - ideas)))
