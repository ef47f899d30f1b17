"""The opinion map of a conversation, as a picture: who stands with whom, and what bridges them."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

import numpy as np

from eudaimon.errors import InputError
from eudaimon.governance.voices.groups import Grouping
from eudaimon.governance.voices.opinions import Floats, Opinions
from eudaimon.governance.voices.tallies import Tallies

COLOURS = ("#4269d0", "#efb118", "#ff725c", "#3ca951", "#a463f2")
"""Observable's categorical palette, which stays apart for the colour-blind; groups are numbered too."""
NOBODY_COLOUR = "#b0b0b0"
MOST_BRIDGING = 6


def draw_map(opinions: Opinions, grouping: Grouping, tallies: Tallies, path: str | Path) -> Path:
    """Writes the map to `path`, as SVG or PNG by its ending.

    Left, a point a participant, with each group's hull and number. Right, the statements with the highest
    group-informed consensus, and what share of each group agrees with them.

    Raises:
        InputError: the ending is neither.
    """
    path = Path(path)
    if path.suffix.lower() not in (".svg", ".png"):
        raise InputError("a map is drawn as .svg or .png; choose one of these endings", path=path)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 6.2), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.15))
    _people(left, grouping)
    _bridges(right, opinions, tallies)
    title = opinions.topic or "Conversation"
    inside = sum(grouping.sizes)
    figure.suptitle(f"{title}\n{inside} of {len(opinions.participants)} participants, in {grouping.count} groups")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)
    return path


def _people(axes, grouping: Grouping) -> None:  # type: ignore[no-untyped-def]
    points = grouping.plane.points
    apart = grouping.labels < 0
    axes.scatter(*points[apart].T, s=9, c=NOBODY_COLOUR, label=f"in no group ({int(apart.sum())})", linewidths=0)
    for group, size in enumerate(grouping.sizes):
        colour = COLOURS[group % len(COLOURS)]
        mine = points[grouping.labels == group]
        axes.scatter(*mine.T, s=16, c=colour, alpha=0.7, linewidths=0, label=f"group {group + 1} ({size})")
        for hull in _hull(mine):
            axes.fill(*hull.T, color=colour, alpha=0.12, linewidth=0)
        axes.annotate(
            str(group + 1), grouping.centres[group], ha="center", va="center", fontsize=15, weight="bold",
            bbox={"boxstyle": "circle", "fc": "white", "ec": colour, "lw": 1.5},
        )  # fmt: skip
    axes.legend(loc="best", frameon=False, fontsize=9)
    axes.set(title="Who votes alike stands together", xticks=[], yticks=[])
    axes.set_aspect("equal", adjustable="datalim")
    axes.spines[:].set_visible(False)


def _bridges(axes, opinions: Opinions, tallies: Tallies) -> None:  # type: ignore[no-untyped-def]
    admitted = np.flatnonzero(opinions.admitted)
    best = admitted[np.argsort(-tallies.consensus[admitted], kind="stable")][:MOST_BRIDGING]
    groups = len(tallies.seen)
    height = 0.5 / max(1, groups)
    for row, j in enumerate(best):
        text = fill(opinions.statements[j].text or f"statement {opinions.statements[j].id}", 78, max_lines=2)
        axes.text(0, row - 0.42, _plain(text), fontsize=8.5, va="bottom", ha="left")
        for group in range(groups):
            agreed, seen = int(tallies.agree.votes[group, j]), int(tallies.seen[group, j])
            y = row - 0.36 + height * (group + 0.5)
            axes.barh(y, agreed / max(1, seen), height * 0.82, color=COLOURS[group % len(COLOURS)])
            axes.text(agreed / max(1, seen) + 0.01, y, f"{agreed} of {seen}", fontsize=7, va="center")
    axes.set(xlim=(0, 1.14), ylim=(len(best) - 0.2, -0.85), yticks=[], title="What bridges the groups: who agrees")
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0%", "25%", "50%", "75%", "100%"])
    axes.spines[["top", "right", "left"]].set_visible(False)


def _hull(points: Floats) -> list[Floats]:
    from scipy.spatial import ConvexHull, QhullError

    try:
        return [points[ConvexHull(points).vertices]] if len(points) > 2 else []
    except QhullError:
        return []


def _plain(text: str) -> str:
    """Without what matplotlib would read as mathematics."""
    return text.replace("$", r"\$")
