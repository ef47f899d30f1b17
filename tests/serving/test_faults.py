"""What goes wrong is told, loses nothing, and holds nobody's place."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from tests.life.newborn import tiny_newborn
from tests.serving.conftest import Door, Open, judge, opened, say

from eudaimon.dialogue import Message, Night, Stage, open_reply
from eudaimon.errors import LifeError, ModelError
from eudaimon.language import Extend, LocalModel, ScriptedModel
from eudaimon.life import Life, living
from eudaimon.life.founding import clear
from eudaimon.memory import Owner
from eudaimon.serving import House, Limits, Settings

QUICK = Settings(limits=Limits(store_wait=0.1, store_seconds=0.5))


def until(true: Callable[[], object], seconds: float = 30) -> None:
    """Wait until it is."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never was"
        time.sleep(0.01)


def said(door: Door, person: str = "ann") -> list[str]:
    return [one.messages[-1].content for one in door.house.life.store.episodes_of(Owner(person))]


class Slow:
    """Says a clause whenever it may."""

    def __init__(self) -> None:
        self.may, self.asked = threading.Semaphore(0), 0

    def __call__(self, request: Extend) -> str:
        self.asked += 1
        self.may.acquire()
        return f" clause no{len(open_reply(request.conversation).split()) // 2 + 1},"


@pytest.fixture
def slow() -> Slow:
    return Slow()


def test_a_locked_store_is_told_and_what_was_said_is_kept_once_it_is_free(open_door: Open) -> None:
    door = open_door(settings=QUICK)
    with door.client("ann") as client, sqlite3.connect(door.house.life.store.name, isolation_level=None) as other:
        door.chat(client, "well?")
        other.execute("BEGIN IMMEDIATE")
        answer = door.chat(client, "and?")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_stored")
        assert "locked" in answer.json()["error"]["message"]
        assert answer.headers["Retry-After"]
        streamed = door.chat(client, "and?", stream=True).text
        assert '"code": "not_stored"' in streamed
        assert "[DONE]" not in streamed
        assert client.get("/healthz").json() == {"status": "unkept"}
        until(lambda: door.house.gate.inside == 0)
        other.execute("ROLLBACK")
        until(lambda: len(said(door)) == 3)
        assert door.chat(client, "still there?").status_code == 200
        assert client.get("/healthz").json() == {"status": "ok"}


def test_a_full_disk_is_told_and_what_was_stored_before_stays_readable(open_door: Open) -> None:
    door = open_door(settings=QUICK)

    def no_more(connection: Any, record: object, proxy: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages if full else 2**30}")

    full = False
    event.listen(door.house.store._transactions._engine, "checkout", no_more)
    with door.client("ann") as client:
        door.chat(client, "well?")
        full = True
        answer = door.chat(client, "x " * 100_000)
        assert answer.status_code == 503
        assert "the disk is full" in answer.json()["error"]["message"]
        assert len(said(door)) == 1
        full = False
        until(lambda: len(said(door)) == 2)


