"""From signals to weights: LoRA adapters by preference and by example, behind `consolidate`.

`torch` and `peft` are imported when `consolidate` is first asked for, since they take seconds to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eudaimon.training.settings import Settings

if TYPE_CHECKING:
    from eudaimon.training.consolidation import consolidate as consolidate

__all__ = ["Settings", "consolidate"]


def __getattr__(name: str) -> object:
    if name == "consolidate":
        from eudaimon.training.consolidation import consolidate

        return consolidate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
