"""One charter, everything that it turns into, and which of its lines turn into nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from eudaimon.dialogue import digest
from eudaimon.dialogue.formats.lines import write_lines
from eudaimon.errors import InputError
from eudaimon.values.charter import Article, Charter, Precedent, write_charter
from eudaimon.values.compilation.product import TARGETS, Line, Product, Target, lines_of, said
from eudaimon.values.compilation.templating import Templates
from eudaimon.values.compilation.words import norms, principles, rubrics

_SCRIPT = '''"""Rewards and a filter of the charter {id}, version {version}; written by `eudaimon charter compile`.

TRL: `from rewards import REWARDS` and give them as `reward_funcs`.
"""

from pathlib import Path

from eudaimon.values import read_charter
from eudaimon.values.compilation import data_filter, rewards

CHARTER = read_charter(Path(__file__).with_name("charter.yaml"))
REWARDS = rewards(CHARTER)
KEEP = data_filter(CHARTER)
'''


@dataclass(frozen=True, slots=True)
class Compiled:
    """What came of a charter.

    Attributes:
        charter: the articles that were in force.
        products: all products, by target.
        idle: lines that no product was made of, each with the reason.
    """

    charter: Charter
    products: tuple[Product, ...]
    idle: tuple[tuple[Line, str], ...]

    def of(self, target: Target) -> list[Product]:
        """The products of one target."""
        return [product for product in self.products if product.target == target]


def compile_charter(charter: Charter, day: date | None = None, templates: Templates | None = None) -> Compiled:
    """Everything that `charter` turns into on `day`; without one, as if every article were in force.

    Raises:
        FormatError: a template is not in order.
    """
    ours = templates or Templates()
    articles = tuple(article for article in charter.articles if article.holds_on(day))
    products = (
        *norms(charter, articles, ours),
        *principles(articles, ours),
        *rubrics(articles, ours),
        *_checked(articles),
        *_items(charter, articles),
        *_pauses(articles),
    )
    used = {line for product in products for line in product.lines} | _settling(charter, articles)
    in_force = {article.id for article in articles}
    idle = tuple((line, _why(line, charter, in_force, day)) for line in said(charter) if line not in used)
    return Compiled(charter, products, idle)


def write_compiled(compiled: Compiled, folder: Path) -> list[Path]:
    """Write all products into `folder`: archetypes.yaml, JSONL a target, charter.yaml and rewards.py.

    Raises:
        InputError: the folder cannot be written to.
    """
    from ruamel.yaml import YAML

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise InputError(f"cannot be made ({wrong.strerror}); choose another place", path=folder) from None
    written = [folder / "archetypes.yaml", folder / "charter.yaml", folder / "rewards.py"]
    yaml = YAML()
    yaml.width = 100
    with written[0].open("w", encoding="utf-8") as file:
        yaml.dump([product.content for product in compiled.of("norm")], file)
    write_charter(written[1], compiled.charter)
    written[2].write_text(_SCRIPT.format(id=compiled.charter.id, version=compiled.charter.version), encoding="utf-8")
    for target in TARGETS:
        if target in ("principle", "rubric", "item", "pause") and (products := compiled.of(target)):
            written.append(folder / f"{target}s.jsonl")
            write_lines(written[-1], [product.content for product in products])
    return written


def _checked(articles: tuple[Article, ...]) -> Iterator[Product]:
    for a in articles:
        if a.check:
            lines = lines_of(a, "text", "check", "scope")
            yield Product("reward", a.id, {"article": a.id}, lines)
            if a.kind == "floor":
                yield Product("filter", a.id, {"article": a.id}, lines)


def _items(charter: Charter, articles: tuple[Article, ...]) -> Iterator[Product]:
    """Precedents as items that Inspect's `json_dataset` reads: a choice where there is a bad reply, else open."""
    in_force = {article.id for article in articles}
    for one in charter.precedents:
        if one.held in in_force and one.asked and one.answer:
            fields = ("case", "answer", "instead_of", "because")
            lines = tuple(("precedents", one.id, name) for name in fields if getattr(one, name))
            yield Product("item", one.id, _item(charter, one), lines)


def _item(charter: Charter, one: Precedent) -> dict[str, object]:
    facts = {"article": one.held, "over": one.over, "because": one.because, "case": one.case}
    item: dict[str, object] = {"id": f"{charter.id}/{one.id}", "input": one.asked, "target": one.answer}
    if one.instead_of:
        # Which comes first depends on the words alone, so that no place is the right one more often than chance.
        choices = sorted((one.answer, one.instead_of), key=digest)
        item |= {"choices": choices, "target": "AB"[choices.index(one.answer)]}
    return {**item, "metadata": facts}


def _pauses(articles: tuple[Article, ...]) -> Iterator[Product]:
    for a in articles:
        if a.acts:
            yield Product("pause", a.id, {"article": a.id, "acts": list(a.acts)}, lines_of(a, "acts"))


def _settling(charter: Charter, articles: tuple[Article, ...]) -> set[Line]:
    """Lines that do their work when a tension is settled (`resolution`), not as a product."""
    known = {article.id: article for article in articles}
    used: set[Line] = set()
    for one in charter.tensions:
        if all(name in known for name in one.between):
            used |= {("tensions", one.id, name) for name in ("about", "rules", "otherwise")}
            for name in one.between:
                used |= {("articles", name, field) for field in ("over", "priority")}
            used |= {("precedents", p.id, f) for p in charter.precedents
                     if {p.held, p.over} == set(one.between) for f in ("case", "because")}  # fmt: skip
    return used


def _why(line: Line, charter: Charter, in_force: set[str], day: date | None) -> str:
    part, name, field = line
    if part == "articles" and name not in in_force:
        return f"the article is not in force on {day}"
    match part, field:
        case "articles", "standard":
            return "code checks the article, and a standard is for a judge's score; add criteria, or remove it"
        case "articles", "over" | "priority":
            return "no tension names the article, so that it never has to give way or go first; name the tension"
        case "tensions", _:
            return "one of its articles is not in force"
        case "precedents", "answer" | "instead_of":
            return "there is no whole item; say what was asked, and what was answered"
        case "precedents", _:
            return "it settles no tension and is no item; name what gave way, or what was asked and answered"
        case _:
            return "nothing is made of it"
