"""One writes, many read, and a second writer waits."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from eudaimon.dialogue import Episode, Message, PersonaRecord
from eudaimon.memory import Store


def episode(number: int) -> Episode:
    return Episode(f"day-1/{number:04d}", 1, "newborn", "village", (Message("user", f"{number}?"),))


def test_a_second_writer_waits_for_the_first_and_then_writes(store: Store, where: str) -> None:
    begun, order = threading.Event(), []

    def second() -> None:
        with Store.open(where) as other:
            begun.wait()
            other.add_episodes([episode(2)])
            order.append("second")

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(second)
        with store.transaction():
            store.add_episodes([episode(1)])
            begun.set()
            time.sleep(0.3)
            order.append("first")
        waiting.result()
    assert order == ["first", "second"]
    assert store.episodes() == [episode(1), episode(2)]


def test_readers_go_on_while_a_writer_writes_and_do_not_see_what_is_half_done(store: Store, where: str) -> None:
    with Store.open(where, create=False, wait=0.1) as reader:
        with store.transaction():
            store.add_episodes([episode(1)])
            assert reader.episodes() == []
            store.add_episodes([episode(2)])
            assert store.episodes() == [episode(1), episode(2)]
            assert reader.episodes() == []
        assert reader.episodes() == [episode(1), episode(2)]


def test_many_writers_and_readers_lose_nothing_and_see_whole_batches_only(store: Store) -> None:
    seen: list[int] = []

    def write(writer: int) -> None:
        for batch in range(5):
            store.add_episodes([episode(1000 * writer + 10 * batch + k) for k in range(4)])

    def read(_: int) -> None:
        for _ in range(10):
            found = store.episodes()
            seen.append(len(found))
            assert all(one.messages for one in found)

    with ThreadPoolExecutor(8) as pool:
        work = [pool.submit(job, number) for number in range(4) for job in (write, read)]
        for one in work:
            one.result()
    assert len(store.episodes()) == 80
    assert all(count % 4 == 0 for count in seen)


def test_two_who_adopt_at_once_leave_one_that_speaks(store: Store) -> None:
    names = [f"child{number}" for number in range(6)]
    for name in names:
        store.add_persona(PersonaRecord(name, "newborn", 1))
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(store.adopt, names * 3))
    assert len([one for one in store.personas() if one.current]) == 1


def test_many_who_open_a_new_store_at_once_all_get_the_same_one(where: str) -> None:
    def begin(number: int) -> None:
        with Store.open(where) as store:
            store.add_persona(PersonaRecord("newborn"))
            store.add_episodes([episode(number)])

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(begin, range(6)))
    with Store.open(where, create=False) as store:
        assert len(store.episodes()) == 6
