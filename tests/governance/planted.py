"""Conversations with planted groups, and exports in Polis's format; for all tests of this room."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eudaimon.governance.voices import Opinions, Statement


def planted(sizes=(60, 40, 30), statements=30, seen=0.6, noise=0.1, seed=0) -> tuple[Opinions, np.ndarray]:
    """A conversation whose groups have views of their own, but share the first sixth; with the true groups."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(sizes)), sizes)
    views = rng.choice([-1.0, 1.0], size=(len(sizes), statements))
    views[:, : statements // 6] = 1.0
    votes = views[truth]
    flipped = rng.random(votes.shape)
    votes = np.where(flipped < noise / 2, -votes, np.where(flipped < noise, 0.0, votes))
    votes = np.where(rng.random(votes.shape) < seen, votes, np.nan)
    people = tuple(f"p{i}" for i in range(len(truth)))
    return Opinions(people, tuple(Statement(str(j), f"statement {j}") for j in range(statements)), votes), truth


def export(folder: Path, opinions: Opinions, encoding: str = "utf-8") -> Path:
    """The conversation as Polis would export it."""
    head = ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree"]
    lines = [",".join([*head, *(one.id for one in opinions.statements)])]
    for i, name in enumerate(opinions.participants):
        row = opinions.votes[i]
        counts = [str(int(n)) for n in ((~np.isnan(row)).sum(), (row == 1).sum(), (row == -1).sum())]
        cells = ["" if np.isnan(v) else str(int(v)) for v in row]
        lines.append(",".join([name, opinions.published[i] if opinions.published else "", "0", *counts, *cells]))
    texts = ["timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body"]
    texts += [f'0,then,{one.id},0,0,0,{one.moderated},"{one.text}"' for one in opinions.statements]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "participants-votes.csv").write_text("\n".join(lines) + "\n", encoding=encoding)
    (folder / "comments.csv").write_text("\n".join(texts) + "\n", encoding=encoding)
    return folder
