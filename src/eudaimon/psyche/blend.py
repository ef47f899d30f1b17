"""An undertone: archetypes that colour a persona's speech, where the model can blend them in."""

from __future__ import annotations

from collections.abc import Iterable

from eudaimon.errors import CapabilityError
from eudaimon.language import Blend, Extend, LanguageModel
from eudaimon.psyche.archetype import Archetypes, speakers


def undertone(archetypes: Archetypes, weights: dict[str, float]) -> Blend:
    """An undertone of the archetypes named in `weights`; a role's weight is shared out evenly among its members."""
    shares: dict[str, float] = {}
    for name, weight in weights.items():
        members = archetypes[name].members or (name,)
        for member in members:
            shares[member] = shares.get(member, 0.0) + weight / len(members)
    voices = speakers(archetypes, shares)
    return Blend(tuple(voice.message for voice in voices), tuple(shares[voice.name] for voice in voices))


def check_blend(extends: Iterable[Extend], model: LanguageModel) -> None:
    """Raise a CapabilityError where an undertone is wished for that the model cannot blend."""
    if not model.capabilities.blend and any(extend.blend for extend in extends):
        raise CapabilityError(
            f"the model {model.name} cannot blend an undertone into its speech; "
            "switch the undertone off, or use a local model"
        )
