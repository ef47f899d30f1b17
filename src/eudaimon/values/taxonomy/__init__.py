"""Taxonomies of values with crosswalks, disagreements and questions made from them."""

from eudaimon.values.taxonomy.items import Item, coverage, items
from eudaimon.values.taxonomy.linked import linked_data
from eudaimon.values.taxonomy.mapping import area, by_ideas, by_texts, kappa
from eudaimon.values.taxonomy.placing import Place, place
from eudaimon.values.taxonomy.tradition import (
    Link,
    Tradition,
    Value,
    crosswalk,
    orphans,
    read_traditions,
    told,
    values_of,
)

__all__ = [
    "Item",
    "Link",
    "Place",
    "Tradition",
    "Value",
    "area",
    "by_ideas",
    "by_texts",
    "coverage",
    "crosswalk",
    "items",
    "kappa",
    "linked_data",
    "orphans",
    "place",
    "read_traditions",
    "told",
    "values_of",
]
