"""Who agreed with the council and who did not, who disagrees with whom, and the loudest minority reports."""

from __future__ import annotations

from dataclasses import dataclass

from eudaimon.dialogue import VERDICTS, Comment, Decision, Verdict
from eudaimon.report.choosing import in_turns
from eudaimon.report.record import Record
from eudaimon.report.tally import Stances, decisions, stances
from eudaimon.report.wording import Shown, percent, sentences, titled

MINORITY = 4
"""Minority reports that are shown."""
HEATS = 10
"""Steps of shading."""


@dataclass(frozen=True, slots=True)
class Row:
    """A role's stance: shares of the decisions it was heard about."""

    role: str
    heard: int
    unread: int
    agreed: float
    dissented: float
    verdicts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """How often two roles differed: the figure, its shade from 0 to `HEATS`, and how often both were heard."""

    text: str
    heat: int
    together: int


@dataclass(frozen=True, slots=True)
class Minority:
    """A dissenting word, on which passage, against what."""

    role: str
    text: str
    passage: str
    council: str
    verdict: str
    share: str
    episode: str


@dataclass(frozen=True, slots=True)
class Dissent:
    """The section: how many decisions, with how many dissents; the two tables; some minority reports."""

    decisions: int
    contested: int
    rows: tuple[Row, ...]
    matrix: tuple[tuple[str, tuple[Cell | None, ...]], ...]
    minority: Shown[Minority]


def dissent(record: Record) -> Dissent:
    """The section, over all conversations that were lived."""
    heard = decisions(record.lived)
    counted = stances(heard)
    return Dissent(
        decisions=len(heard),
        contested=sum(bool(decision.dissent) for decision in heard),
        rows=tuple(_rows(counted)),
        matrix=tuple(_matrix(counted)),
        minority=_minority(record),
    )


def _rows(counted: Stances) -> list[Row]:
    rows = [
        Row(
            titled(name), stance.heard, stance.unread, stance.share(stance.agreed), stance.share(stance.dissented),
            tuple(stance.share(stance.verdicts[verdict]) for verdict in VERDICTS),
        )
        for name, stance in counted.roles.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.dissented, row.role))


def _matrix(counted: Stances) -> list[tuple[str, tuple[Cell | None, ...]]]:
    names = sorted(counted.roles)
    return [(titled(one), tuple(_cell(counted, one, other) for other in names)) for one in names]


def _cell(counted: Stances, one: str, other: str) -> Cell | None:
    pair = counted.pairs.get(frozenset((one, other)))
    if one == other or pair is None:
        return None
    return Cell(percent(pair.share), round(pair.share * HEATS), pair.together)


def _minority(record: Record) -> Shown[Minority]:
    """Dissenting words, the surest first, each role's once before any comes twice: objections that were overruled, then
    the words of those who would have let pass, since whose concern is not touched says that too."""
    found = [
        (word.probabilities[VERDICTS.index(word.verdict)], word, decision, episode.id)
        for episode in record.lived
        for decision in decisions([episode])
        for word in decision.dissent
    ]
    found.sort(key=lambda one: (one[1].verdict is Verdict.CONTINUE, -one[0], one[3]))
    ranked = in_turns(found, lambda one: one[1].archetype)
    shown = Shown.first(ranked, MINORITY)
    return Shown([_report(record, *one) for one in shown.items], shown.hidden)


def _report(record: Record, share: float, word: Comment, decision: Decision, episode: str) -> Minority:
    return Minority(
        role=titled(word.archetype),
        text=sentences(word.text),
        passage=_said(decision, record.lower_case),
        council=decision.verdict.value,
        verdict=word.verdict.value,
        share=percent(share),
        episode=episode,
    )


def _said(decision: Decision, lower_case: bool) -> str:
    passage = decision.passage
    text = sentences(passage.text, passage.before) if lower_case else passage.text
    return ("… " if passage.before.strip() else "") + text.strip()
