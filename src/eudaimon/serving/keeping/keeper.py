"""Writes what was said, in one thread, as many conversations in one transaction as wait for it.

A reply is told to be whole only when it is stored, so that what a client has been answered is never lost.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from eudaimon.dialogue import Episode
from eudaimon.memory import Owner, Store

TOGETHER = 256


@dataclass(frozen=True, slots=True)
class _Entry:
    """What waits to be written: a new episode, or one that has grown."""

    episode: Episode
    owner: Owner
    grown: bool
    done: Future[None] = field(default_factory=Future)


class Keeper:
    """Writes to `store`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: SimpleQueue[_Entry | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)
        self._thread.start()

    async def keep(self, episode: Episode, owner: Owner, *, grown: bool = False) -> None:
        """Store an episode, or what it has grown by; returns when it is safe.

        Raises:
            StoreError: it is not.
        """
        entry = _Entry(episode, owner, grown)
        self._waiting.put(entry)
        await asyncio.wrap_future(entry.done)

    def close(self) -> None:
        """Write what waits, and end."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while entries := self._next():
            try:
                with self._store.transaction():
                    for entry in entries:
                        self._write(entry)
            except Exception:
                for entry in entries:
                    self._alone(entry)
                continue
            for entry in entries:
                entry.done.set_result(None)

    def _next(self) -> list[_Entry]:
        """What waits, at least one; empty at the end."""
        entries: list[_Entry] = []
        while len(entries) < TOGETHER:
            try:
                entry = self._waiting.get(block=not entries)
            except Empty:
                break
            if entry is None:
                self._waiting.put(None)
                break
            entries.append(entry)
        return entries

    def _alone(self, entry: _Entry) -> None:
        try:
            with self._store.transaction():
                self._write(entry)
        except Exception as error:
            entry.done.set_exception(error)
        else:
            entry.done.set_result(None)

    def _write(self, entry: _Entry) -> None:
        if entry.grown:
            self._store.grow_episode(entry.episode)
        else:
            self._store.add_episodes([entry.episode])
            self._store.belong(entry.episode.id, entry.owner)
