"""Reward functions of TRL's shape, `f(prompts, completions, **columns)`, found by name and guarded.

A reward is given as `file.py:function`, as `module:function`, or as the directory of a reward model; in
`module:function(a, b)` the function is what makes the reward, of these words. A reward that raises, or gives NaN or the
wrong number of rewards, ends the run with an error that names it and the row.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import re
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, cast

from eudaimon.errors import InputError, RewardError
from eudaimon.training.drivers.classifier import known_as_classifier

Reward = Callable[..., list[float]]


def find_reward(name: str) -> Reward | str:
    """The guarded function of this name, or the directory of a reward model, as TRL takes either.

    Raises:
        InputError: there is no such file, module, function or directory, or it cannot make a reward of those words.
        CapabilityError: the directory's model is of a family that cannot give a reward.
    """
    if (Path(name) / "config.json").is_file():
        known_as_classifier(name)
        return name
    if (Path(name) / "adapter_config.json").is_file():
        return name
    made = re.fullmatch(r"([^()]+)\((.*)\)", name)
    where, colon, function = (made[1] if made else name).rpartition(":")
    if not colon:
        raise InputError(f"the reward '{name}' is no model's directory; give one, or file.py:function")
    found = getattr(_module(where), function, None)
    if not callable(found):
        raise InputError(f"'{where}' has no function '{function}'; give the name of one that it defines")
    return guarded(_made(found, name, made[2]) if made else found, name)


def _made(maker: Callable[..., Any], name: str, words: str) -> Callable[..., Any]:
    given = [word.strip() for word in words.split(",") if word.strip()]
    try:
        reward = maker(*given)
    except (TypeError, ValueError) as error:
        raise InputError(f"the reward '{name}' cannot be made: {error}; give what its function takes") from error
    if not callable(reward):
        raise InputError(f"'{name}' made no reward, but {reward!r:.60}; let it return a function")
    return cast("Callable[..., Any]", reward)


def to_the_point(data: str, unit: float) -> Reward:
    """A floor of relevance, learned from pairs, as one more reward: 0 where a reply is to the point, else less.

    Args:
        data: a dataset with prompt, chosen and rejected.
        unit: what a logit of shortfall costs; about as much as the other rewards vary among honest replies.

    Raises:
        InputError: there is no such dataset.
        FormatError: a row lacks a column; names it.
        TrainingError: there are not two prompts with replies of their own.
    """
    from eudaimon.training.drivers.columns import checked, text_of
    from eudaimon.training.drivers.rows import read_rows
    from eudaimon.training.rewards import Judged, Relevance

    rows = read_rows(data)
    if "prompt" not in checked(rows, "reward"):
        raise rows[0].fault(
            "a floor of relevance is learned from prompts with replies, and there is no 'prompt'; add it"
        )
    told = [{side: text_of(row.columns[side]) for side in ("prompt", "chosen", "rejected")} for row in rows]
    relevance = Relevance([Judged(one["prompt"], one["chosen"], one["rejected"]) for one in told])

    def relevant(prompts: Sequence[Any], completions: Sequence[Any], **columns: Any) -> list[float]:
        lacks = relevance.lacks([text_of(one) for one in prompts], [text_of(one) for one in completions])
        return [-unit * float(one) for one in lacks]

    return guarded(relevant, "to the point")


def guarded(function: Callable[..., Any], name: str) -> Reward:
    """`function`, whose rewards are as many as completions, and finite.

    Raises:
        RewardError: (when called) they are not, or it raised; names the function and the row.
    """

    @wraps(function)
    def reward(prompts: Sequence[Any], completions: Sequence[Any], **columns: Any) -> list[float]:
        try:
            given = function(prompts=prompts, completions=completions, **columns)
        except Exception as error:
            row = _culprit(function, prompts, completions, columns)
            raise RewardError(
                f"{_named(name, prompts, row)} raised {type(error).__name__}: {error}; mend it"
            ) from error
        rewards = list(given) if isinstance(given, (list, tuple)) or hasattr(given, "__iter__") else [given]
        if len(rewards) != len(completions):
            raise RewardError(f"the reward '{name}' gave {len(rewards)} rewards for {len(completions)} completions")
        for row, one in enumerate(rewards):
            if one is None or not math.isfinite(one):
                raise RewardError(f"{_named(name, prompts, row)} gave {one}; give a finite number for every completion")
        return [float(one) for one in rewards]

    reward.__name__ = getattr(function, "__name__", "reward")
    return reward


def _named(name: str, prompts: Sequence[Any], row: int | None) -> str:
    where = "" if row is None else f" at row {row + 1} of the batch (prompt {str(prompts[row])[:60]!r})"
    return f"the reward '{name}'{where}"


def _culprit(function: Any, prompts: Sequence[Any], completions: Sequence[Any], columns: dict[str, Any]) -> int | None:
    """The first row that it raises on alone."""
    for row in range(len(completions)):
        own = {
            key: value[row : row + 1] if isinstance(value, list) and len(value) == len(completions) else value
            for key, value in columns.items()
        }
        try:
            function(prompts=prompts[row : row + 1], completions=completions[row : row + 1], **own)
        except Exception:
            return row
    return None


def _module(where: str) -> Any:
    try:
        if where.endswith(".py"):
            spec = importlib.util.spec_from_file_location(Path(where).stem, where)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
        return importlib.import_module(where)
    except (ImportError, OSError, SyntaxError) as error:
        raise InputError(f"the reward's module '{where}' cannot be imported: {error}; check the path") from error
