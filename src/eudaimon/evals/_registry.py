"""What Inspect finds by its entry point: the provider and the task."""

from eudaimon.evals.provider import PersonaAPI
from eudaimon.evals.village import village

__all__ = ["PersonaAPI", "village"]
