"""How the cost of a council grows with the prefix, the number of archetypes and the batch; one figure, on 10M weights.

Each is varied with the others at 1024 tokens, 6 voices and 1 conversation; comments of 12 tokens, the trunk encoded
before the clock starts. The peer copies the cache for each voice. The figure is drawn from the JSON alone:
`python -m bench.growth` draws it anew.
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

from bench.models import SIZES, conversation, council, random_model
from bench.table import FOLDER, TINY, Row, Table, against, either, median_seconds
from eudaimon.language import Branch, LocalModel

SWEEPS = either(
    {"prefix": (256, 1024, 4096), "voices": (1, 6, 24), "conversations": (1, 4, 16)},
    {"prefix": (32, 64), "voices": (1, 6), "conversations": (1, 2)},
)
USUAL = {"prefix": either(1024, 32), "voices": 6, "conversations": 1}
SIZE = SIZES[min(1, len(SIZES) - 1)]
AXES = {"prefix": "tokens before", "voices": "archetypes", "conversations": "conversations at once"}
DECADES = (0.05, 0.1, 0.2, 0.5, 1)
FIGURE = FOLDER / "growth.png" if TINY else Path("docs/growth.png")


def main(fresh: bool = False) -> None:
    table = Table("growth", fresh, model=SIZE.name, comment_tokens=12, trunk_encoded_before=True, seed=0)
    models = [random_model(SIZE), random_model(SIZE, share=False)]
    for name, values in SWEEPS.items():
        for value in values:
            table.measure({"varied": name, **USUAL, name: value}, partial(_row, models, **{**USUAL, name: value}))
    draw(table.path, FIGURE)


def _row(models: list[LocalModel], **case: int) -> Row:
    ours, theirs = (_seconds(model, **case) for model in models)
    return against(ours, "cache copied for each voice", theirs)


def _seconds(model: LocalModel, prefix: int, voices: int, conversations: int) -> float:
    who = (council() * voices)[:voices]
    requests = [Branch(conversation(prefix, seed), who, max_tokens=12) for seed in range(conversations)]
    model.forget()
    return median_seconds(lambda: model.branch(requests), repeats=3, slow=5.0)


def draw(path: Path, out: Path) -> None:
    """The figure of a table."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    rows = json.loads(path.read_text())["rows"]
    figure, panels = plt.subplots(1, len(SWEEPS), figsize=(10, 3.3), sharey=True, layout="constrained")
    for panel, name in zip(panels, SWEEPS, strict=True):
        some = [row for row in rows if row["varied"] == name]
        for key, label in (("ours_s", "one trunk"), ("peer_s", "copies")):
            panel.plot([row[name] for row in some], [row[key] for row in some], marker="o", label=label)
        panel.set(xscale="log", yscale="log", xlabel=AXES[name])
        panel.set_xticks([row[name] for row in some], [f"{row[name]:,}" for row in some])
        panel.set_yticks(DECADES, [f"{tick:g}" for tick in DECADES])
        panel.minorticks_off()
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("seconds")
    panels[0].legend(frameon=False, loc="upper left")
    figure.suptitle(f"A council's comments of 12 tokens, {SIZE.name} parameters, the conversation read before")
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    draw(FOLDER / "growth.json", FIGURE)
