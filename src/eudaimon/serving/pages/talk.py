"""*Talk*: a conversation with its pauses where they happened, each opening to the council.

With script, the page speaks to `/v1/chat/completions` as any client does, by its session, and shows the stream;
without, the form is answered by the whole page.
"""

from __future__ import annotations

import json
import secrets
from typing import Annotated

from fastapi import Form, Response
from starlette.concurrency import run_in_threadpool

from eudaimon.dialogue import Conversation
from eudaimon.life import Chat
from eudaimon.report.drawing import Shown, said, sentences
from eudaimon.serving.answering import Answering, Ended
from eudaimon.serving.asking import asked_in_chat
from eudaimon.serving.house import House
from eudaimon.serving.pages.drawing import draw
from eudaimon.serving.pages.people import talks
from eudaimon.serving.pages.routes import page_router, see
from eudaimon.serving.pages.seeing import in_village
from eudaimon.serving.pages.talks import Talk, path_of
from eudaimon.serving.pages.visitor import Acting, HouseOf, Visiting, Visitor
from eudaimon.serving.protocol.chat import ChatRequest
from eudaimon.serving.protocol.refusal import Refusal

router = page_router()
VISITS = 100_000
"""A new conversation with a model that was born in the village begins with the notes of one of so many villagers."""
LISTED = 30
"""Conversations that are listed beside one; the page *People* has all."""


@router.get("/")
def begin(house: HouseOf, visitor: Visiting) -> Response:
    """A conversation that has not begun."""
    visit = secrets.randbelow(VISITS)
    opening, wish, villager = _opening(house, visit)
    return draw(
        "talk", visitor, "Talk",
        title="Talk", talks=Shown.first(talks(house, visitor), LISTED), conversation="", visit=visit,
        notes=sentences(_notes(opening)), said=None, history=_history(opening), wish=wish, villager=villager,
        model=house.name,
    )  # fmt: skip


@router.get("/talk/{name:path}")
def go_on(house: HouseOf, visitor: Visiting, name: str, only: str = "") -> Response:
    """A conversation of the visitor's; with `only=turns`, what was said in it and nothing around that.

    Raises:
        Refusal: 404 where it is none of theirs.
    """
    mine = talks(house, visitor)
    talk = _mine(mine, name)
    shown = said(talk.whole, in_village(house))
    history = _history(talk.whole.messages)
    if only == "turns":
        return draw("turns", visitor, said=shown, history=history, title=talk.title)
    return draw(
        "talk", visitor, "Talk",
        title=talk.title, talks=Shown.first(mine, LISTED), conversation=talk.id, visit=0, notes=shown.notes,
        said=shown, history=history, wish="", villager="", model=house.name,
    )  # fmt: skip


@router.post("/talk")
async def say(
    house: HouseOf,
    visitor: Acting,
    words: Annotated[str, Form(max_length=100_000)],
    conversation: Annotated[str, Form()] = "",
    visit: Annotated[int, Form(ge=0, lt=VISITS)] = 0,
) -> Response:
    """Say something, and look at the conversation when it is answered."""
    before = await run_in_threadpool(_before, house, visitor, conversation, visit)
    told = [{"role": one.role, "content": one.content} for one in before]
    told.append({"role": "user", "content": words.replace("\r\n", "\n").strip()})
    wish = {"conversation": conversation} if conversation else None
    body = ChatRequest.model_validate({"model": house.name, "messages": told, "eudaimon": wish})
    asked = asked_in_chat(house, visitor.guest, body)
    name = conversation
    with house.gate.enter(visitor.guest.key):
        async for event in Answering(house, asked).events():
            if isinstance(event, Ended):
                name = event.conversation
    return see(path_of(name))


def _before(house: House, visitor: Visitor, conversation: str, visit: int) -> Conversation:
    """What was said, or stands, before the words of a form."""
    if conversation:
        return _mine(talks(house, visitor), conversation).whole.messages
    return _opening(house, visit)[0]


def _mine(mine: list[Talk], name: str) -> Talk:
    found = next((one for one in mine if one.id == name), None)
    if found is None:
        raise Refusal(404, "unknown_conversation", "there is no such conversation of yours; it may be forgotten")
    return found


def _opening(house: House, visit: int) -> tuple[Conversation, str, str]:
    """The notes before a conversation, what a villager would say, and who: a model that was born in the village knows
    nothing but notes, and no words but the village's. Others begin with nothing."""
    if not house.life.model.capabilities.voices:
        return (), "", ""
    chat = Chat(house.life, village=True, first=visit)
    speaker, words = chat.wish or ("", "")
    return chat.messages, words, speaker


def _notes(opening: Conversation) -> str:
    return "\n".join(one.content for one in opening if one.role == "system")


def _history(messages: Conversation) -> str:
    """What the page's script sends again, as clients do."""
    return json.dumps([{"role": one.role, "content": one.content} for one in messages])
