"""eudaimon: an inner life that aligns a language model.

>>> import eudaimon
>>> eudaimon.Message("user", "who sells bread?").role
'user'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eudaimon.dialogue import Message as Message
    from eudaimon.language.backend import open_model as open_model
    from eudaimon.life import Life as Life
    from eudaimon.life import Manner as Manner
    from eudaimon.life import PeopleWorld as PeopleWorld
    from eudaimon.life import VillageWorld as VillageWorld

__version__ = "0.2.0"

__all__ = ["Life", "Manner", "Message", "PeopleWorld", "VillageWorld", "__version__", "open_model"]

_HOMES = {
    **dict.fromkeys(("Life", "Manner", "PeopleWorld", "VillageWorld"), "eudaimon.life"),
    "Message": "eudaimon.dialogue",
    "open_model": "eudaimon.language.backend",
}


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: a command that only prints its help loads none of it."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
