"""How what was said at the door becomes rows of the life, under the person whose it is."""

from eudaimon.serving.keeping.keeper import Keeper
from eudaimon.serving.keeping.threads import Threads
from eudaimon.serving.keeping.today import today

__all__ = ["Keeper", "Threads", "today"]
