"""Whose child each persona is, which of them speaks, and the log of what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from eudaimon.dialogue import PersonaRecord
from eudaimon.report.record import Record
from eudaimon.report.wording import Shown, sentences

PERSONAS = 40
EVENTS = 100


@dataclass(frozen=True, slots=True)
class Ancestor:
    """A persona, as it is shown. `state` is `newborn`, `adopted`, `rolled-back` or `waiting`."""

    record: PersonaRecord
    state: str
    about: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log."""

    at: str
    when: str
    kind: str
    text: str


def lineage(record: Record) -> Shown[Ancestor]:
    """Personas in the order in which they were proposed, the latest where there are many."""
    shown = Shown.last(record.personas, PERSONAS)
    return Shown([_ancestor(record, persona) for persona in shown.items], shown.hidden)


def log(record: Record) -> Shown[Line]:
    """The latest events."""
    shown = Shown.last(record.events, EVENTS)
    return Shown(
        [
            Line(
                at=datetime.fromtimestamp(event.at, UTC).strftime("%Y-%m-%d %H:%M:%S"),
                when=f"day {event.day}" if event.day else f"night {event.night}" if event.night else "",
                kind=event.kind,
                text=sentences(event.text),
            )
            for event in shown.items
        ],
        shown.hidden,
    )


def _ancestor(record: Record, persona: PersonaRecord) -> Ancestor:
    ends = {stages[-1].candidate: stages[-1] for stages in record.nights if stages[-1].candidate}
    night = ends.get(persona.id)
    if not persona.parent:
        return Ancestor(persona, "newborn", "as it was born")
    if night is None or night.gate is None:
        return Ancestor(persona, "waiting", f"proposed by night {persona.night}; no decision yet")
    adopted = night.gate.adopted
    about = f"{'adopted' if adopted else 'rolled back'} on the morning after night {night.number}"
    return Ancestor(persona, "adopted" if adopted else "rolled-back", about)
