"""Who can do what, as a picture: a row a subject, a bar a centre, as long as its power."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eudaimon.errors import InputError
from eudaimon.governance.power.audit import MOST_POWER, Line
from eudaimon.governance.voices.picture import COLOURS


def draw_power(lines: Sequence[Line], path: str | Path) -> Path:
    """Draws an audit to `path`, as SVG or PNG by its ending.

    Raises:
        InputError: the ending is neither.
    """
    path = Path(path)
    if path.suffix.lower() not in (".svg", ".png"):
        raise InputError("power is drawn as .svg or .png; choose one of these endings", path=path)
    from matplotlib.figure import Figure

    centres = list(dict.fromkeys(name for line in lines for name in line.power))
    figure = Figure(figsize=(10, 1.4 + len(lines) * (0.34 + 0.2 * len(centres))), layout="constrained")
    axes = figure.subplots()
    step = 0.82 / max(1, len(centres))
    for row, line in enumerate(lines):
        for place, name in enumerate(centres):
            value, y = line.power.get(name, 0.0), row - 0.41 + step * (place + 0.5)
            axes.barh(y, value, step * 0.85, color=COLOURS[place % len(COLOURS)], label=name if not row else None)
            axes.text(value + 0.008, y, f"{value:.0%}", va="center", fontsize=7)
        needed = f"{len(line.capture)} of {len(line.power)} force it" if line.capture else "nobody can"
        axes.text(1.02, row, f"{needed},\n{len(line.block)} stop it", va="center", fontsize=8)
    axes.axvline(MOST_POWER, color="#888888", linestyle=":", linewidth=1)
    axes.text(MOST_POWER, -0.55, "a third", ha="center", fontsize=8, color="#666666")
    axes.set_yticks(range(len(lines)), [line.subject for line in lines])
    axes.set(xlim=(0, 1.2), ylim=(len(lines) - 0.4, -0.7), xlabel="power over the outcome (Shapley-Shubik)")
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=min(6, max(1, len(centres))), frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    return path
