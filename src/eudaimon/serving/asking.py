"""What a request asks for, in the words of the rooms below."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from eudaimon.dialogue import Conversation, Message, open_reply
from eudaimon.memory import Owner
from eudaimon.psyche import Council, Settings, derived_seed
from eudaimon.serving.guest import Guest
from eudaimon.serving.house import House
from eudaimon.serving.protocol.chat import ChatRequest, Said
from eudaimon.serving.protocol.extension import Wish
from eudaimon.serving.protocol.refusal import Refusal


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
    """

    owner: Owner
    learns: bool
    messages: Conversation
    settings: tuple[Settings, ...]
    council: Council
    pool: str = ""
    stop: tuple[str, ...] = ()
    conversation: str = ""

    @property
    def prefill(self) -> str:
        """The part of the reply that the client gave."""
        return open_reply(self.messages)


def asked_in_chat(house: House, guest: Guest, body: ChatRequest) -> Asked:
    """What a chat request asks for.

    Raises:
        Refusal: it cannot be honoured; names the field.
    """
    wish = body.eudaimon or Wish()
    limit = body.max_completion_tokens or body.max_tokens
    settings = _settings(house, limit, body.temperature, wish.reflect is not False)
    pool = wish.pool or guest.pool
    if body.model != house.name:
        message = f"there is no model '{body.model}' here; /v1/models lists those that there are"
        raise Refusal(404, "model_not_found", message, "model")
    return Asked(
        owner=guest.owner(wish.person, wish.community),
        learns=guest.learns,
        messages=tuple(_message(said) for said in body.messages),
        settings=_choices(house, settings, body.n or 1, body.seed),
        council=house.council(pool),
        pool=pool,
        stop=_stops(body.stop),
        conversation=wish.conversation or "",
    )


def _message(said: Said) -> Message:
    if said.role == "developer":
        return Message("system", said.text)
    return Message(said.role, said.text)


def _settings(house: House, limit: int | None, temperature: float | None, reflect: bool) -> Settings:
    life, most = house.life, house.settings.limits.tokens
    settings = life.manner.speech(life.record.seed, life.charter)
    if limit is not None and limit > most:
        raise Refusal(400, "too_many_tokens", f"{limit} tokens are asked for, {most} are the most", "max_tokens")
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


def _stops(stop: str | list[str] | None) -> tuple[str, ...]:
    return tuple(filter(None, [stop] if isinstance(stop, str) else stop or []))
