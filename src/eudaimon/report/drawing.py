"""What a page is drawn with, public to other rooms: sections, templates, what they may call, and the style sheet."""

from __future__ import annotations

import re
from importlib.resources import files

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from eudaimon.report import wording
from eudaimon.report.chart import bar
from eudaimon.report.dissent import Dissent, dissent
from eudaimon.report.lineage import Ancestor, lineage
from eudaimon.report.nights import NightView, nights
from eudaimon.report.record import Record
from eudaimon.report.said import Said, said, verdict_names
from eudaimon.report.wording import Shown, sentences, titled

__all__ = [
    "Ancestor",
    "Dissent",
    "NightView",
    "Record",
    "Said",
    "Shown",
    "dissent",
    "environment",
    "lineage",
    "nights",
    "said",
    "sentences",
    "style_sheet",
    "titled",
    "writable",
]

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""What an HTML file in UTF-8 cannot hold, and a sampled text may."""


def environment(*before: str) -> Environment:
    """The report's templates; those of the packages `before` come first, and may include the report's."""
    here = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in (*before, "eudaimon.report")]),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    names = ("count", "number", "percent", "seconds", "sentences", "titled")
    here.filters |= {name: getattr(wording, name) for name in names}
    here.globals |= {"bar": bar, "verdicts": verdict_names()}
    return here


def style_sheet() -> str:
    """The report's, in light and in dark."""
    return files("eudaimon.report").joinpath("templates/style.css").read_text(encoding="utf-8")


def writable(page: str) -> str:
    """`page` without what UTF-8 or HTML cannot hold."""
    return _UNWRITABLE.sub("\ufffd", page)
