"""What is left of the loop's gain by a council with random weights, and by one whose voices' names are exchanged.

python -m eudaimon.experiments.lesions             from the lives of `loop`, to `results/lesions.json`

The same loop with either must lose its gain: a council whose comments do nothing would keep it. The claim `loop` prints
both arms' gold beside its own; here they are paired with it, life by life, and with replies that never pause.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eudaimon.experiments.tables import table

SOUND, SILENT = "council", "never reflecting, one reply"
LESIONS = ("a council with random weights", "a council with exchanged names")
LIVES = Path("runs/experiments/loop/confirmatory")


def tell(lives: Path, results: Path) -> Path:
    """Read the lives of `loop` and write `lesions.json` below `results`.

    Raises:
        ExperimentError: they are not all there.
    """
    from dataclasses import asdict

    from eudaimon.errors import ExperimentError
    from eudaimon.evals.statistics import paired
    from eudaimon.experiments.arms.field import evidence
    from eudaimon.experiments.harness.desk import lives_of, write_json
    from eudaimon.experiments.harness.provenance import code_version
    from eudaimon.experiments.loop import REGISTRATION

    every = lives_of(REGISTRATION)
    pages = [lives / f"life-{life.index}" / "life.json" for life in every]
    if missing := [path for path in pages if not path.is_file()]:
        raise ExperimentError(
            f"{missing[0]} is missing; live the lives of the claim first: eudaimon experiment run loop"
        )
    tests = [json.loads(path.read_text(encoding="utf-8"))["figures"]["tests"] for path in pages]
    blocks = [life.birth for life in every]

    def gap(one: str, other: str, what: str) -> dict[str, float]:
        ours, theirs = ([evidence(life[arm], what) for life in tests] for arm in (one, other))
        return asdict(paired(ours, theirs, blocks))

    pairs = [(SOUND, SILENT), *((arm, SILENT) for arm in LESIONS), *((SOUND, arm) for arm in LESIONS)]
    rows = [
        {"arm": one, "against": other, **{what: gap(one, other, what) for what in ("gold", "gold given parsed")}}
        for one, other in pairs
    ]
    write_json(results / "lesions.json", {"code": code_version(Path(__file__)), "gaps": rows})
    return results / "lesions.json"


def lesions_section(results: Path) -> str:
    """The figures in `lesions.json` as a section of the evidence, beside those of `loop`."""
    head, path = "## The loop with its council spoilt\n", results / "lesions.json"
    if not path.exists():
        return f"{head}\nNot computed yet: `python -m eudaimon.experiments.lesions`, after the claim `loop`.\n"
    page = json.loads(path.read_text(encoding="utf-8"))
    rows = [
        [row["arm"], row["against"], *(_told(row[what]) for what in ("gold", "gold given parsed"))]
        for row in page["gaps"]
    ]
    return "\n".join(
        [
            head,
            f"From the lives of `loop`, at {page['code']}. A spoilt council must lose the gain over replies that never "
            "pause: the interval of what it gains should hold nothing, or be below it, and that of the sound council "
            "over it should be above nothing. Paired by life, t over births.\n",
            table(("arm", "minus", "gold [95%]", "gold given parsed [95%]"), rows),
        ]
    )


def _told(gap: Mapping[str, Any]) -> str:
    return f"{gap['value']:+.3f} [{gap['low']:+.3f}, {gap['high']:+.3f}]"


def main(words: Sequence[str] | None = None) -> None:
    """The command line."""
    import argparse

    parser = argparse.ArgumentParser(prog="python -m eudaimon.experiments.lesions", description=__doc__)
    parser.add_argument("--lives", type=Path, default=LIVES, help="of the claim `loop`")
    parser.add_argument("--results", type=Path, default=Path("results"), help="where to write")
    said = parser.parse_args(words)
    print(tell(said.lives, said.results))


if __name__ == "__main__":
    main()
