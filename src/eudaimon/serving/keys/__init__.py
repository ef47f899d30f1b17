"""Keys: who may come in, as whom. What is stored of one cannot be used as one."""

from eudaimon.serving.keys.key import Key, Scope
from eudaimon.serving.keys.ring import KeyRing
from eudaimon.serving.keys.sessions import Session, Sessions

__all__ = ["Key", "KeyRing", "Scope", "Session", "Sessions"]
