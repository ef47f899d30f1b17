"""eudaimon: an inner life that aligns a language model.

>>> import eudaimon
>>> eudaimon.__version__.count(".")
2
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eudaimon.language.backend import open_model as open_model
    from eudaimon.life import Life as Life

__version__ = "0.1.0"

__all__ = ["Life", "__version__", "open_model"]


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: a command that only prints its help loads none of it."""
    if name == "Life":
        from eudaimon.life import Life

        return Life
    if name == "open_model":
        from eudaimon.language.backend import open_model

        return open_model
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
