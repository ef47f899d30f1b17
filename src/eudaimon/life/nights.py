"""Nights as a life keeps them: their settings as JSON values, and their stages as a person would name them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, cast

from eudaimon import psyche, training
from eudaimon.dialogue import Stage
from eudaimon.dialogue.plainjson import from_json, to_json
from eudaimon.life.step import Moment, Progress, Step
from eudaimon.night import Settings
from eudaimon.values import Standard

_STAGES = {
    Stage.REPLAYED: ("replaying the day", 0.01),
    Stage.COMMENTED: ("hearing the council on the day", 0.07),
    Stage.DREAMT: ("dreaming", 0.01),
    Stage.SIGNALLED: ("trying other replies", 0.6),
    Stage.CONSOLIDATED: ("learning", 0.1),
    Stage.JUDGED: ("the morning gate", 0.2),
    Stage.MORNING: ("waking", 0.01),
}
"""What each stage does, and its share of a night's seconds (the embedded model on two cores)."""


def nights_as_json(settings: Settings) -> dict[str, object]:
    """`settings` as JSON values, without their `speech`, which is the life's manner."""
    parts = {"standard": to_json(settings.standard), "training": to_json(settings.training)}
    return {
        one.name: parts.get(one.name, getattr(settings, one.name)) for one in fields(settings) if one.name != "speech"
    }


def nights_from_json(plain: object, speech: psyche.Settings) -> Settings:
    """The settings that `nights_as_json` turned into JSON values, with `speech`."""
    values = dict(cast("Mapping[str, Any]", plain))
    standard, consolidating = values.pop("standard"), values.pop("training")
    return replace(
        Settings(**values),
        standard=from_json(Standard, standard),
        training=from_json(training.Settings, consolidating),
        speech=speech,
    )


def reporting(step: Step, progress: Progress) -> Callable[[str, int, int], None]:
    """What `night.sleep` is to tell its progress to."""

    most = 0.0

    def told(what: str, done: int, total: int) -> None:
        nonlocal most
        stage = Stage(what)
        name, weight = _STAGES[stage]
        before = sum(share for _, share in list(_STAGES.values())[: list(_STAGES).index(stage)])
        most = min(
            1.0, max(most, before + weight * done / max(1, total))
        )  # the gate counts twice: each persona is asked
        progress(Moment(step, name, done, total, most))

    return told
