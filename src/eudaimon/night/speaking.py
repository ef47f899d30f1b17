"""Letting a persona speak: its weights where it has some, its lessons where it has those."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from eudaimon.dialogue import PersonaRecord
from eudaimon.language import LanguageModel
from eudaimon.night.lessons import Taught

if TYPE_CHECKING:
    from eudaimon.language.local import LocalModel


def as_persona(model: LanguageModel, persona: PersonaRecord, life: Path) -> LanguageModel:
    """`model`, speaking as `persona`; what is sealed is still answered by the base.

    Args:
        model: the base. Where it has gradients, its adapter is exchanged.
        persona: who is to speak.
        life: the life's directory, which adapters' paths are relative to.

    Raises:
        InputError: the persona's adapter is not there.
        ModelError: its adapter was made for another model.
    """
    if model.capabilities.gradients:
        cast("LocalModel", model).load_adapter(life / persona.adapter if persona.adapter else None)
    return Taught(model, persona.lessons) if persona.lessons else model
