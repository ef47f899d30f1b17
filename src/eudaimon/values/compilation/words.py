"""Articles as words for models: norms that archetypes keep, principles to critique and revise by, rubrics to judge by.

A value of the charter becomes a *keeper*: an archetype in psyche's YAML, whose card says the value's articles and whose
opposites are the values that a tension names. So a community's norms are seated in a council beside the archetypes that
ship, which stay as they were sealed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eudaimon.values.charter import Article, Charter
from eudaimon.values.compilation.product import Product, lines_of
from eudaimon.values.compilation.templating import Templates
from eudaimon.values.goodenough import Standard


def norms(charter: Charter, articles: Sequence[Article], templates: Templates) -> Iterator[Product]:
    """A keeper for each value: an entry for a file of archetypes, which psyche loads once it is sealed."""
    for name in dict.fromkeys(keeper(article.value) for article in articles):
        mine = sorted((a for a in articles if keeper(a.value) == name), key=lambda a: (a.kind != "floor", -a.priority))
        lines = [templates.render("line", kind=a.kind, text=a.text.strip(), scope=a.scope) for a in mine]
        content = {
            "name": name,
            "symbol": "scroll",
            "concern": mine[0].value,
            "voice": "plain and brief, by what is written",
            "card": templates.render("card", value=mine[0].value, community=charter.id, lines=lines),
            "holds_floor": any(article.kind == "floor" for article in mine),
            "opposes": list(_opposites(name, charter, articles)),
        }
        ordered = ("priority",) if len(mine) > 1 else ()
        own = tuple(line for a in mine for line in lines_of(a, "text", "scope", *ordered))
        tense = tuple(
            ("tensions", one.id, "about")
            for one in charter.tensions
            if one.about and any(a.id in one.between for a in mine) and content["opposes"]
        )
        yield Product("norm", name, content, own + tense)


def principles(articles: Sequence[Article], templates: Templates) -> Iterator[Product]:
    """A pair of requests for each article, as constitutional AI uses them (Bai et al. 2022): critique, then revise."""
    for a in articles:
        content = {
            "article": a.id,
            "critique": templates.render(
                "critique", kind=a.kind, text=a.text.strip(), scope=a.scope, rationale=a.rationale.strip()
            ),
            "revision": templates.render("revision", text=a.text.strip(), scope=a.scope),
        }
        yield Product("principle", a.id, content, lines_of(a, "text", "scope"))


def rubrics(articles: Sequence[Article], templates: Templates) -> Iterator[Product]:
    """A rubric for each article that a judge can tell: one yes-or-no question a criterion, and what is good enough."""
    for a in articles:
        if not a.criteria and a.check:
            continue  # code tells better than a judge
        standard = a.standard or Standard()
        content = {
            "article": a.id,
            "questions": [templates.render("rubric", criterion=one) for one in a.criteria or (a.text.strip(),)],
            "scope": a.scope,
            "floor": standard.floor,
            "aspiration": standard.aspiration,
        }
        yield Product("rubric", a.id, content, lines_of(a, "criteria" if a.criteria else "text", "scope", "standard"))


def keeper(value: str) -> str:
    """The name of the archetype that keeps `value`."""
    return f"keeper_of_{re.sub(r'[^a-z0-9]+', '_', value.casefold()).strip('_') or 'value'}"


def _opposites(name: str, charter: Charter, articles: Sequence[Article]) -> Iterator[str]:
    of = {article.id: keeper(article.value) for article in articles}
    for tension in charter.tensions:
        keepers = [of.get(article) for article in tension.between]
        if name in keepers and None not in keepers:
            yield from (other for other in keepers if other and other != name)
