"""The door: a persona, its council and its memory behind the interface that every client speaks.

`create_app` makes the FastAPI application over an open `House`; `eudaimon serve` runs it. What clients and pages may
rely on stands in docs/serving.md.
"""

from __future__ import annotations

from eudaimon.serving.app import create_app
from eudaimon.serving.house import House
from eudaimon.serving.settings import Limits, Settings

__all__ = ["House", "Limits", "Settings", "create_app"]
