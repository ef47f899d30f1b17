"""A model with a community's pack: the community speaks where its pack has something to say, else the model as it was.

>>> from eudaimon.dialogue import Message
>>> from eudaimon.language import Extend, ScriptedModel
>>> model = ScriptedModel(say=lambda request: "as born." if request.sealed else "as packed.")
>>> reach = Reach(("the ferry leaves at noon.",), ("when does the ferry leave?",), ("how are you?", "when is it?"))
>>> asked = [Extend((Message("user", text),)) for text in ("when does the ferry go?", "how are you?")]
>>> [said.text for said in Gated(model, reach).extend(asked)]
['as packed.', 'as born.']
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from eudaimon.dialogue import Conversation, Message
from eudaimon.governance.packs.reach import Reach
from eudaimon.language import Branch, Extend, Extension, LanguageModel, Score, Voice

Request = TypeVar("Request", Extend, Branch, Score)


class Gated:
    """Asks the base weights whatever is out of a pack's reach, so that nothing changes there by a bit.

    Args:
        model: wears the pack's adapter, if it is to speak by one.
        reach: the pack's.
        told: what the model is told before a question within reach (`Pack.told`), if it is to speak by words.
    """

    def __init__(self, model: LanguageModel, reach: Reach, told: Callable[[str], str] | None = None) -> None:
        self.name, self.usage = f"{model.name}, gated", model.usage
        self.capabilities = replace(model.capabilities, together=False, admits=False)
        self._model, self._reach, self._told = model, reach, told

    def extend(self, requests: list[Extend]) -> list[Extension]:
        """Continue each conversation, as the pack or as the base."""
        return self._model.extend([self._heard(request) for request in requests])

    def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
        """Hear each conversation's voices, as the pack or as the base."""
        return self._model.branch([self._heard(request) for request in requests])

    def score(self, requests: list[Score]) -> list[tuple[float, ...]]:
        """Weigh each continuation, as the pack or as the base."""
        return self._model.score([self._heard(request) for request in requests])

    def forget(self) -> None:
        """Drop what was kept to save work."""
        self._model.forget()

    def _heard(self, request: Request) -> Request:
        asked = _question(request.conversation)
        if not self._reach.binds(asked):
            return replace(request, sealed=True)
        if self._told is None:
            return request
        return replace(request, conversation=(Message("system", self._told(asked)), *request.conversation))


def _question(heard: Conversation) -> str:
    """What was asked last."""
    return next((one.content for one in reversed(heard) if one.role == "user"), "")
