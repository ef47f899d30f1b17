"""Whoever writes may be killed at any moment; what was stored stays whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from eudaimon.dialogue import Episode, PersonaRecord
from eudaimon.memory import Store

# Stores batches of three episodes for ever, each batch with the note that night 1 learns from it, and says so.
WRITER = """
import sys
from eudaimon.dialogue import Comment, Decision, Episode, Message, Passage, Reflection, Verdict
from eudaimon.memory import Store

def episode(number):
    words = tuple(Comment(f"voice{k}", f"a door {number} " * 20, (0.5, 0.25, 0.25)) for k in range(4))
    said_so = [Decision(k, Verdict.REVISE, Passage("so be it"), (), words, words[1:]) for k in range(5)]
    pauses = tuple(Reflection(1, 0, decision) for decision in said_so)
    said = (Message("user", f"{number}?"), Message("assistant", "so be it. " * number))
    return Episode(f"day-1/{number:05d}", 1, "newborn", "village", said, pauses, {"number": number})

if __name__ == "__main__":
    with Store.open(sys.argv[1]) as store:
        batch = len(store.episodes()) // 3
        while True:
            print(batch, flush=True)
            episodes = [episode(3 * batch + k) for k in range(3)]
            with store.transaction():
                store.add_episodes(episodes)
                store.mark_consumed([one.id for one in episodes], 1)
            batch += 1
"""


@pytest.mark.long
def test_a_writer_killed_at_random_moments_leaves_whole_batches_and_nothing_else(store: Store, where: str) -> None:
    written: dict[str, object] = {}
    exec(compile(WRITER, "writer", "exec"), written)
    chance, before = random.Random(0), 0
    for attempt in range(40):  # five kills, and more where the machine was too busy for anything to be written yet
        if attempt >= 5 and before:
            break
        announced = kill_a_writer(where, after=chance.uniform(0.0, 0.15))
        found = store.episodes()
        assert len(found) % 3 == 0
        assert len(found) >= 3 * announced >= before  # what was announced as next had all before it stored
        assert found == [written["episode"](number) for number in range(len(found))]  # type: ignore[operator]
        assert store.unconsumed() == []
        before = len(found)
    assert before > 0
    with Store.open(where, create=False) as again:
        assert again.episodes() == store.episodes()


def kill_a_writer(where: str, after: float) -> int:
    """Start a writer, kill it `after` seconds of work; the number of the batch that it was writing."""
    writer = subprocess.Popen([sys.executable, "-c", WRITER, where], stdout=subprocess.PIPE, text=True)
    assert writer.stdout
    first = writer.stdout.readline()
    time.sleep(after)
    os.kill(writer.pid, signal.SIGKILL)
    rest = writer.stdout.read().splitlines()
    assert writer.wait() == -signal.SIGKILL
    return int(rest[-1] if rest else first)


def test_a_store_killed_while_it_is_being_made_can_be_made_again(where: str) -> None:
    maker = f"from eudaimon.memory import Store; print(1, flush=True); Store.open({where!r})"
    for after in (0.0, 0.01, 0.02):
        with subprocess.Popen([sys.executable, "-c", maker], stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(after)
            process.kill()
        with Store.open(where) as store:
            store.add_persona(PersonaRecord("newborn"))
            store.add_episodes([Episode("day-1/1", 1, "newborn", "village", ())])
            assert len(store.episodes()) == 1
