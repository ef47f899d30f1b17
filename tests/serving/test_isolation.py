"""One person's conversations, memory and lessons never reach another: these tests try to get at them."""

from __future__ import annotations

import json

import httpx
import pytest
from tests.serving.conftest import Door, Open, judge

from eudaimon.dialogue import PRIVATE, SHARED, open_reply
from eudaimon.language import Extend, ScriptedModel
from eudaimon.life import Doing
from eudaimon.memory import Owner

SECRET = "my name is Quillon and I hid the honey"


def echo(request: Extend) -> str:
    """Says all that it has ever been shown in this request, so that whatever reached it can be seen."""
    if request.conversation[-1].role == "council" or open_reply(request.conversation):
        return ""
    return " ".join(message.content for message in request.conversation).replace(".", "") + "."


@pytest.fixture
def door(open_door: Open) -> Door:
    return open_door(model=ScriptedModel(say=echo, judge=judge))


def test_nothing_that_one_said_is_in_what_another_is_answered(door: Door) -> None:
    with door.client("ann") as ann, door.client("bob") as bob:
        for _ in range(3):
            door.chat(ann, SECRET)
        heard = [door.chat(bob, "what did Ann say?").text, door.chat(bob, "hm?", stream=True).text]
        heard += [bob.get("/v1/models").text, bob.get("/metrics").text, bob.get("/openapi.json").text]
        assert "Quillon" in door.chat(ann, SECRET).text
    assert not any("Quillon" in text for text in heard)


def test_anothers_conversation_cannot_be_gone_on_with_even_by_its_id_and_its_words(door: Door) -> None:
    with door.client("ann") as ann, door.client("bob") as bob:
        answer = door.chat(ann, SECRET).json()["choices"][0]
        conversation, said = answer["eudaimon"]["conversation"], answer["message"]["content"]
        tried = door.chat(bob, SECRET, said, "and?", eudaimon={"conversation": conversation})
        assert (tried.status_code, tried.json()["error"]["code"]) == (404, "unknown_conversation")
        unknown = door.chat(bob, "and?", eudaimon={"conversation": "door/0000000000000000"})
        assert unknown.json()["error"]["code"] == "unknown_conversation"  # nothing tells the two apart
        known = door.chat(bob, SECRET, said, "and?").json()["choices"][0]
        assert known["eudaimon"]["conversation"] != conversation
    store = door.house.life.store
    assert [len(one.messages) for one in store.episodes_of(Owner("ann"))] == [2]
    assert [len(one.messages) for one in store.episodes_of(Owner("bob"))] == [4]


@pytest.mark.parametrize(
    ("scope", "named", "status", "owner"),
    [
        ({"person": "ann"}, {}, 200, Owner("ann")),
        ({"person": "ann"}, {"X-Eudaimon-Person": "ann"}, 200, Owner("ann")),
        ({"person": "ann"}, {"X-Eudaimon-Person": "bob"}, 403, None),
        ({"person": "ann"}, {"X-Eudaimon-Community": "village"}, 403, None),
        ({"community": "village"}, {}, 400, None),
        ({"community": "village"}, {"X-Eudaimon-Person": "ann"}, 200, Owner("ann", "village")),
        ({"community": "village"}, {"X-Eudaimon-Person": "ann", "X-Eudaimon-Community": "town"}, 403, None),
        ({"person": "ann", "community": "village"}, {}, 200, Owner("ann", "village")),
        ({"person": "ann", "community": "village"}, {"X-Eudaimon-Person": "bob"}, 403, None),
    ],
)
def test_a_key_lets_in_as_those_alone_whom_it_is_for(
    door: Door, scope: dict[str, str], named: dict[str, str], status: int, owner: Owner | None
) -> None:
    with door.client(**scope, **named) as client:
        assert door.chat(client, "well?").status_code == status
        body = {name.removeprefix("X-Eudaimon-").lower(): value for name, value in named.items()}
    with door.client(**scope) as client:  # the request's fields count as its headers do
        assert door.chat(client, "well?", eudaimon=body).status_code == status
    owned = door.house.life.store.episodes_of(owner) if owner else door.house.life.store.episodes(source=PRIVATE)
    assert len(owned) == (2 if owner else 0)


def test_the_same_name_in_two_communities_is_two_persons(door: Door) -> None:
    with door.client("ann") as one, door.client("ann", "village") as other:
        answer = door.chat(one, SECRET).json()["choices"][0]["eudaimon"]["conversation"]
        assert door.chat(other, "well?", eudaimon={"conversation": answer}).status_code == 404


def test_what_is_said_with_a_key_that_lets_nobody_learn_joins_no_conversation_that_is_learned_from(door: Door) -> None:
    keys = [door.key("ann", learns=learns) for learns in (True, False)]
    said = ["well?"]
    for key, more in zip(keys, ("and between us?", ""), strict=True):
        with httpx.Client(base_url=door.url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
            said += [door.chat(client, *said).json()["choices"][0]["message"]["content"], more]
    stored = {one.source: [m.content for m in one.messages] for one in door.house.life.store.episodes()}
    assert set(stored) == {SHARED, PRIVATE}
    assert "and between us?" in stored[PRIVATE]
    assert "and between us?" not in stored[SHARED]


@pytest.mark.parametrize("learns", [False, True])
def test_a_night_learns_from_those_alone_who_let_it(door: Door, learns: bool) -> None:
    key = door.key("ann", learns=learns)
    with httpx.Client(base_url=door.url, headers={"Authorization": f"Bearer {key}"}) as client:
        door.chat(client, SECRET)
    life = door.house.life
    for doing in (Doing.DAY, Doing.NIGHT):
        for step in life.due(doing):
            life.take(step)
    learned = [episode for episode in life.store.consumed(1) if "Quillon" in str(episode.messages)]
    everything = [life.store.signals(), life.store.personas(), life.store.events()]
    written = [path.read_text() for path in life.directory.rglob("packs/**/*") if path.is_file()]
    dreamt = [one for one in life.store.episodes() if one.source in ("commentary", "dream")]
    leaked = "Quillon" in json.dumps([str(everything), *written, str(dreamt)])
    assert (bool(learned), leaked) == (learns, learns)
    assert ("Quillon" in life.report().read_text()) == learns


def test_a_cookie_reads_and_changes_nothing_without_its_csrf_token(door: Door) -> None:
    session = door.house.sessions.begin(_key_id(door))
    cookies = {"eudaimon_session": session.token}
    body = {"model": "eudaimon", "messages": [{"role": "user", "content": "well?"}]}
    with httpx.Client(base_url=door.url, cookies=cookies) as client:
        assert client.get("/v1/models").status_code == 200
        assert client.post("/v1/chat/completions", json=body).json()["error"]["code"] == "csrf"
        assert client.post("/v1/chat/completions", json=body, headers={"X-Eudaimon-CSRF": "x"}).status_code == 403
        good = {"X-Eudaimon-CSRF": session.csrf}
        assert client.post("/v1/chat/completions", json=body, headers=good).status_code == 200
        door.house.keys.revoke(session.key)
        assert client.get("/v1/models").status_code == 401


def _key_id(door: Door) -> str:
    door.key("ann")
    return door.house.keys.all()[-1].id
