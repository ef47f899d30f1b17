"""What a request asks for, in the words of the rooms below."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from eudaimon.dialogue import Conversation, Message, open_reply
from eudaimon.memory import Owner
from eudaimon.psyche import Council, Settings, derived_seed
from eudaimon.serving.guest import Guest
from eudaimon.serving.house import House
from eudaimon.serving.protocol.chat import Answered, ChatRequest, Replied, Said, text_of
from eudaimon.serving.protocol.extension import Wish
from eudaimon.serving.protocol.refusal import Refusal
from eudaimon.serving.protocol.tools import told
from eudaimon.serving.speaking import ToolUse, Wanted
from eudaimon.serving.speaking.wanted import NOTHING


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that can be answered.

    Attributes:
        owner: for whom.
        learns: whether nights may learn from it.
        messages: the conversation; a last message by the assistant is gone on with.
        settings: how the persona is to speak, one for each choice.
        council: who judges it.
        pool: the name of the pool, as asked for.
        stop: strings before which the reply ends.
        conversation: the id that the client gave; empty where it gave none.
        wanted: what is wanted besides words.
    """

    owner: Owner
    learns: bool
    messages: Conversation
    settings: tuple[Settings, ...]
    council: Council
    pool: str = ""
    stop: tuple[str, ...] = ()
    conversation: str = ""
    wanted: Wanted = NOTHING

    @property
    def prefill(self) -> str:
        """The part of the reply that the client gave."""
        return open_reply(self.messages)


def asked_in_chat(house: House, guest: Guest, body: ChatRequest) -> Asked:
    """What a chat request asks for.

    Raises:
        Refusal: it cannot be honoured; names the field.
    """
    for name in ("max_tokens", "max_completion_tokens"):
        few(house, getattr(body, name), name)
    asked = asked_of(
        house,
        guest,
        body.eudaimon or Wish(),
        body.model,
        tuple(map(_message, body.messages)),
        limit=body.max_completion_tokens or body.max_tokens or _unsaid(house, body),
        temperature=body.temperature,
        n=body.n or 1,
        seed=body.seed,
        stop=body.stop,
    )
    likely = None
    if body.logprobs:
        likely = weighable(house, asked, body.top_logprobs or 0)
    elif body.top_logprobs is not None:
        raise Refusal(400, "invalid_request", "top_logprobs are told with logprobs; set that too", "top_logprobs")
    return replace(asked, wanted=Wanted(likely, _tools(house, asked, body)))


def asked_of(
    house: House,
    guest: Guest,
    wish: Wish,
    model: str,
    messages: Conversation,
    *,
    limit: int | None,
    temperature: float | None,
    n: int,
    seed: int | None,
    stop: str | list[str] | None,
) -> Asked:
    """What all kinds of requests have in common. Raises Refusal."""
    if model != house.name:
        message = f"there is no model '{model}' here; /v1/models lists those that there are"
        raise Refusal(404, "model_not_found", message, "model")
    settings = _settings(house, limit, temperature, wish.reflect is not False)
    pool = wish.pool or guest.pool
    return Asked(
        owner=guest.owner(wish.person, wish.community),
        learns=guest.learns,
        messages=messages,
        settings=_choices(house, settings, n, seed),
        council=house.council(pool),
        pool=pool,
        stop=tuple(filter(None, [stop] if isinstance(stop, str) else stop or [])),
        conversation=wish.conversation or "",
    )


def _unsaid(house: House, body: ChatRequest) -> int | None:
    """The limit where the client gave none: all that the door allows where tools may be called, since half a call is
    none; else the life's own."""
    return house.settings.limits.tokens if body.tools else None


def few(house: House, limit: int | None, name: str) -> None:
    """Raise Refusal where more tokens are asked for than one reply may have."""
    most = house.settings.limits.tokens
    if limit is not None and limit > most:
        raise Refusal(400, "too_many_tokens", f"{limit} tokens are asked for, {most} are the most", name)


def weighable(house: House, asked: Asked, top: int) -> int:
    """`top`, where log-probabilities can be told. Raises Refusal."""
    can = house.life.model.capabilities
    if asked.stop:
        raise Refusal(
            400, "unsupported_parameter", "logprobs are not told where stop is given; leave one out", "logprobs"
        )
    if can.gradients or (can.remote and not asked.settings[0].reflect):
        return top
    why = (
        "an upstream's are not known of a reply that was revised on the way; leave them out, or set eudaimon.reflect "
        "to false"
        if can.remote
        else f"{house.life.model.name} does not give them; leave them out"
    )
    raise Refusal(400, "unsupported_parameter", f"logprobs cannot be told here: {why}", "logprobs")


def _tools(house: House, asked: Asked, body: ChatRequest) -> ToolUse | None:
    """The tools that may be called. Raises Refusal where there are some, or were, and the model cannot call any."""
    used = any(isinstance(one, Answered) or getattr(one, "tool_calls", None) for one in body.messages)
    if not body.tools:
        for name in ("tool_choice", "parallel_tool_calls"):
            if getattr(body, name) not in (None, "none"):
                raise Refusal(400, "invalid_request", f"{name} is about tools, and there are none; leave it out", name)
        if not used:
            return None
    if not house.life.model.capabilities.remote:
        message = f"tools cannot be called by {house.life.model.name}; leave them out, or serve an upstream that can"
        raise Refusal(400, "unsupported_parameter", message, "tools" if body.tools else "messages")
    if body.logprobs or asked.stop:
        name = "logprobs" if body.logprobs else "stop"
        raise Refusal(400, "unsupported_parameter", f"{name} cannot be honoured where tools are; leave it out", name)
    names = ("tools", "tool_choice", "parallel_tool_calls")
    fields = {name: value for name, value in body.model_dump(exclude_none=True).items() if name in names}
    return ToolUse(tuple(one.model_dump(exclude_none=True) for one in body.messages), fields)


def _message(one: Said | Replied | Answered) -> Message:
    """A message in the words that the council hears and the store keeps."""
    text = text_of(one.content)
    if isinstance(one, Replied):
        return Message("assistant", told(text, one.tool_calls))
    if isinstance(one, Answered):
        return Message("user", f"[A tool answered {one.tool_call_id}:] {text}")
    return Message("user" if one.role == "user" else "system", text)


def _settings(house: House, limit: int | None, temperature: float | None, reflect: bool) -> Settings:
    life, most = house.life, house.settings.limits.tokens
    settings = life.speech()
    return replace(
        settings,
        max_tokens=limit or min(most, settings.max_tokens),
        temperature=settings.temperature if temperature is None else temperature,
        reflect=settings.reflect and reflect,
    )


def _choices(house: House, settings: Settings, n: int, seed: int | None) -> tuple[Settings, ...]:
    most = house.settings.limits.choices
    if n > most:
        raise Refusal(400, "too_many_choices", f"{n} choices are asked for, {most} are the most", "n")
    root = secrets.randbits(31) if seed is None else derived_seed("door", seed)
    return tuple(replace(settings, seed=derived_seed(root, choice)) for choice in range(n))
