"""The scripted fake: a language model that says what it is told to say. Part of the public API, for anybody's tests.

>>> from eudaimon.dialogue import Message
>>> from eudaimon.language import Extend
>>> model = ScriptedModel(say=lambda request: "yes.")
>>> model.extend([Extend((Message("user", "is it raining?"),))])[0].text
'yes.'
"""

from __future__ import annotations

from collections.abc import Callable

from eudaimon.dialogue import Conversation, Message, open_reply
from eudaimon.language.model import Branch, Capabilities, Extend, Extension, Score, Usage, Voice

Said = str | Extension


class ScriptedModel:
    """Answers from three plain functions.

    Args:
        say: what `extend` answers; a string is cut after the first stop string that it contains.
        judge: what a voice says of a conversation: comment and probabilities of the choices.
        weigh: log-probability of a continuation.
        capabilities: what it claims to be able to do.
    """

    def __init__(
        self,
        say: Callable[[Extend], Said] = lambda request: "so be it.",
        judge: Callable[[Conversation, Message], tuple[str, tuple[float, ...]]] = lambda heard, voice: (
            "",
            (1.0, 0.0, 0.0),
        ),
        weigh: Callable[[Conversation, str], float] = lambda heard, text: -float(len(text.split())),
        capabilities: Capabilities = Capabilities(logprobs=True, scores=True),
    ) -> None:
        self.name, self.capabilities, self.usage = "scripted", capabilities, Usage()
        self._say, self._judge, self._weigh = say, judge, weigh

    def extend(self, requests: list[Extend]) -> list[Extension]:
        return [self._cut(self._say(request), request) for request in requests]

    def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
        return [
            tuple(Voice(*self._judge(request.conversation, voice)) for voice in request.voices) for request in requests
        ]

    def score(self, requests: list[Score]) -> list[tuple[float, ...]]:
        return [tuple(self._weigh(r.conversation, text) for text in r.continuations) for r in requests]

    def forget(self) -> None:
        """Nothing is kept."""

    @staticmethod
    def _cut(said: Said, request: Extend) -> Extension:
        if isinstance(said, Extension):
            return said
        said = said if open_reply(request.conversation).strip() else said.lstrip()
        ends = [said.index(stop) + len(stop) for stop in request.stop if stop in said]
        text = said[: min(ends)] if ends else said
        return Extension(text, "stop" if ends else "end", tokens=len(text.split()))
