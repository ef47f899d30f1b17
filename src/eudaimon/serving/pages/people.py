"""*People*: what is remembered about whoever looks; they correct, export and forget it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Form, Response
from starlette.concurrency import run_in_threadpool

from eudaimon.dialogue import Episode
from eudaimon.dialogue.plainjson import to_json
from eudaimon.errors import StoreError
from eudaimon.life import forget, forgetting, learned_in
from eudaimon.memory import CORRECTED
from eudaimon.serving.house import House
from eudaimon.serving.pages.commons import proposals_in
from eudaimon.serving.pages.drawing import PRIVATE, draw
from eudaimon.serving.pages.routes import page_router, see
from eudaimon.serving.pages.seeing import in_village
from eudaimon.serving.pages.talks import Talk, talks_of
from eudaimon.serving.pages.visitor import Acting, HouseOf, Visiting, Visitor
from eudaimon.serving.protocol.refusal import Refusal

router = page_router()
LONGEST = 20_000
"""Characters that a corrected message may have."""


@dataclass(frozen=True, slots=True)
class Word:
    """Something that the person said, in the episode `episode` at `place`."""

    episode: str
    place: int
    text: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class Memory:
    """A conversation, and what became of it at night."""

    id: str
    path: str
    title: str
    about: str
    words: tuple[Word, ...]
    nights: tuple[int, ...]
    signals: int
    copies: int


@router.get("/people")
def remembered(house: HouseOf, visitor: Visiting) -> Response:
    """The page."""
    learned = _Learned(house)
    memories = [learned.memory(talk) for talk in talks(house, visitor)]
    return draw("people", visitor, "People", talks=memories, learns=visitor.guest.learns)


@router.get("/people/export.json")
def export(house: HouseOf, visitor: Visiting) -> Response:
    """All that is stored of the person, as JSON."""
    learned, mine = _Learned(house), house.life.store.episodes_of(visitor.owner)
    names = {one.id for one in mine}
    made = [one for one in learned.copies if one.visible.get("of") in names]
    told: dict[str, Any] = {
        "person": visitor.owner.person,
        "community": visitor.owner.community,
        "episodes": to_json(mine),
        "learned": {one.id: learned.nights[one.id] for one in mine if one.id in learned.nights},
        "commentaries": to_json([one for one in made if one.source == "commentary"]),
        "signals": to_json([one for one in house.life.store.signals() if one.episode in names]),
    }
    named = {"Content-Disposition": 'attachment; filename="remembered.json"', **PRIVATE}
    return Response(json.dumps(told, indent=1), media_type="application/json", headers=named)


@router.post("/people/correct")
async def correct(
    house: HouseOf,
    visitor: Acting,
    episode: Annotated[str, Form()],
    place: Annotated[int, Form()],
    text: Annotated[str, Form(max_length=LONGEST)],
) -> Response:
    """Let a message say what the person meant, in every episode of that conversation.

    Raises:
        Refusal: 404 where it is none of theirs.
    """
    await run_in_threadpool(_correct, house, visitor, episode, place, text.replace("\r\n", "\n"))
    house.threads.drop(visitor.owner)  # what was said there is no longer what clients still send
    return see("/people")


@router.get("/people/forget")
def ask(house: HouseOf, visitor: Visiting) -> Response:
    """What forgetting everything would take, and what it could not."""
    mine = talks(house, visitor)
    nights = _Learned(house).nights
    taught = {nights[one.id] for talk in mine for one in talk.episodes if one.id in nights}
    return draw("forget", visitor, "People", talks=mine, learned=learned_in(house.life.store.personas(), taught))


@router.post("/people/forget")
async def forgotten(
    house: HouseOf,
    visitor: Acting,
    episode: Annotated[str, Form()] = "",
    everything: Annotated[str, Form()] = "",
) -> Response:
    """Forget one conversation, or all of them.

    Raises:
        Refusal: 404 where it is none of theirs.
    """
    mine = await run_in_threadpool(talks, house, visitor)
    names = [one.id for talk in mine for one in talk.episodes if everything or talk.id == episode]
    if not names:
        raise Refusal(
            404, "unknown_conversation", "there is no such conversation of yours; it may be forgotten already"
        )
    house.threads.drop(visitor.owner)
    found = await run_in_threadpool(forget, house.life.directory, house.store, names)
    proposed = sum(one.by == visitor.owner for one in proposals_in(house))
    return draw(
        "forgotten", visitor, "People",
        gone=found.gone,
        pack_rows=found.pack_rows,
        learned=found.learned,
        untouched=found.untouched,
        report=found.report,
        proposals=proposed,
    )  # fmt: skip


def talks(house: House, visitor: Visitor) -> list[Talk]:
    """The visitor's conversations, the latest first."""
    store = house.life.store
    return talks_of(store.episodes_of(visitor.owner), store.times_of(visitor.owner), in_village(house))


def _correct(house: House, visitor: Visitor, name: str, place: int, text: str) -> None:
    """Correct a message in every episode of a conversation that begins with the same words up to it."""
    talk = next((one for one in talks(house, visitor) if any(e.id == name for e in one.episodes)), None)
    meant = next((one for one in talk.episodes if one.id == name), None) if talk else None
    if talk is None or meant is None or not 0 <= place < len(meant.messages) or not text.strip():
        raise Refusal(404, "unknown_message", "there is no such message of yours; look at the page again")
    same = [one for one in talk.episodes if one.messages[: place + 1] == meant.messages[: place + 1]]
    try:
        with house.store.transaction():
            for one in same:
                forgetting.correct(house.life.directory, house.store, one.id, place, text)
    except StoreError as error:
        raise Refusal(404, "unknown_message", str(error)) from error
    house.store.sweep()


class _Learned:
    """What nights made of which episode."""

    def __init__(self, house: House) -> None:
        store = house.life.store
        self.nights = {one.id: night.number for night in store.nights() for one in store.consumed(night.number)}
        self.copies = [one for source in ("commentary", "dream") for one in store.episodes(source=source)]
        self.signals = store.signals()

    def memory(self, talk: Talk) -> Memory:
        """A conversation as it is shown."""
        names = {one.id for one in talk.episodes}
        copies = {one.id for one in self.copies if names & {one.visible.get("of"), one.visible.get("with")}}
        return Memory(
            id=talk.id,
            path=talk.path,
            title=talk.title,
            about=_about(talk),
            words=tuple(_words(talk.episodes[-1])),
            nights=tuple(sorted({self.nights[name] for name in names if name in self.nights})),
            signals=sum(one.episode in names | copies for one in self.signals),
            copies=len(copies),
        )


def _about(talk: Talk) -> str:
    last = talk.episodes[-1]
    when = datetime.fromtimestamp(talk.at, UTC).strftime("%-d %B %Y, %H:%M UTC") if talk.at else f"day {last.day}"
    turns = sum(one.role == "user" for one in last.messages)
    pauses = len(talk.whole.reflections)
    return f"{when} · you spoke {turns} time{'' if turns == 1 else 's'} · {pauses} pause{'' if pauses == 1 else 's'}"


def _words(episode: Episode) -> Iterable[Word]:
    corrected = episode.visible.get(CORRECTED, ())
    for place, said in enumerate(episode.messages):
        if said.role == "user":
            yield Word(episode.id, place, said.content, isinstance(corrected, list) and place in corrected)
