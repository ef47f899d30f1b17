"""Worlds with a proxy and a hidden intent, small enough that every way of acting can be tried."""

from eudaimon.worlds.gaming.families import FAMILIES, Family
from eudaimon.worlds.gaming.task import Act, Kind, Run, Seen, Task, draw_task

__all__ = ["FAMILIES", "Act", "Family", "Kind", "Run", "Seen", "Task", "draw_task"]
