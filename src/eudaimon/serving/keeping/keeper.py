"""Writes what was said, in one thread, as many conversations in one transaction as wait for it.

A reply is told to be whole only when it is stored, so that what a client has been answered outlives the server, however
that ends. (Not a power failure in the same moment: waiting for the disk would cost more than all the rest.) Where the
store is locked or the disk is full, what waits is kept in memory and tried again, until it is written or the door
closes; then it goes to `unkept.jsonl` beside the store, if that can be written, and into the store when the door opens
next.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from eudaimon.dialogue import Episode
from eudaimon.dialogue.plainjson import from_json, to_json
from eudaimon.errors import StoreError, StoreFull, StoreLocked
from eudaimon.memory import Owner, Store

FILE = "unkept.jsonl"
TOGETHER = 256
PAUSE = 0.25
"""Seconds between two tries at a store that cannot be written just now."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Entry:
    """What waits to be written: a new episode, or one that has grown."""

    episode: Episode
    owner: Owner
    grown: bool
    done: Future[None] = field(default_factory=Future)

    def __post_init__(self) -> None:
        self.done.set_running_or_notify_cancel()  # who waits may go away, and must not undo it thereby


class Unkept(StoreError):
    """A reply is not stored yet. It waits in memory, and is tried again."""


class Keeper:
    """Writes to `store`.

    Args:
        store: the life's.
        directory: the life's; what could not be written when a door closed last is taken from it.
        most: at most so many may wait.
        patience: seconds that a reply waits for the store before its client is told.
    """

    def __init__(self, store: Store, directory: Path, most: int, patience: float) -> None:
        self._store, self._most, self._patience = store, most, patience
        self._spill = directory / FILE
        self._waiting = deque[_Entry]()
        self._news, self._closing = threading.Condition(), False
        self.fault: Exception | None = None
        self._thread = threading.Thread(target=self._work, name="keeper", daemon=True)
        self._thread.start()

    @property
    def backlog(self) -> int:
        """How many conversations wait to be written."""
        return len(self._waiting)

    async def keep(self, episode: Episode, owner: Owner, *, grown: bool = False) -> None:
        """Store an episode, or what it has grown by; returns when it is safe.

        Raises:
            Unkept: the store cannot be written just now; it is tried again.
            StoreError: it cannot be stored at all, or too many wait already.
        """
        entry = _Entry(episode, owner, grown)
        with self._news:
            if len(self._waiting) >= self._most:
                raise StoreError(f"{self._most} conversations wait for a store that cannot be written: {self.fault}")
            self._waiting.append(entry)
            self._news.notify()
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(entry.done)), self._patience)
        except TimeoutError:
            raise Unkept(f"{self.fault or 'the store is busy'}. It is kept in memory and tried again") from None

    def close(self) -> None:
        """Write what waits, into the store or else beside it, and end."""
        with self._news:
            self._closing = True
            self._news.notify()
        self._thread.join()

    def _work(self) -> None:
        recovered = self._recover()
        while entries := self._next():
            self.fault = self._together(entries)
            if recovered and all(entry.done.done() for entry in recovered):
                self._spill.unlink()
                recovered = []
            if self.fault and self._closing:
                self._spill_all()
                return
            if self.fault:
                time.sleep(PAUSE)

    def _next(self) -> list[_Entry]:
        """What waits, at least one, without taking it; empty when the door closes and nothing waits."""
        with self._news:
            self._news.wait_for(lambda: self._waiting or self._closing)
            return [self._waiting[i] for i in range(min(TOGETHER, len(self._waiting)))]

    def _together(self, entries: list[_Entry]) -> Exception | None:
        """Write all at once, or where that fails each alone; what stands in the way of all, if anything does."""
        try:
            with self._store.transaction() if len(entries) > 1 else nullcontext():
                for entry in entries:
                    self._write(entry)
        except (StoreFull, StoreLocked) as error:
            return error
        except Exception:
            return self._one_by_one(entries)
        self._done(entries)
        return None

    def _one_by_one(self, entries: list[_Entry]) -> Exception | None:
        for entry in entries:
            try:
                self._write(entry)
            except (StoreFull, StoreLocked) as error:
                return error
            except Exception as error:
                self._waiting.popleft()
                entry.done.set_exception(error)
            else:
                self._done([entry])
        return None

    def _done(self, entries: Iterable[_Entry]) -> None:
        for entry in entries:
            self._waiting.popleft()
            entry.done.set_result(None)

    def _write(self, entry: _Entry) -> None:
        if entry.grown:
            self._store.grow_episode(entry.episode)
        else:
            self._store.add_episodes([entry.episode], owner=entry.owner)

    def _spill_all(self) -> None:
        rows = [
            {"episode": to_json(one.episode), "owner": to_json(one.owner), "grown": one.grown} for one in self._waiting
        ]
        try:
            with self._spill.open("a", encoding="utf-8") as out:
                out.writelines(json.dumps(row) + "\n" for row in rows)
        except OSError as error:
            _log.error("%d conversations are lost: neither store nor %s can be written (%s)", len(rows), FILE, error)
        else:
            _log.error("%d conversations are in %s until the door is opened again", len(rows), self._spill)

    def _recover(self) -> list[_Entry]:
        """Let what could not be written when the door closed last wait before all else. Writing twice is no harm."""
        if not self._spill.exists():
            return []
        rows = [json.loads(line) for line in self._spill.read_text(encoding="utf-8").splitlines()]
        entries = [_Entry(from_json(Episode, r["episode"]), from_json(Owner, r["owner"]), r["grown"]) for r in rows]
        with self._news:
            self._waiting.extendleft(reversed(entries))
        return entries
