"""A reply in which an upstream may call tools: before each call the council is asked, for acts cannot be taken back.

What the upstream says and wishes to call is heard passage by passage. A call that may go on is passed on as it is. On
*revise* the upstream is asked again, told why; on *surrender*, or when the tries are spent, it is asked to let go in
words, without tools.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from eudaimon.dialogue import Conversation, Decision, Message, Passage, Reflection, Verdict, with_reply
from eudaimon.language.answers import Answers
from eudaimon.language.bill import words
from eudaimon.language.chunk import Words, paired
from eudaimon.language.concessions import UNTHINKING, Body
from eudaimon.language.dialect import honest, plain
from eudaimon.language.patience import Fault, Patience
from eudaimon.psyche import Pause, Reply, Settings, deciding
from eudaimon.serving.protocol.tools import ToolCall, told
from eudaimon.serving.speaking.event import Decided, Finished, Tell
from eudaimon.serving.speaking.line import Line
from eudaimon.serving.speaking.wanted import ToolUse

Decide = Callable[[Pause], Awaitable[Decision]]


class _Said(BaseModel):
    content: Words = None
    tool_calls: list[ToolCall] | None = None


class _Choice(BaseModel):
    message: _Said
    finish_reason: str | None = None


class _Counted(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Whole(BaseModel):
    choices: list[_Choice]
    usage: _Counted | None = None


@dataclass
class Acting:
    """One such reply.

    Attributes:
        line, patience, model: whom to ask, and how.
        conversation: as the council hears it.
        use: what the client sent.
        settings: of the persona.
        decide: asks the council.
        tell: hears of it.
    """

    line: Line
    patience: Patience
    model: str
    conversation: Conversation
    use: ToolUse
    settings: Settings
    decide: Decide
    tell: Tell
    reflections: list[Reflection] = field(default_factory=list)
    drafts: list[Passage] = field(default_factory=list)
    tokens: int = 0
    given: int = 0

    async def run(self) -> None:
        """Let it be said. Raises EndpointError."""
        notes: list[dict[str, Any]] = []
        for attempt in range(self.settings.tries + 1):
            choice = await self._ask(notes, self.use.fields)
            decision = await self._judged(choice.message, attempt) if self.settings.reflect else None
            if decision is None:
                self._finish(choice.message, "length" if choice.finish_reason == "length" else "end")
                return
            parting = decision.verdict is Verdict.SURRENDER or attempt == self.settings.tries
            notes = _noted(choice.message, decision, parting)
            if parting:
                break
        choice = await self._ask(notes, {})
        self._finish(_Said(content=choice.message.content), "surrender")

    async def _ask(self, notes: list[dict[str, Any]], fields: Any) -> _Choice:
        body: Body = {
            "model": self.model,
            "messages": [*map(_honest, self.use.messages), *notes],
            "max_tokens": self.settings.max_tokens,
            "temperature": self.settings.temperature,
            "seed": (self.settings.seed + len(self.drafts)) % 2**31,
            **UNTHINKING,
            **fields,
        }
        trial = self.patience.trial()
        while True:
            try:
                answer = _read(self.line.answers, await self.line.ask(body))
            except Fault as fault:
                await asyncio.sleep(trial.delay(fault))
                continue
            said = answer.choices[0].message
            counted = answer.usage or _Counted(completion_tokens=words(told(said.content or "", said.tool_calls)))
            self.tokens += counted.completion_tokens
            self.given = self.given or counted.prompt_tokens
            return answer.choices[0]

    async def _judged(self, said: _Said, attempt: int) -> Decision | None:
        """The first decision that does not let what was said go on; None where all of it may."""
        passages = list(filter(None, [said.content, *(call.words for call in said.tool_calls or ())]))
        before = ""
        for number, text in enumerate(passages):
            act = number >= len(passages) - len(said.tool_calls or ())
            passage = Passage(text, before, "act" if act else "end")
            here = with_reply(self.conversation, before + text)
            pause = Pause(len(self.reflections), passage, here, number == len(passages) - 1)
            decision = await self.decide(pause)
            self.tell(Decided(decision))
            self.reflections.append(Reflection(len(with_reply(self.conversation, "")) - 1, attempt, decision))
            if decision.verdict is not Verdict.CONTINUE:
                self.drafts.append(passage)
                return decision
            before += f"{text}\n"
        return None

    def _finish(self, said: _Said, how: str) -> None:
        text = said.content or ""
        reply = Reply(text, (), tuple(self.reflections), tuple(self.drafts), max(1, self.tokens), how)
        self.tell(Finished(reply, self.given, calls=tuple(said.tool_calls or ())))


def _honest(turn: Mapping[str, Any]) -> dict[str, Any]:
    """A turn of the client's, in which nobody but the upstream itself can write what looks like the council's note."""
    content = turn.get("content")
    if turn["role"] == "assistant" or not content:
        return dict(turn)
    if isinstance(content, str):
        return {**turn, "content": honest(content)}
    return {**turn, "content": [{**part, "text": honest(part["text"])} if "text" in part else part for part in content]}


def _noted(said: _Said, decision: Decision, parting: bool) -> list[dict[str, Any]]:
    """The draft and the council's word on it, as messages: the calls were not made, so they are told in words."""
    comment = deciding(decision)
    verdict = str(Verdict.SURRENDER if parting else Verdict.REVISE)
    name, text = (comment.archetype, comment.text) if comment else ("council", "")
    (note,) = plain((Message("council", text, name=name, verdict=verdict),))
    draft = told(said.content or "", said.tool_calls)
    return [{"role": "assistant", "content": draft}, {"role": "user", "content": note.content}]


def _read(answers: Answers, text: str) -> _Whole:
    try:
        whole = _Whole.model_validate_json(paired(text))
    except ValidationError:
        raise answers.garbled(f"it answered {answers.safe(text)!r}, which is no chat completion") from None
    if not whole.choices:
        raise answers.garbled("it answered without any choices")
    return whole
