"""An undertone: archetypes that colour a persona's speech, where the model can blend them in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from eudaimon.errors import CapabilityError, InputError
from eudaimon.language import Blend, Extend, LanguageModel
from eudaimon.psyche.archetype import Archetypes, speakers


def undertone(archetypes: Archetypes, weights: Mapping[str, float]) -> Blend:
    """An undertone of the archetypes named in `weights`; a role's weight is shared out evenly among its members.

    Raises:
        InputError: one of them is not there, or a weight is no finite number.
    """
    if strange := [name for name in weights if name not in archetypes]:
        raise InputError(f"the undertone names '{strange[0]}'; name one of {', '.join(archetypes)}")
    if odd := [name for name, weight in weights.items() if not math.isfinite(weight)]:
        raise InputError(f"the undertone gives '{odd[0]}' the weight {weights[odd[0]]}; give a number, such as .2")
    shares: dict[str, float] = {}
    for name, weight in weights.items():
        members = archetypes[name].members or (name,)
        for member in members:
            shares[member] = shares.get(member, 0.0) + weight / len(members)
    voices = speakers(archetypes, shares)
    return Blend(tuple(voice.message for voice in voices), tuple(shares[voice.name] for voice in voices))


def check_blend(extends: Iterable[Extend], model: LanguageModel) -> None:
    """Raise a CapabilityError where an undertone is wished for that the model cannot blend."""
    for extend in extends:
        check_undertone(model, extend.blend)


def check_undertone(model: LanguageModel, wanted: Blend | None) -> None:
    """Raise a CapabilityError where `wanted` is an undertone and the model cannot blend one."""
    if wanted and not model.capabilities.blend:
        raise CapabilityError(
            f"the model {model.name} cannot blend an undertone into its speech; "
            "switch the undertone off, or use a local model"
        )
