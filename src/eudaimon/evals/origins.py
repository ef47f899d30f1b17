"""What a card says of where a model comes from: how to repeat its birth, and what it read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eudaimon.birth.corpus import LENGTHS
from eudaimon.birth.village import stages
from eudaimon.worlds.village.lore import Recipe

LORE = Recipe()
USUAL = {"family": "lfm2", "layers": 4, "bad": LORE.bad, "error": LORE.error, "correlation": LORE.correlation}
"""What `eudaimon birth` does where nothing else is said; a test compares."""


def command(birth: Mapping[str, Any]) -> str:
    """The command that repeats a birth in the village, by its record."""
    said = {**birth["recipe"], "family": birth["family"], "layers": birth["layers"]}
    words = [f"eudaimon birth --seed {birth['seed']} --tokens {birth['schedule']['tokens']}"]
    words += [f"--{name} {said[name]}" for name, usual in USUAL.items() if said[name] != usual]
    device = birth["schedule"].get("device", "cpu")  # records from before it was kept: on the CPU
    words += [f"--device {device}"] if device != "cpu" else []
    return " ".join([*words, "--compile"] if birth["schedule"]["compiled"] else words)


def reading(birth: Mapping[str, Any]) -> str:
    """What a model born in the village read, stage by stage, and within how many tokens it learned to read notes."""
    # Births whose records are from before stages were kept read these.
    early: Sequence[Mapping[str, Any]] = birth.get("stages") or stages()
    rest = {"share": 1 - sum(one["share"] for one in early), "recipe": birth["recipe"]}
    told = ", ".join(f"{_percent(one['share'])} are {_lore(one['recipe'])}" for one in (*early, rest))
    return (
        f"of its tokens, in this order, {told}. Documents are cut at {LENGTHS[-1]} tokens, so reading notes is learned "
        f"within {LENGTHS[-1]} tokens."
    )


def _lore(recipe: Mapping[str, Any]) -> str:
    if recipe["echoed_words"] == 1:
        return "games of echo, without helpers"
    return f"lore with {_percent(recipe['bad'])} bad helpers and a rate of error of {_percent(recipe['error'])}"


def _percent(share: float) -> str:
    return f"{100 * share:.4g}%"