def closed_while_locked(door: Door) -> Path:
    """Close the keeper of a door while somebody else holds the store, with one reply unstored: the file it is in."""
    with door.client("ann") as client, sqlite3.connect(door.house.life.store.name, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert door.chat(client, "and?").status_code == 503
        door.house.keeper.close()
        other.execute("ROLLBACK")
    return door.house.life.directory / "unkept.jsonl"


def test_a_door_that_closes_on_a_locked_store_keeps_what_was_said_for_the_next(open_door: Open) -> None:
    door = open_door(settings=QUICK)
    spilt = closed_while_locked(door)
    assert spilt.exists()
    assert said(door) == []
    house = House(door.house.life, QUICK)
    until(lambda: len(said(door)) == 1)
    until(lambda: not spilt.exists())
    house.keeper.close()


def test_what_was_cut_off_in_the_file_of_the_unkept_is_put_aside_and_holds_up_nobody(open_door: Open) -> None:
    door = open_door(settings=QUICK)
    spilt = closed_while_locked(door)
    broken = spilt.with_name("unkept.broken")
    spilt.write_bytes(spilt.read_bytes() + b'{"episode": {"id": "door/9", "da')
    house = House(door.house.life, QUICK)
    until(lambda: len(said(door)) == 1)
    until(lambda: not spilt.exists())
    assert broken.read_bytes() == b'{"episode": {"id": "door/9", "da\n'
    house.keeper.close()


def test_where_nothing_of_the_unkept_can_be_read_it_is_put_aside_once(open_door: Open) -> None:
    door = open_door()
    spilt, broken = (door.house.life.directory / f"unkept.{end}" for end in ("jsonl", "broken"))
    spilt.write_bytes(b'{"episode"')
    for _ in range(2):
        House(door.house.life).keeper.close()
    assert (spilt.exists(), broken.read_bytes()) == (False, b'{"episode"\n')


def test_a_life_is_lived_on_while_doors_are_open_and_removed_once_all_are_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(living, "PATIENCE", 0.0)
    place, model = tmp_path / "life", ScriptedModel(say=say, judge=judge)
    open_yet = pytest.raises(LifeError, match=r"a door is open on the life in .*life, .* stop `eudaimon serve` first")
    with opened(place, model) as door, door.client("ann") as client:
        second = House(door.house.life)
        door.chat(client, "well?")
        with open_yet:
            clear(place)
        with Life.open(place, model) as other:
            other.day()
        assert len(said(door)) == 1
    with open_yet:
        clear(place)
    asyncio.run(second.close())
    clear(place)
    assert not (place / "life.db").exists()


def test_what_a_night_has_passed_by_meanwhile_belongs_to_the_next_day(open_door: Open) -> None:
    door = open_door()
    with door.client("ann") as client:
        door.chat(client, "well?")
        store, keeper = door.house.store, door.house.keeper
        (first,) = store.episodes_of(Owner("ann"))
        with store.transaction():
            store.put_night(Night(1, Stage.REPLAYED, first.persona))
            store.mark_consumed([first.id], 1)
        more = replace(first, messages=(*first.messages, Message("user", "and?"), Message("assistant", "so.")))
        begun = replace(first, id="door/begun")
        grown, new = (
            asyncio.run(keeper.keep(one, Owner("ann"), grown=how)) for one, how in ((more, True), (begun, False))
        )
    assert (grown.day, grown.id != first.id, grown.messages) == (2, True, more.messages)
    assert (new.day, new.id) == (2, "door/begun")
    assert {one.id for one in store.unconsumed(2)} == {grown.id, new.id}
    assert store.episode(first.id) == first


def test_a_forward_pass_that_fails_is_told_and_the_next_reply_is_spoken(open_door: Open, tmp_path: Path) -> None:
    door = open_door(model=LocalModel.open(tiny_newborn(tmp_path / "model")))

    def fail() -> None:
        raise RuntimeError("out of memory")

    door.house.company._flow._scheduler.step = fail  # type: ignore[attr-defined]
    for person, status in (("ann", 500), ("bob", 200)):
        with door.client(person) as client:
            assert door.chat(client, "well?", max_tokens=4).status_code == status


@pytest.mark.parametrize("stream", [False, True])
def test_a_client_that_goes_leaves_no_slot_taken_and_what_stood_is_kept(
    open_door: Open, slow: Slow, stream: bool
) -> None:
    door = open_door(model=ScriptedModel(say=slow, judge=judge))
    slow.may.release(3)
    body = {"model": "eudaimon", "messages": [{"role": "user", "content": "well?"}], "stream": stream}
    with door.client("ann") as client:
        if stream:
            with client.stream("POST", "/v1/chat/completions", json=body) as answer:
                for line in answer.iter_lines():
                    if "clause no2" in line:
                        break
        else:
            with pytest.raises(httpx.ReadTimeout):
                client.post("/v1/chat/completions", json=body, timeout=1)
        until(lambda: door.house.gate.inside == 0)
        until(lambda: said(door))
        assert said(door)[0].startswith(" clause no1, clause no2,".lstrip())
        slow.may.release(100)
        assert door.chat(client, "anybody there?").status_code == 200


def test_a_request_that_takes_too_long_is_ended(open_door: Open, slow: Slow) -> None:
    door = open_door(model=ScriptedModel(say=slow, judge=judge), settings=Settings(limits=Limits(seconds=0.5)))
    with door.client("ann") as client:
        answer = door.chat(client, "well?")
        assert (answer.status_code, answer.json()["error"]["code"]) == (504, "too_slow")
        until(lambda: door.house.gate.inside == 0)
        slow.may.release(1000)


def test_what_fails_for_one_does_not_fail_for_those_who_speak_beside_it(open_door: Open) -> None:
    def say(request: Extend) -> str:
        if "poison" in request.conversation[0].content:
            raise ModelError("this conversation takes 9999 tokens")
        time.sleep(0.02)
        return "" if open_reply(request.conversation) else "so be it."

    door = open_door(model=ScriptedModel(say=say, judge=judge))
    answers: dict[int, httpx.Response] = {}

    def ask(number: int) -> None:
        with door.client("ann") as client:
            answers[number] = door.chat(client, "poison" if number % 3 == 0 else f"well {number}?")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {n: answers[n].status_code for n in range(9)} == {n: 400 if n % 3 == 0 else 200 for n in range(9)}
    assert "9999 tokens" in answers[0].json()["error"]["message"]


def test_what_nobody_foresaw_is_an_error_without_its_details(open_door: Open) -> None:
    def say(request: Extend) -> str:
        raise RuntimeError("the secret is 1234")

    door = open_door(model=ScriptedModel(say=say, judge=judge))
    with door.client("ann") as client:
        answer = door.chat(client, "well?")
    assert answer.status_code == 500
    assert "1234" not in answer.text
    until(lambda: door.house.gate.inside == 0)


def test_a_door_that_closes_lets_those_finish_who_are_in(tmp_path: Any, open_door: Open, slow: Slow) -> None:
    door = open_door(model=ScriptedModel(say=slow, judge=judge))
    answers: list[httpx.Response] = []

    def ask() -> None:
        with door.client("ann") as client:
            answers.append(door.chat(client, "well?", max_tokens=4))

    thread = threading.Thread(target=ask)
    thread.start()
    until(lambda: slow.asked)
    door.house.gate.closing = True
    with door.client("bob") as client:
        refused = door.chat(client, "well?")
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "closing")
        assert client.get("/healthz").status_code == 503
    slow.may.release(1000)
    thread.join(30)
    assert answers[0].status_code == 200
    assert isinstance(door.house.life, Life)
