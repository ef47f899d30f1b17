"""What a language model can do for us, in three verbs, over local models, endpoints and a scripted fake."""

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
)
from eudaimon.language.scripted import ScriptedModel

__all__ = [
    "Blend",
    "Branch",
    "Capabilities",
    "Extend",
    "Extension",
    "LanguageModel",
    "Score",
    "ScriptedModel",
    "Usage",
    "Voice",
]
