"""The page itself: sections from the record, a template, one style sheet, and a policy that forbids everything else."""

from __future__ import annotations

import os
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from markupsafe import Markup

from eudaimon.errors import InputError
from eudaimon.report.dissent import dissent
from eudaimon.report.drawing import environment, style_sheet, writable
from eudaimon.report.headline import headline
from eudaimon.report.kinds import kinds_of
from eudaimon.report.lineage import lineage, log
from eudaimon.report.needs import needs
from eudaimon.report.nights import nights, took
from eudaimon.report.pairs import pairs
from eudaimon.report.record import Record
from eudaimon.report.tally import Verdicts, verdicts
from eudaimon.report.wording import Shown

DAYS = 14
"""Days whose verdicts are shown: the latest."""


@dataclass(frozen=True, slots=True)
class ByVerdict:
    """A table of verdicts."""

    caption: str
    first: str
    rows: Shown[tuple[str, Verdicts]]


def render(record: Record) -> str:
    """The report as HTML."""
    style = style_sheet()
    page = environment().get_template("page.html")
    return writable(page.render(style=Markup(style), policy=policy(style), **_sections(record)))


def policy(style: str) -> str:
    """A Content-Security-Policy that allows this style sheet and nothing else: no script, picture or connection."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def save(html: str, out: Path) -> Path:
    """Write `html` to `out`, all or nothing.

    Raises:
        InputError: it cannot be written there.
    """
    if not out.name:
        raise InputError("is a directory; give the path of an HTML file", path=out)
    part = out.with_name(f"{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(html, encoding="utf-8")
        os.replace(part, out)
    except OSError as wrong:
        part.unlink(missing_ok=True)
        raise InputError(f"cannot be written ({wrong.strerror}); give the path of an HTML file", path=out) from None
    return out


def _sections(record: Record) -> dict[str, Any]:
    kinds = kinds_of((episode for episode in record.episodes if episode.source != "dream"), record.book)
    return {
        "record": record,
        "head": headline(record),
        "needs": needs(record),
        "tables": _tables(record, kinds),
        "dissent": dissent(record),
        "pairs": pairs(record, kinds),
        "nights": nights(record),
        "lineage": lineage(record),
        "log": log(record),
        "took": took(record),
    }


def _tables(record: Record, kinds: dict[str, str]) -> tuple[ByVerdict, ...]:
    by_kind = verdicts((kinds[episode.id], episode) for episode in record.lived)
    by_day = {day: verdicts((str(day), episode) for episode in episodes) for day, episodes in record.days.items()}
    days = [(f"Day {day}", found[str(day)]) for day, found in by_day.items()]
    return (
        ByVerdict("The council's verdicts by situation", "Situation", Shown(list(by_kind.items()))),
        ByVerdict("The council's verdicts by day", "Day", Shown.last(days, DAYS)),
    )
