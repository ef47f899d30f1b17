"""What a language model can do for us, in three verbs, over local models, endpoints and a scripted fake."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from eudaimon.language.beside import Answering, scheduler, together
from eudaimon.language.fitting import fitted
from eudaimon.language.model import (
    Blend,
    Branch,
    Capabilities,
    Extend,
    Extension,
    LanguageModel,
    Score,
    Usage,
    Voice,
    Weighed,
)
from eudaimon.language.scripted import ScriptedModel

if TYPE_CHECKING:
    from eudaimon.language.local import LocalModel
    from eudaimon.language.state import State

__all__ = [
    "Answering",
    "Blend",
    "Branch",
    "Capabilities",
    "Extend",
    "Extension",
    "LanguageModel",
    "LocalModel",
    "Score",
    "ScriptedModel",
    "State",
    "Usage",
    "Voice",
    "Weighed",
    "fitted",
    "scheduler",
    "together",
]

_HEAVY = {"LocalModel": "local", "State": "state"}
"""Names that need torch, and the modules that hold them: imported when first asked for."""


def __getattr__(name: str) -> object:
    if name in _HEAVY:
        return getattr(import_module(f"{__name__}.{_HEAVY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
