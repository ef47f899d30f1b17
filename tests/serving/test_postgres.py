"""The door of a life in PostgreSQL: many at once are answered and stored, and one forgotten is gone."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx

from eudaimon.life import forget
from eudaimon.memory import Owner

ASKED = {"model": "eudaimon", "messages": [{"role": "user", "content": "who sells bread?"}]}
MANY = 60


def test_many_are_answered_at_once_and_what_they_said_is_stored_and_forgotten(
    open_door: Callable[..., Any], postgres_url: str
) -> None:
    async def ask(url: str, key: str) -> list[int]:
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
            answers = await asyncio.gather(*(client.post("/v1/chat/completions", json=ASKED) for _ in range(MANY)))
        return [answer.status_code for answer in answers]

    door = open_door(store=postgres_url)
    assert asyncio.run(ask(door.url, door.key("ann"))) == [200] * MANY
    life = door.house.life
    said = [one.id for one in life.store.episodes_of(Owner("ann"))]
    assert len(said) == MANY
    assert forget(life.directory, life.store, said[:1]).gone.conversations == 1
    assert [one.id for one in life.store.episodes_of(Owner("ann"))] == said[1:]
