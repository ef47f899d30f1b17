"""Timing and writing down. A table is written row by row, and a run that was stopped goes on where it was: rows that
were measured on this machine, with this code, these versions and settings are not measured again (unless `--fresh`).
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

CLOCK = "cpu" if os.environ.get("BENCH_CLOCK") == "cpu" else "wall"
"""With BENCH_CLOCK=cpu the processor's seconds are counted, all threads together: for a machine that is not idle, where
one thread (OMP_NUM_THREADS=1) brings them near what an idle machine's clock shows."""

TINY = os.environ.get("BENCH_TINY") == "1"
"""With BENCH_TINY=1 every table is measured at a size that takes seconds, into a temporary directory: to see it run."""

FOLDER = Path(tempfile.gettempdir()) / "eudaimon-bench" if TINY else Path("results/bench")

seconds = time.process_time if CLOCK == "cpu" else time.perf_counter

CASE = ("model", "council", "prefix", "comment_tokens", "peer")
"""What tells rows apart for whoever reads what was asked."""

Row = dict[str, Any]
T = TypeVar("T")


def either(full: T, tiny: T) -> T:
    """How large something is to be measured."""
    return tiny if TINY else full


def median_seconds(work: Callable[[], object], repeats: int = 5, slow: float = float("inf")) -> float:
    """The median time of `work` after one warm-up, or the time of that, where it took more than `slow` seconds."""
    if (first := _timed(work)) > slow:
        return first
    return statistics.median(_timed(work) for _ in range(repeats))


def in_turn(works: Sequence[Callable[[], object]], repeats: int = 5, warm: bool = False) -> list[float]:
    """The median time of each, one after the other and again, so that a machine that drifts drifts for all; after a
    warm-up, unless all are `warm`."""
    for work in () if warm else works:
        work()
    times = [[_timed(work) for work in works] for _ in range(repeats)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def _timed(work: Callable[[], object]) -> float:
    start = seconds()
    work()
    return seconds() - start


class Table:
    """Rows of `results/bench/NAME.json`, with machine, versions and settings.

    Args:
        fresh: begins anew, whatever was measured.
    """

    def __init__(self, name: str, fresh: bool = False, **settings: object) -> None:
        self.path, self.rows = FOLDER / f"{name}.json", list[Row]()
        self._head = {"machine": _machine(), "versions": _versions(), "code": _code(), **settings}
        encoded = settings.get("trunk_encoded_before")
        self._said = {} if encoded is None else {"trunk_encoded_before": encoded}  # each row says it
        print(f"\n{name}", flush=True)
        if self.path.exists() and not fresh:
            known = json.loads(self.path.read_text())
            rows = known.pop("rows")
            if known == json.loads(json.dumps(self._head)):
                self.rows = rows

    def measure(self, case: Row, measured: Callable[[], Row | Iterable[Row]]) -> list[Row]:
        """The rows of a case: those that are known, or else those measured now, each with the case's fields."""
        known = [row for row in self.rows if case.items() <= row.items()]
        if not known:
            found = measured()
            known = [{**case, **self._said, **row} for row in ([found] if isinstance(found, dict) else found)]
            self.rows += known
            self._write()
        for row in known:
            shown = {key: f"{value:.4g}" if isinstance(value, float) else value for key, value in row.items()}
            asked = shown.pop("asked", ())
            print(
                "  " + "  ".join([*(f"{key}={value}" for key, value in shown.items()), *map(_told, asked)]), flush=True
            )
        return known

    def _write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        partial.write_text(json.dumps({**self._head, "rows": self.rows}, indent=1) + "\n")
        partial.replace(self.path)


def against(ours: float, peer: str, theirs: float) -> Row:
    """Our seconds and a peer's."""
    return {"ours_s": ours, "peer": peer, "peer_s": theirs, "ratio": theirs / ours}


def at_least(row: Row, **figures: float) -> Row:
    """The row with what was asked of its figures, each at least so much, and whether that is met."""
    return _held(row, "at least", figures)


def at_most(row: Row, **figures: float) -> Row:
    """The same, each at most so much."""
    return _held(row, "at most", figures)


def _held(row: Row, bound: str, figures: dict[str, float]) -> Row:
    asked = [
        {"figure": name, bound: limit, "met": row[name] >= limit if bound == "at least" else row[name] <= limit}
        for name, limit in figures.items()
    ]
    return row if TINY else {**row, "asked": [*row.get("asked", ()), *asked]}


def _told(asked: Row) -> str:
    bound = "at least" if "at least" in asked else "at most"
    return f"[{asked['figure']} {bound} {asked[bound]:g}: {'met' if asked['met'] else 'MISSED'}]"


def summary(names: Sequence[str]) -> None:
    """Print what was asked in these tables, with the figure and whether it is met."""
    print("\nasked")
    for name in names:
        path = FOLDER / f"{name}.json"
        for row in json.loads(path.read_text())["rows"] if path.exists() else ():
            case = "  ".join(
                str(row[key]) for key in ("model", "council", "prefix", "comment_tokens", "peer") if key in row
            )
            for asked in row.get("asked", ()):
                print(f"  {name}  {case}  {asked['figure']}={row[asked['figure']]:.4g}  {_told(asked)}")


def write(name: str, rows: Sequence[Row], **settings: object) -> None:
    """A table all of whose rows were measured at once."""
    table = Table(name, fresh=True, **settings)
    for number, row in enumerate(rows):
        table.measure({"row": number}, lambda row=row: row)  # type: ignore[misc]


def _machine() -> dict[str, object]:
    import torch

    told = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    names = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    return {
        "cpu": names[0] if names else platform.processor() or platform.machine(), "cores": os.cpu_count(),
        "threads": torch.get_num_threads(), "gpu": gpu, "clock": CLOCK, "python": platform.python_version(),
    }  # fmt: skip


def _code() -> str:
    """A digest of what is measured: the rooms on whose speed all of this turns."""
    import eudaimon

    told, rooms = hashlib.sha256(), Path(eudaimon.__file__).parent
    for path in sorted([*rooms.glob("language/*.py"), *rooms.glob("psyche/*.py")]):
        told.update(path.read_bytes())
    return told.hexdigest()[:12]


def _versions() -> dict[str, str]:
    return {package: version(package) for package in ("eudaimon", "torch", "transformers")}
