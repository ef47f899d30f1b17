"""Real preferences, where the development data lie beside the project."""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

from eudaimon.training.rewards import Judged

SHARED = next(
    (p / "shared" / "data" for p in Path(__file__).parents if (p / "shared" / "data").is_dir()), Path("absent")
)
V1, V2 = "v1_vs_davinci003_judge-gpt4", "v2_vs_gpt4-1106_judge-weighted-gpt4-turbo"
VIEWS = math.log(1.25)
"""Answers whose views differ by more than a quarter are no pair: views alone order most of the others."""


def hh_rlhf() -> list[Judged]:
    """Anthropic's harmless-base: the last reply, given the dialogue before it."""
    pairs = []
    for line in (SHARED / "hh-rlhf" / "harmless-base-part.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        prompt, _, chosen = row["chosen"].rpartition("\n\nAssistant:")
        before, _, rejected = row["rejected"].rpartition("\n\nAssistant:")
        if chosen.strip() != rejected.strip() and prompt == before:
            pairs.append(Judged(prompt, chosen, rejected))
    return pairs


def alpaca_eval(models: int = 6) -> list[Judged]:
    """AlpacaEval's first version: some models against davinci-003, judged by GPT-4 (1: the baseline is better, 2: the
    model)."""
    asked = {row["id"]: row for row in _lines(f"{V1}.instructions")}
    outputs = _lines(f"{V1}.outputs")
    names = list(dict.fromkeys(row["model"] for row in outputs))[:models]
    pairs = []
    for row in outputs:
        if row["model"] in names and row["preference"] in (1, 2):
            prompt, base = asked[row["id"]]["instruction"], asked[row["id"]]["baseline_output"]
            better, worse = (base, row["output"]) if row["preference"] == 1 else (row["output"], base)
            if better.strip() != worse.strip():
                pairs.append(Judged(prompt, better, worse))
    return pairs


def counsel_chat() -> list[Judged]:
    """Two answers to one question that were seen about equally often; the one with more upvotes is chosen."""
    answers = defaultdict(list)
    with (SHARED / "counsel-chat" / "counsel_chat_deidentified.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["answerText"].strip() and row["views"].strip():
                answers[row["questionTitle"]].append((int(row["upvotes"]), int(row["views"]), row["answerText"]))
    return [
        Judged(question, *((a[2], b[2]) if a[0] > b[0] else (b[2], a[2])))
        for question, all_answers in answers.items()
        for a, b in combinations(all_answers, 2)
        if a[0] != b[0] and abs(math.log((a[1] + 1) / (b[1] + 1))) < VIEWS
    ]


def null_model(honest: int = 3) -> tuple[list[str], list[str], list[list[str]]]:
    """Prompts, the NullModel's replies to them, and those of some honest models, from AlpacaEval's second version."""
    asked = {row["id"]: row["instruction"] for row in _lines(f"{V2}.instructions")}
    said: dict[str, dict[int, str]] = defaultdict(dict)
    for row in _lines(f"{V2}.outputs"):
        said[row["model"]][row["id"]] = row["output"]
    others = [name for name in said if name != "NullModel"][:honest]
    ids = [i for i in asked if all(i in said[name] for name in ("NullModel", *others))]
    return [asked[i] for i in ids], [said["NullModel"][i] for i in ids], [[said[n][i] for i in ids] for n in others]


def _lines(name: str) -> list[dict[str, Any]]:
    with gzip.open(SHARED / "alpaca-eval" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]
