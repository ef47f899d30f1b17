"""What happens while the persona sleeps: replay, commentary, dreams, signals, consolidation, and the morning gate."""

from eudaimon.night.critic import CouncilCritic, Critic, CriticScore, Said
from eudaimon.night.lessons import Taught, taught
from eudaimon.night.night import sleep
from eudaimon.night.settings import Settings
from eudaimon.night.speaking import as_persona

__all__ = ["CouncilCritic", "Critic", "CriticScore", "Said", "Settings", "Taught", "as_persona", "sleep", "taught"]
