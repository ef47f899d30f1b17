"""Amendments: a change of a charter that lowers no floor and decides old cases as they were decided, or is refused.

What passes here may still be unwise; what is refused here cannot be passed by any number of votes without first naming
the cases that it is meant to decide otherwise, and no floor is lowered by it at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from eudaimon.values.charter import Change, Charter, amended, facts, faults, lowered
from eudaimon.values.resolution import resolve
from eudaimon.values.scope import Context


@dataclass(frozen=True)
class Dilemma:
    """A case whose outcome is known.

    Attributes:
        id: short and stable.
        context: what is known of it.
        winner: the article that goes first in it.
        loser: the article that gives way.
    """

    id: str
    context: Context
    winner: str
    loser: str


@dataclass(frozen=True, slots=True)
class Amendment:
    """What became of a proposal.

    Attributes:
        charter: the next version; None where it is refused.
        refused: every reason, in plain English, with the remedy.
        decided_otherwise: ids of the dilemmas that came out otherwise, meant or not.
    """

    charter: Charter | None
    refused: tuple[str, ...]
    decided_otherwise: tuple[str, ...]


def dilemmas_of(charter: Charter) -> tuple[Dilemma, ...]:
    """The charter's own precedents as dilemmas: those in which an article gave way, and whose context is known."""
    return tuple(
        Dilemma(one.id, facts(one), one.held, one.over) for one in charter.precedents if one.over and one.context
    )


def amend(
    charter: Charter,
    changes: tuple[Change, ...],
    dilemmas: Iterable[Dilemma],
    *,
    meant: Collection[str] = (),
    judged: Collection[str] = (),
) -> Amendment:
    """`charter` with `changes`, if that lowers no floor and decides every dilemma as before.

    Args:
        charter: the charter in force.
        changes: what is proposed (`diff` of it and a draft).
        dilemmas: regression cases, beside the charter's own precedents.
        meant: ids of dilemmas that the amendment is openly meant to decide otherwise.
        judged: ids of floors whose new wording people have judged to ask for no less.
    """
    try:
        proposed = amended(charter, changes)
    except (ValueError, KeyError) as misfit:
        return Amendment(None, (f"the changes do not fit the charter: {misfit}; draw them anew",), ())
    wrong = faults(proposed)
    refused = [fault.message for fault in wrong]
    refused += [
        f"{one}; floors are not lowered by amendment"
        if one.certain
        else f"{one}; let people judge it, and name '{one.article}' among the judged"
        for one in lowered(charter, proposed)
        if one.certain or one.article not in judged
    ]
    cases = {one.id: one for one in (*dilemmas_of(charter), *dilemmas)}.values()
    broken = [] if wrong else [one for one in cases if not _stands(one, proposed)]
    refused += [
        f"the case '{one.id}' would no longer be decided for '{one.winner}' over '{one.loser}'; keep it so, or name it "
        "among the meant"
        for one in broken
        if one.id not in meant
    ]
    return Amendment(None if refused else proposed, tuple(refused), tuple(one.id for one in broken))


def _stands(dilemma: Dilemma, charter: Charter) -> bool:
    known = {name: value for name, value in dilemma.context.items() if name in charter.context}
    if len(known) < len(dilemma.context):
        return False  # the amendment takes away words in which the case was decided
    found = resolve(charter, known)
    return any((one.winner, one.loser) == (dilemma.winner, dilemma.loser) for one in found.settled)
