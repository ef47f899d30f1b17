"""Resolution: which articles bind in a context, and how their tensions are settled there, as a trace to read."""

from eudaimon.values.resolution.resolving import Resolution, resolve
from eudaimon.values.resolution.settling import Settlement, settle

__all__ = ["Resolution", "Settlement", "resolve", "settle"]
