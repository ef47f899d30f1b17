"""The persona: a generator that asks for words and for decisions, and calls nobody.

Self-alignment seed: "at every reflection point, we have a new branch of possibility. What / who makes the decision to
stop and change or keep going?" Not the persona: it pauses, and is answered.

>>> from eudaimon.dialogue import Decision, Message, Verdict
>>> from eudaimon.language import Extension
>>> persona = speak((Message("user", "is it raining?"),))
>>> next(persona).stop[:2]
('.', '?')
>>> pause = persona.send(Extension("it is not.", "stop"))
>>> pause.passage.text
'it is not.'
>>> goes_on = persona.send(Decision(pause.id, Verdict.CONTINUE, pause.passage))
>>> try:
...     persona.send(Extension("", "end"))
... except StopIteration as ended:
...     print(ended.value.text)
it is not.
"""

from __future__ import annotations

from collections.abc import Generator

from eudaimon.dialogue import Conversation, Decision
from eudaimon.language import Extend, Extension
from eudaimon.psyche.pause import Pause
from eudaimon.psyche.reply import Reply, Settings
from eudaimon.psyche.speech import Speech

Persona = Generator[Extend | Pause, Extension | Decision | None, Reply]
"""A persona about to say one reply."""


def speak(conversation: Conversation, settings: Settings | None = None) -> Persona:
    """Say the assistant's next turn in `conversation` (or the rest of it, where the last message is an open reply).

    Yields `Extend`, to be sent an `Extension`; and `Pause`, to be sent the `Decision` on it, or None: not decided yet,
    go on. A decision on an earlier pause may be sent in answer to any wish, which is then asked again or, where the
    decision takes words back, replaced. A pause that is `last` is the end: None then means that no decision will come,
    and the passage stands. Returns the `Reply`.

    Raises:
        ValueError: an answer does not fit, or a pause is answered twice.
    """
    speech = Speech(conversation, settings or Settings())
    while not speech.done:
        speech.take((yield speech.wish()))
    return speech.reply()
