"""From a charter and a context to what binds, in order, with every step told.

>>> from eudaimon.values import read_charter
>>> print(resolve(read_charter(), {"asked_for_advice": True, "danger": False}).story().splitlines()[-1])
own-choice before guidance: by default: no rule and no precedent says otherwise
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from eudaimon.values.charter import LAYERS, Article, Charter
from eudaimon.values.resolution.settling import Settlement, settle
from eudaimon.values.scope import Context, check_context, names, truth


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a charter asks in one context.

    Attributes:
        binding: the articles that bind: floors first, then by layer, priority and as written.
        aside: articles that do not, each with the reason.
        unsure: aspirations and norms of which it is not known whether they bind, each with the names to ask for. A
            floor of which it is not known binds.
        settled: what came of each tension whose articles both bind.
    """

    binding: tuple[Article, ...]
    aside: tuple[tuple[Article, str], ...]
    unsure: tuple[tuple[Article, tuple[str, ...]], ...]
    settled: tuple[Settlement, ...]

    @property
    def yielding(self) -> frozenset[str]:
        """Ids of articles that give way to another one here."""
        return frozenset(one.loser for one in self.settled if one.loser)

    @property
    def outcome(self) -> frozenset[tuple[str, str]]:
        """What it comes to, apart from all wording: (article, `binds` or `yields`) and (tension, winner or `open`)."""
        ids = {(a.id, "yields" if a.id in self.yielding else "binds") for a in self.binding}
        return frozenset(ids | {(one.tension, one.winner or "open") for one in self.settled})

    def story(self) -> str:
        """The trace, a line a step."""
        lines = [f"{a.id} binds ({a.kind}, {a.layer}): {_ground(a)}" for a in self.binding]
        lines += [f"{article.id} does not bind: {why}" for article, why in self.aside]
        lines += [f"{article.id} may bind; ask for: {', '.join(asks)}" for article, asks in self.unsure]
        for one in self.settled:
            head = f"{one.tension} stays open" if one.open else f"{one.winner} before {one.loser}"
            lines.append(f"{head}: {one.why}")
        return "\n".join(lines)


def resolve(charter: Charter, context: Context, day: date | None = None) -> Resolution:
    """What `charter` asks in `context` (on `day`; without one, as if every article were in force).

    Raises:
        InputError: the context has a name or a value that the charter does not know.
    """
    check_context(context, charter.context)
    held = {article.id: _held(article, context, day) for article in charter.articles}
    binding = tuple(a for a in charter.articles if held[a.id] is True or (held[a.id] is None and a.kind == "floor"))
    bound = {article.id for article in binding}
    return Resolution(
        tuple(sorted(binding, key=lambda a: (a.kind != "floor", LAYERS.index(a.layer), -a.priority))),
        tuple((a, _why_not(a, day)) for a in charter.articles if held[a.id] is False),
        tuple(
            (a, tuple(sorted(names(a.term) - set(context))))
            for a in charter.articles
            if held[a.id] is None and a.kind != "floor"
        ),
        tuple(settle(charter, one, context) for one in charter.tensions if bound >= set(one.between)),
    )


def _held(article: Article, context: Context, day: date | None) -> bool | None:
    return truth(article.term, context) if article.holds_on(day) else False


def _ground(article: Article) -> str:
    return f"since {article.scope}" if article.scope else "everywhere"


def _why_not(article: Article, day: date | None) -> str:
    if article.holds_on(day):
        return f"'{article.scope}' does not hold"
    if article.since and day and day < article.since:
        return f"it begins on {article.since}"
    return f"it ended on {article.until}"
