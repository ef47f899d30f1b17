"""What was said and what was decided: frozen dataclasses that every other room speaks in."""

from eudaimon.dialogue.episode import PRIVATE, SHARED, Episode
from eudaimon.dialogue.message import MARK, Conversation, Message, Role, open_reply, with_reply
from eudaimon.dialogue.night import GateReport, Night, PersonaRecord, Stage
from eudaimon.dialogue.reflection import UNHEARD, VERDICTS, Comment, Decision, Passage, Reflection, Verdict
from eudaimon.dialogue.scripts import UNSPACED, unspaced
from eudaimon.dialogue.seal import Seal, digest
from eudaimon.dialogue.signal import Signal, SignalKind

__all__ = [
    "MARK",
    "PRIVATE",
    "SHARED",
    "UNHEARD",
    "UNSPACED",
    "VERDICTS",
    "Comment",
    "Conversation",
    "Decision",
    "Episode",
    "GateReport",
    "Message",
    "Night",
    "Passage",
    "PersonaRecord",
    "Reflection",
    "Role",
    "Seal",
    "Signal",
    "SignalKind",
    "Stage",
    "Verdict",
    "digest",
    "open_reply",
    "unspaced",
    "with_reply",
]
