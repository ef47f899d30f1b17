"""Claims whose units are not lives: registered, counted and judged as all others, on data or worlds of their own.

The file of such a claim holds `REGISTRATION` and `analyse` like any other, so that the same check of ancestry covers
it; what it does not need are births and villages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eudaimon.errors import ExperimentError
from eudaimon.experiments.harness.attempts import Attempts
from eudaimon.experiments.harness.provenance import code_version, frozen, require_registered
from eudaimon.experiments.harness.registration import Registration
from eudaimon.experiments.harness.result import Finding, Page, page_of, write_result
from eudaimon.experiments.remarks import REMARKS
from eudaimon.experiments.tables import table

Figures = Mapping[str, Any]
Watch = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Apart:
    """A claim under test.

    Attributes:
        registration: fixed before any result.
        source: the file that it is written in (`__file__`).
        run: all units, to figures as JSON values, one mapping a unit; given the folder of data where it needs one.
        analyse: all units, to a finding.
        keep: whether the units stand in the result's file too.
        rehearse: what a development run runs instead, on units that no confirmatory try has; None where there are no
            others, so that there is no such run.
        takes_data: whether it needs the folder of data.
    """

    registration: Registration
    source: str
    run: Callable[[Path | None, Watch], Sequence[Figures]]
    analyse: Callable[[Sequence[Figures]], Finding]
    keep: bool = True
    rehearse: Callable[[Path | None, Watch], Sequence[Figures]] | None = None
    takes_data: bool = False

    @property
    def name(self) -> str:
        """The experiment's name."""
        return self.registration.name


def run_apart(apart: Apart, data: Path | None, results: Path, watch: Watch, *, development: bool = False) -> Path:
    """Runs a claim and writes its page below `results`; a development run counts nothing and writes to `runs/`.

    Raises:
        ExperimentError: its registration is not committed as it stands, it needs data and has none, or a development
            run is asked for and all its units are confirmatory.
    """
    _require_data(apart, data)
    if development and apart.rehearse is None:
        raise ExperimentError(
            f"all that '{apart.name}' runs on belongs to its confirmatory tries, so there is nothing to rehearse on; "
            "run it without --development, which counts a try"
        )
    source, name = Path(apart.source), apart.registration.name
    digest = frozen(source.read_text(encoding="utf-8"), name)
    code = code_version(source)
    ledger = Attempts(results / "attempts.json")
    if development:
        results = Path("runs") / name
    else:
        require_registered(source)
        ledger.begin(name, code, digest)
    units = list((apart.rehearse if development and apart.rehearse else apart.run)(data, watch))
    finding = apart.analyse(units)
    tries = ledger.count(name)
    page = page_of(apart.registration, finding, [], births={}, code=code, frozen=digest, attempts=tries)
    path = results / "experiments" / f"{name}.json"
    write_result(path, {**page, "units": units} if apart.keep else page)
    return path


def _require_data(apart: Apart, data: Path | None) -> None:
    """Looked at before a try is counted."""
    if not apart.takes_data and data is not None:
        raise ExperimentError(f"'{apart.name}' runs on no data; leave --data out")
    if not apart.takes_data:
        return
    if data is None:
        raise ExperimentError(f"'{apart.name}' runs on data; name their folder (--data FOLDER)")
    if not data.is_dir() or not any(data.iterdir()):
        raise ExperimentError(f"there are no data in {data}; name the folder that holds them (--data FOLDER)")


def apart_section(registration: Registration, results: Path) -> str:
    """A claim as a section of the evidence."""
    r, path = registration, results / "experiments" / f"{registration.name}.json"
    parts = [
        f"## {r.name}\n",
        f"> {r.claim}\n",
        f"Hypothesis: {r.hypothesis}\n",
        f"Metric: {r.metric}. Unit: {r.unit}.\n",
        f"Asked: {r.threshold}. Controls: {'; '.join(r.controls)}.\n",
        f"Analysis: {r.analysis}\n",
    ]
    if not path.exists():
        return "\n".join([*parts, "Not run yet.\n"])
    page: Page = json.loads(path.read_text(encoding="utf-8"))
    rows = [[c["asked"], told(c), str(c["n"]), "yes" if c["met"] else "**no**"] for c in page["criteria"]]
    controls = [[name, told(figure)] for name, figure in page["controls"].items()]
    return "\n".join(
        [
            *parts,
            f"Verdict: **{page['verdict']}**.\n",
            table(("asked", "found [95%]", "n", "met"), rows),
            table(("control", "figure"), controls),
            f"{page['note']}\n",
            *(f"Remark: {remark}\n" for remark in REMARKS.get(r.name, ())),
            f"Tries: {page['attempts']}. Code: {page['code']}.\n",
        ]
    )


def told(figure: Any) -> str:
    """A figure, with its interval where it has one."""
    if not isinstance(figure, Mapping):
        return "" if figure is None else f"{figure:.3g}"
    value, interval = figure["value"], figure["interval"]
    if value is None:
        return ""
    bare = interval is None or None in interval or interval == [value, value]
    return f"{value:.3g}" if bare else f"{value:.3g} [{interval[0]:.3g}, {interval[1]:.3g}]"


def main(apart: Apart) -> None:
    """The command line of such a claim's file."""
    import argparse

    from eudaimon.experiments.harness.watching import steps

    parser = argparse.ArgumentParser(prog=f"python -m eudaimon.experiments.{apart.registration.name}")
    if apart.takes_data:
        parser.add_argument("data", type=Path, help="the directory of the data")
    parser.add_argument("--results", type=Path, default=Path("results"))
    parser.add_argument("--development", action="store_true", help="count no try, keep no result")
    said = parser.parse_args()
    with steps(apart.registration.name) as watch:
        data = said.data if apart.takes_data else None
        print(run_apart(apart, data, said.results, watch, development=said.development))
