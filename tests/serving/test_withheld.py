"""Behind an upstream, too, a persona from whom acting was taken says no word for what cannot be undone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.serving.upstream import Body, Upstream

from eudaimon.dialogue import Message
from eudaimon.language.endpoint import EndpointModel
from eudaimon.life import Life
from eudaimon.psyche import Points
from eudaimon.serving.speaking.event import Event, Failed, Finished, Settled
from eudaimon.serving.speaking.remote import Remote
from eudaimon.serving.speaking.wanted import NOTHING, ToolUse, Wanted

ASKED = "sell my mill"
TOOLS = Wanted(tools=ToolUse(({"role": "user", "content": ASKED},), {"tools": []}))


def says(body: Body) -> str:
    """Sells whatever it is asked to sell; lets go where it is told to."""
    heard = [one["content"] for one in body["messages"]]
    if "You are asked as" in heard[-1]:
        return "a quiet gate\nVerdict: continue"
    return "I let it be." if any("[A pause." in one or "I sell" in one for one in heard) else "I sell it now."


@pytest.mark.parametrize("wanted", [NOTHING, TOOLS], ids=["words", "tools"])
@pytest.mark.parametrize("reflect", [False, True])
def test_nothing_that_cannot_be_undone_leaves_the_door(tmp_path: Path, wanted: Wanted, reflect: bool) -> None:
    async def spoken(life: Life) -> list[Event]:
        told, over = list[Event](), asyncio.Event()

        def tell(event: Event) -> None:
            told.append(event)
            if isinstance(event, Finished | Failed):
                over.set()

        remote = Remote(life)
        settings = replace(life.speech(), reflect=reflect, withheld=True, points=Points(acts=("sell",)))
        remote.speak((Message("user", ASKED),), settings, life.council, tell, wanted)
        await asyncio.wait_for(over.wait(), 60)
        await remote.close()
        return told

    with (
        Upstream(says) as server,
        EndpointModel(server.url, "tiny", retries=0, backoff=0.01) as model,
        Life.begin(tmp_path / "life", model) as life,
    ):
        told = asyncio.run(spoken(life))
    assert isinstance(told[-1], Finished), told[-1]
    assert told[-1].reply.text
    assert not any("sell" in one.text for one in told if isinstance(one, Settled))
    assert "sell" not in told[-1].reply.text
