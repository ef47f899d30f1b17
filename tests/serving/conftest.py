"""A door that is open: a small life of a scripted model, served on a socket of its own by uvicorn in a thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from eudaimon.dialogue import Conversation, Message, open_reply
from eudaimon.language import Extend, LanguageModel, ScriptedModel
from eudaimon.life import Life, Manner, VillageWorld
from eudaimon.serving import House, Settings, create_app
from eudaimon.serving.keys import Scope, key
from eudaimon.serving.keys.key import COST

FIRST = ("Tom sells bread.", "you are so wise.", "it cannot be done.")
BETTER, PARTING = "I do not know.", "let us leave it be."


def say(request: Extend) -> str:
    """One of `FIRST` by the seed; better words where the council asks for them; parting words; then nothing."""
    last = request.conversation[-1]
    if last.role == "council":
        return BETTER if last.verdict == "revise" else PARTING
    return "" if open_reply(request.conversation) else FIRST[request.seed % 3]


def judge(heard: Conversation, voice: Message) -> tuple[str, tuple[float, float, float]]:
    """The sage minds flattery, the fool lets go of what cannot be done, the others let everything pass."""
    text = open_reply(heard)
    if voice.name == "sage" and "wise" in text:
        return "the lantern flickers", (0.1, 0.8, 0.1)
    if voice.name == "fool" and "cannot" in text:
        return "a leaf lets go", (0.1, 0.1, 0.8)
    return "the gate is quiet", (0.9, 0.05, 0.05)


@pytest.fixture(scope="session", autouse=True)
def cheap_keys() -> Iterator[None]:
    """A key takes a millisecond to try here and not 50."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key, "COST", 2**8)
        yield


@pytest.fixture
def dear_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """And here what it costs anywhere else: for doors of another process."""
    monkeypatch.setattr(key, "COST", COST)


@dataclass
class Door:
    """An open door, for tests."""

    house: House
    url: str

    def key(self, person: str = "", community: str = "", learns: bool = False) -> str:
        """A new key's text."""
        return self.house.keys.create(Scope(person, community, learns))[0]

    def client(self, person: str = "", community: str = "", **headers: str) -> httpx.Client:
        """A client with a new key."""
        key = self.key(person, community)
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {key}"} | headers, timeout=60)

    def chat(self, client: httpx.Client, *said: str, **more: Any) -> httpx.Response:
        """What is answered to a user's (and the assistant's, in turns) words."""
        roles = ("user", "assistant")
        messages = [{"role": roles[i % 2], "content": text} for i, text in enumerate(said)]
        return client.post("/v1/chat/completions", json={"model": "eudaimon", "messages": messages} | more)


Open = Callable[..., Door]


@contextmanager
def opened(place: Path, model: LanguageModel, settings: Settings | None = None, **life: Any) -> Iterator[Door]:
    """The door of a new life in `place`."""
    options: dict[str, Any] = {"world": VillageWorld(1, 4, 4, probed=False), "manner": Manner(cohort=2)}
    with Life.begin(place, model, **{**options, **life}) as begun:
        house = House(begun, settings)
        server = uvicorn.Server(uvicorn.Config(create_app(house), host="127.0.0.1", port=0, log_level="warning"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server ended while starting"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield Door(house, f"http://127.0.0.1:{port}")
        finally:
            server.should_exit = True
            thread.join(30)


@pytest.fixture
def open_door(tmp_path: Path) -> Iterator[Open]:
    """Opens doors, each of a life in the directory named."""
    with ExitStack() as stack:
        yield lambda name="life", model=None, settings=None, **life: stack.enter_context(
            opened(tmp_path / name, model or ScriptedModel(say=say, judge=judge), settings, **life)
        )


@pytest.fixture
def door(open_door: Open) -> Door:
    """One of them."""
    return open_door()
