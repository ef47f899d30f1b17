"""Personas as models for Inspect: `inspect eval ... --model eudaimon/PATH`, offline.

A reply is spoken by `psyche`'s driver, pauses and council included, so any Inspect task can be put to a persona, and
its reflections lie in the log beside its words. Samples that wait at the same time are answered together, since a small
model answers eight nearly as fast as one. Tokens are counted here as words: Inspect's own count downloads a table.

    inspect eval eudaimon/village --model eudaimon/newborn                       the embedded model, as born
    inspect eval eudaimon/village --model eudaimon/newborn -M council=true       the same, with its council
    inspect eval eudaimon/village --model eudaimon/DIR -M adapter=LIFE/personas/ID
    inspect eval eudaimon/village --model eudaimon/NAME --model-base-url http://host:port/v1
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import anyio
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    modelapi,
)
from inspect_ai.tool import ToolChoice, ToolInfo

from eudaimon.dialogue import Conversation, Message
from eudaimon.dialogue.plainjson import to_json
from eudaimon.errors import CapabilityError
from eudaimon.evals.actors import silent
from eudaimon.language import LanguageModel
from eudaimon.language.backend import open_model
from eudaimon.psyche import (
    Council,
    Judge,
    Reply,
    Settings,
    derived_seed,
    drive,
    load_archetypes,
    speak,
)

BATCH = 64
PATIENCE = 0.005
"""Seconds that the first of a batch waits for others."""


@dataclass(slots=True)
class _Ticket:
    """A conversation that waits to be answered, and the answer."""

    conversation: Conversation
    settings: Settings
    reply: Reply | None = None
    failure: Exception | None = None


@modelapi(name="eudaimon")
class PersonaAPI(ModelAPI):
    """A persona behind Inspect's interface.

    Args:
        model_name: a directory or hub id, `newborn` for the embedded model, or what an endpoint calls its model.
        base_url: the endpoint, where there is one.
        api_key: of the endpoint.
        config: `max_tokens`, `temperature` and `seed` are heeded.
        language: a model at hand instead of `model_name`, for use from Python.
        judge: who answers pauses, for use from Python; else see `council`.
        council: whether the persona pauses before a council of `pool`, seated as in a life.
        pool: the name of a shipped pool.
        adapter: a PEFT directory to speak with.
        batch: at most so many conversations at once.

    Raises:
        InputError: there is no such model or adapter.
        ModelError: it cannot be loaded.
    """

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig = GenerateConfig(),  # noqa: B008 - as in Inspect's own providers
        *,
        language: LanguageModel | None = None,
        judge: Judge | None = None,
        council: bool = False,
        pool: str = "village",
        adapter: str | None = None,
        batch: int = BATCH,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config)
        self._language = language or _opened(model_name, base_url, api_key)
        if adapter is not None:
            cast("Any", self._language).load_adapter(adapter)
        self._judge = judge or (Council.seated(self._language, load_archetypes(), pool) if council else None)
        self._batch, self._waiting, self._lock = batch, list[_Ticket](), anyio.Lock()
        self._asked: Counter[Conversation] = Counter()

    async def generate(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput:
        """One reply of the persona's.

        Raises:
            CapabilityError: the task offers tools; personas only speak.
        """
        if tools:
            raise CapabilityError(f"the task offers tools ({tools[0].name}, ...), but personas only speak; offer none")
        conversation = conversation_of(input)
        reply = await self._answered(_Ticket(conversation, self._settings(conversation, config)))
        return _output(self.model_name, conversation, reply)

    async def count_text_tokens(self, text: str) -> int:
        """Words."""
        return len(text.split())

    async def count_tokens(self, input: str | list[ChatMessage], config: GenerateConfig | None = None) -> int:
        """Words."""
        return len((input if isinstance(input, str) else " ".join(message.text for message in input)).split())

    def max_connections(self) -> int:
        """So many samples wait side by side."""
        return self._batch

    def _settings(self, conversation: Conversation, config: GenerateConfig) -> Settings:
        """Greedy unless told otherwise; the same conversation asked again (in another epoch) has another seed."""
        self._asked[conversation] += 1
        said = [message.content for message in conversation]
        return Settings(
            max_tokens=config.max_tokens or Settings().max_tokens,
            temperature=config.temperature or 0.0,
            seed=derived_seed(config.seed or 0, said, self._asked[conversation]),
            reflect=self._judge is not None,
        )

    async def _answered(self, ticket: _Ticket) -> Reply:
        """Whoever gets the lock first answers for all who wait by then."""
        self._waiting.append(ticket)
        async with self._lock:
            if ticket.reply is None and ticket.failure is None:
                await anyio.sleep(PATIENCE)
                batch, self._waiting = self._waiting[: self._batch], self._waiting[self._batch :]
                await anyio.to_thread.run_sync(self._answer, batch)
        if ticket.failure is not None:
            raise ticket.failure
        return cast(Reply, ticket.reply)

    def _answer(self, batch: Sequence[_Ticket]) -> None:
        try:
            personas = [speak(ticket.conversation, ticket.settings) for ticket in batch]
            replies = drive(personas, self._language, self._judge or silent)
        except Exception as failure:
            for ticket in batch:
                ticket.failure = failure
            return
        for ticket, reply in zip(batch, replies, strict=True):
            ticket.reply = reply


def conversation_of(messages: Sequence[ChatMessage]) -> Conversation:
    """Inspect's messages as a conversation.

    Raises:
        CapabilityError: there is a tool's message among them.
    """
    said = []
    for message in messages:
        if message.role == "tool":
            raise CapabilityError("the conversation holds a tool's message, but personas only speak; offer no tools")
        said.append(Message(message.role, message.text))
    return tuple(said)


def _output(model: str, conversation: Conversation, reply: Reply) -> ModelOutput:
    words = sum(len(message.content.split()) for message in conversation)
    choice = ChatCompletionChoice(
        message=ChatMessageAssistant(content=reply.text, model=model, source="generate"),
        stop_reason="max_tokens" if reply.finish == "length" else "stop",
    )
    return ModelOutput(
        model=model,
        choices=[choice],
        usage=ModelUsage(input_tokens=words, output_tokens=reply.tokens, total_tokens=words + reply.tokens),
        metadata={
            "finish": reply.finish,
            "reflections": to_json(reply.reflections),
            "drafts": [passage.text for passage in reply.drafts],
        },
    )


def _opened(name: str, base_url: str | None, api_key: str | None) -> LanguageModel:
    if base_url is not None:
        return open_model(base_url, name=name, api_key=api_key)
    return open_model(None if name == "newborn" else name)
