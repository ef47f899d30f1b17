"""How the cost of a council grows with the prefix, the number of archetypes and the batch; one figure, on 10M weights.

Each is varied with the others at 1024 tokens, 6 voices and 1 conversation; comments of 12 tokens, the trunk encoded
before the clock starts. The peer copies the cache for each voice.
"""

from __future__ import annotations

from pathlib import Path

from bench.models import SIZES, conversation, council, random_model
from bench.table import median_seconds, write
from eudaimon.language import Branch, LocalModel

SWEEPS = {"prefix": (256, 1024, 4096), "voices": (1, 6, 24), "conversations": (1, 4, 16)}
USUAL = {"prefix": 1024, "voices": 6, "conversations": 1}


def main() -> None:
    shared, copying = random_model(SIZES[1]), random_model(SIZES[1], share=False)
    rows = []
    for name, values in SWEEPS.items():
        for value in values:
            case = {**USUAL, name: value}
            ours, theirs = (_seconds(model, **case) for model in (shared, copying))
            rows.append({
                "varied": name, **case, "ours_s": ours, "peer": "cache copied for each voice", "peer_s": theirs,
                "ratio": theirs / ours,
            })  # fmt: skip
    write("growth", rows, model=SIZES[1].name, comment_tokens=12, trunk_encoded_before=True)
    _draw(rows)


def _seconds(model: LocalModel, prefix: int, voices: int, conversations: int) -> float:
    who = (council() * voices)[:voices]
    requests = [Branch(conversation(prefix, seed), who, max_tokens=12) for seed in range(conversations)]
    return median_seconds(lambda: model.branch(requests), repeats=3, slow=2.0)


def _draw(rows: list[dict[str, object]]) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, len(SWEEPS), figsize=(10, 3), sharey=True, layout="constrained")
    for panel, name in zip(panels, SWEEPS, strict=True):
        some = [row for row in rows if row["varied"] == name]
        for key, label in (("ours_s", "one trunk"), ("peer_s", "copies")):
            panel.plot([row[name] for row in some], [row[key] for row in some], marker="o", label=label)
        panel.set(xlabel=name, xscale="log", yscale="log")
    panels[0].set_ylabel("seconds a council")
    panels[0].legend(frameon=False)
    Path("results/bench").mkdir(parents=True, exist_ok=True)
    figure.savefig("results/bench/growth.png", dpi=110)


if __name__ == "__main__":
    main()
