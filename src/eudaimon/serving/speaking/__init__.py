"""Who speaks behind the door, and how what is said comes to those who wait for it."""

from eudaimon.serving.speaking.company import Company
from eudaimon.serving.speaking.event import Decided, Event, Failed, Finished, Settled, Tell

__all__ = ["Company", "Decided", "Event", "Failed", "Finished", "Settled", "Tell"]
