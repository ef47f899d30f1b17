"""An open house with a past: days and nights of the village, people who talked at the door, and things held in common.

All of it is lived, slept, voted and signed for once, by a scripted model; each test gets a copy of its own.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.governance.planted import planted
from tests.serving.conftest import Door, judge, opened, say

from eudaimon.dialogue import Message
from eudaimon.governance.ledger import Ledger
from eudaimon.governance.signing import Key, propose
from eudaimon.governance.voices import write_opinions
from eudaimon.language import ScriptedModel
from eudaimon.life import Life, Manner, VillageWorld
from eudaimon.memory import Owner
from eudaimon.serving import Settings
from eudaimon.serving.keys import Scope
from eudaimon.values.charter import SHIPPED

NUMBERS = count()
WORLD, MANNER = VillageWorld(1, 6, 4, probed=False), Manner(cohort=3)
SCRIPTS = "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'>"
"""What an attacker would like to run; people may say it, and it stays words."""
CENTRES = ("parish", "school", "mill")


def model() -> ScriptedModel:
    """Answers by the seed; what is asked with a script in it is answered with it, and commented on with it."""

    def answer(request):  # type: ignore[no-untyped-def]
        asked = next(m.content for m in reversed(request.conversation) if m.role == "user")
        if "<script>" in asked and request.conversation[-1].role == "user":
            return f"you are wise {SCRIPTS}."
        return say(request)

    def word(heard: Any, voice: Message) -> tuple[str, tuple[float, float, float]]:
        text, shares = judge(heard, voice)
        return (f"{text} {SCRIPTS}" if "<script>" in heard[-1].content else text), shares

    return ScriptedModel(say=answer, judge=word)


@dataclass
class Visit:
    """A browser without script that came in: knows its session's token.

    Attributes:
        http: keeps the cookie; follows no redirects.
        owner: who came in.
        csrf: what its forms carry.
    """

    http: httpx.Client
    owner: Owner
    csrf: str = ""

    def come_in(self, key: str, person: str = "") -> Visit:
        """Show a key."""
        answer = self.http.post("/login", data={"key": key, "person": person})
        assert answer.status_code == 303, answer.text
        self.csrf = token_in(self.see("/council"))
        return self

    def see(self, path: str) -> str:
        """The text of a page."""
        answer = self.http.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
        return answer.text

    def do(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of these pages."""
        return self.http.post(path, data={"csrf": self.csrf, **fields}, timeout=60)


def token_in(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]


@dataclass
class Home:
    """An open house, for tests.

    Attributes:
        door: see there.
        keys: private keys by centre and voter.
    """

    door: Door
    keys: dict[str, Path]

    @property
    def url(self) -> str:
        return self.door.url

    def visit(self, name: str = "ann", community: str = "", **scope: bool) -> Visit:
        """Somebody of this name, whom nobody has seen here before, who came in with a key of their own."""
        owner = Owner(f"{name}-{next(NUMBERS)}", community)
        return self.browse(owner).come_in(self.key(owner.person, community, **scope))

    def browse(self, owner: Owner) -> Visit:
        """A browser that is to be this person's."""
        return Visit(httpx.Client(base_url=self.url, timeout=60), owner)

    def key(self, person: str, community: str = "", **scope: bool) -> str:
        """A new key."""
        return self.door.house.keys.create(Scope(person, community, **scope))[0]


@pytest.fixture(scope="session")
def past(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a life with two days and nights, and a commons; not to be written to."""
    place = tmp_path_factory.mktemp("past")
    with Life.begin(place, model(), world=WORLD, manner=MANNER) as life:
        for _ in life.live(days=2):
            pass
    hold_in_common(place / "commons")
    return place


def hold_in_common(place: Path) -> None:
    """A ledger of three centres with an open ballot, a closed one and votes; two conversations among many."""
    keys = {name: Key.generate() for name in (*CENTRES, "ann", "bo", "cal", "dee")}
    for name, key in keys.items():
        key.write(place / "keys" / f"{name}.pem")
    roll = [keys[name].public for name in ("ann", "bo", "cal", "dee")]
    centres = [
        {"id": name, "key": keys[name].public, "scope": scope, "electorate": roll, "until": "", "appeal": "",
         "charter": "commons"}
        for name, scope in zip(CENTRES, (["*"], ["charter/*", "ballot/*"], ["sanction/*", "appeal/*"]), strict=True)
    ]  # fmt: skip
    demands = [{"subject": "charter/*", "weights": dict.fromkeys(CENTRES, 1), "quota": 2}]
    founding = {"name": "valley", "charter": SHIPPED.read_text(), "centres": centres, "demands": demands}
    ledger = Ledger.open(place / "ledger.jsonl")
    ledger.append(propose(keys["parish"], "found", {**founding, "parent": "", "head": ""}))

    def act(who: str, kind: str, body: dict[str, Any]) -> None:
        ledger.append(propose(keys[who], kind, body, ledger.state.ledger), keys[who])

    for ballot, rule, question in (
        ("well", "split cycle", "Where shall the well be?"),
        ("feast", "approval", "What shall the feast have?"),
    ):
        options = ["north", "south", "middle"] if ballot == "well" else ["music", "bread", "fire"]
        asked = {"ballot": ballot, "centre": "parish", "question": question, "options": options, "rule": rule}
        act("parish", "open ballot", {**asked, "seats": 1, "until": ""})
        for voter, vote in (("bo", options[:2]), ("cal", options[1:])):
            act(voter, "vote", {"ballot": ballot, "options": vote})
    act("parish", "close ballot", {"ballot": "feast"})
    for name, sizes in (("green", (60, 40, 30)), ("small", (9, 8))):
        write_opinions(place / "voices" / f"{name}.json", planted(sizes)[0])


@pytest.fixture
def open_home(past: Path, tmp_path: Path) -> Iterator[Callable[..., Home]]:
    """Opens a copy of the house."""
    with ExitStack() as stack:

        def begin(**settings: Any) -> Home:
            place = Path(shutil.copytree(past, tmp_path / "home"))
            door = stack.enter_context(opened(place, model(), Settings(**settings), world=WORLD, manner=MANNER))
            return Home(door, keys_in(place))

        yield begin


@pytest.fixture
def fresh(open_home: Callable[..., Home]) -> Home:
    """A house of a test's own, to be changed."""
    return open_home()


@pytest.fixture(scope="session")
def home(past: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A house that tests share, each with visitors of its own; its life, nights and ledger are left as they are."""
    place = tmp_path_factory.mktemp("shared") / "home"
    shutil.copytree(past, place)
    with opened(place, model(), world=WORLD, manner=MANNER) as door:
        yield Home(door, keys_in(place))


def keys_in(place: Path) -> dict[str, Path]:
    """The private keys by whose they are."""
    return {path.stem: path for path in (place / "commons" / "keys").glob("*.pem")}
