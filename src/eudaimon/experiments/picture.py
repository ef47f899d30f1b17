"""Figures of what becomes of gold as training goes further from the base: by who taught a night, and by which reward.

python -m eudaimon.experiments.picture      from `results/` to `docs/approval.png` and `docs/optimised.png`
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

APPROVAL = Path("results/experiments/approval.json"), Path("docs/approval.png")
OPTIMISED = Path("results/optimised.json"), Path("docs/optimised.png")
COUPLINGS = {
    "aligned": "approval goes with flourishing",
    "neutral": "approval tells nothing of it",
    "opposed": "approval goes against it",
}
MUTE = 0.9
"""Share of replies that parse, below which a point is drawn hollow."""


def draw_approval(result: Path, out: Path) -> Path:
    """By who taught a night; three panels, one a coupling."""
    from matplotlib.figure import Figure

    from eudaimon.experiments.arms.field import name_of
    from eudaimon.gold import FAMILIES

    told = json.loads(result.read_text(encoding="utf-8"))["controls"]
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    panels = figure.subplots(1, len(COUPLINGS), sharey=True, sharex=True)
    for panel, (coupling, title) in zip(panels, COUPLINGS.items(), strict=True):
        _line(panel, told, "council", "tab:blue", "the council's night")
        _line(panel, told, f"gold: {coupling}, two", "tab:gray", "gold itself (cheating)")
        _line(panel, told, f"floors: {coupling}, two", "tab:orange", "approval where the council lets pass")
        for n, family in enumerate(one for one in FAMILIES if one.coupling.value == coupling):
            _line(panel, told, f"approval: {name_of(family)}", "tab:red", "" if n else "approval (three structures)")
        panel.axhline(told["gold given parsed, base"], color="black", linewidth=0.8, linestyle=":")
        panel.set(xscale="symlog", xlabel="KL to the base, nats a token", title=title)
        panel.set_xscale("symlog", linthresh=0.01)
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("gold of what parses")
    panels[0].legend(frameon=False, loc="lower left", fontsize=8)
    return _saved(figure, out)


def draw_optimised(result: Path, out: Path) -> Path:
    """By which reward; a panel for each birth."""
    from matplotlib.figure import Figure

    lives = json.loads(result.read_text(encoding="utf-8"))["lives"]
    figure = Figure(figsize=(8, 3.4), layout="constrained")
    panels = figure.subplots(1, len(lives), sharey=True, sharex=True, squeeze=False)[0]
    for panel, (birth, arms) in zip(panels, lives.items(), strict=True):
        base = arms["base"][0]
        for arm, points in arms.items():
            if arm != "base":
                worth = [0.0, *((one["gold"] - base["gold"]) / base["deviation"] for one in points)]
                panel.plot([0.0, *(max(0.0, one["kl"]) for one in points)], worth, marker="o", markersize=4, label=arm)
        panel.axhline(0, color="black", linewidth=0.8, linestyle=":")
        panel.set_xscale("symlog", linthresh=0.1)
        panel.set(xlabel="KL to the base, nats a reply", title=f"birth {birth}")
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("gold over the base, SD")
    panels[0].legend(frameon=False, loc="lower left", fontsize=8)
    return _saved(figure, out)


def _saved(figure: Figure, out: Path) -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, dpi=110, metadata={"Software": None})
    return out


def _line(panel: Axes, told: Mapping[str, Any], arm: str, colour: str, label: str) -> None:
    """An arm from the base on, at 1, 2 and 3 times its strength."""
    points = ["base", *(f"{arm}, {times} times" for times in (1, 2, 3))]
    far, worth, parsed = (
        [told[f"{what}, {point}"] for point in points] for what in ("KL", "gold given parsed", "parsed")
    )
    panel.plot(far, worth, color=colour, linewidth=1.2, label=label)
    for x, y, share in zip(far, worth, parsed, strict=True):
        panel.plot(x, y, "o", color=colour, markersize=4.5, markerfacecolor=colour if share >= MUTE else "white")


if __name__ == "__main__":
    for draw, (result, out) in ((draw_approval, APPROVAL), (draw_optimised, OPTIMISED)):
        if result.exists():
            print(draw(result, out))
