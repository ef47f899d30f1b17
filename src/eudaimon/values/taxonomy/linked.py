"""Traditions as linked data: SKOS concept schemes in JSON-LD, which any tool for vocabularies reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eudaimon.values.taxonomy.tradition import Tradition, crosswalk

CONTEXT = {"skos": "http://www.w3.org/2004/02/skos/core#", "dct": "http://purl.org/dc/terms/"}
RELATION = {
    "exact": "skos:exactMatch",
    "close": "skos:closeMatch",
    "broad": "skos:relatedMatch",
    "narrow": "skos:relatedMatch",
}


def linked_data(traditions: Sequence[Tradition], base: str = "urn:eudaimon:values:") -> dict[str, Any]:
    """All traditions and their crosswalk, in one JSON-LD document; what differs in breadth is a `relatedMatch`."""
    matches: dict[str, dict[str, list[dict[str, str]]]] = {}
    for link in crosswalk(traditions):
        for one, other in ((link.one, link.other), (link.other, link.one)):
            some = matches.setdefault(one, {}).setdefault(RELATION[link.degree], [])
            some += [{"@id": base + other}] if {"@id": base + other} not in some else []
    graph: list[dict[str, Any]] = []
    for tradition in traditions:
        scheme = base + tradition.id
        graph.append(
            {
                "@id": scheme,
                "@type": "skos:ConceptScheme",
                "skos:prefLabel": tradition.name,
                "dct:source": tradition.source,
            }
        )
        for value in tradition.values:
            name = f"{tradition.id}/{value.id}"
            note = {"skos:editorialNote": f"Disputed: {value.disputed}"} if value.disputed else {}
            graph.append(
                {
                    "@id": base + name,
                    "@type": "skos:Concept",
                    "skos:inScheme": {"@id": scheme},
                    "skos:prefLabel": value.id,
                    "skos:definition": value.gloss,
                    "skos:example": value.act,
                    **note,
                    **matches.get(name, {}),
                }
            )
    return {"@context": CONTEXT, "@graph": graph}
