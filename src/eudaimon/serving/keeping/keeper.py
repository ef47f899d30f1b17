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
import secrets
import threading
import time
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path

from eudaimon.dialogue import Episode
from eudaimon.dialogue.formats.lines import write_lines
from eudaimon.dialogue.plainjson import from_json, to_json
from eudaimon.errors import FormatError, InputError, StoreError, StoreFull, StoreLocked
from eudaimon.memory import Owner, Store
from eudaimon.serving.keeping.today import today

FILE, BROKEN = "unkept.jsonl", "unkept.broken"
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
    done: Future[Episode] = field(default_factory=Future)

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

    async def keep(self, episode: Episode, owner: Owner, *, grown: bool = False) -> Episode:
        """Store an episode, or what it has grown by; returns it as it is stored, when it is safe.

        Where a night has gone through its day since it began, it is an episode of the next one: a night learns from no
        day twice, and what has been learned from grows no more.

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
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(entry.done)), self._patience)
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
            with self._store.transaction():
                stored = [self._write(entry) for entry in entries]
        except (StoreFull, StoreLocked) as error:
            return error
        except Exception:
            return self._one_by_one(entries)
        self._done(entries, stored)
        return None

    def _one_by_one(self, entries: list[_Entry]) -> Exception | None:
        for entry in entries:
            try:
                with self._store.transaction():
                    stored = self._write(entry)
            except (StoreFull, StoreLocked) as error:
                return error
            except Exception as error:
                self._waiting.popleft()
                entry.done.set_exception(error)
            else:
                self._done([entry], [stored])
        return None

    def _done(self, entries: Iterable[_Entry], stored: Iterable[Episode]) -> None:
        for entry, episode in zip(entries, stored, strict=True):
            self._waiting.popleft()
            entry.done.set_result(episode)

    def _write(self, entry: _Entry) -> Episode:
        one, day = entry.episode, today(self._store)
        if one.day < day:
            one = replace(one, day=day, id=f"door/{secrets.token_hex(8)}" if entry.grown else one.id)
        if entry.grown and one.id == entry.episode.id:
            self._store.grow_episode(one)
        else:
            self._store.add_episodes([one], owner=entry.owner)
        return one

    def _spill_all(self) -> None:
        rows = [
            {"episode": to_json(one.episode), "owner": to_json(one.owner), "grown": one.grown} for one in self._waiting
        ]
        try:
            write_lines(self._spill, rows)  # those that were taken from it and still wait are among them
        except InputError as error:
            _log.error("%d conversations are lost: neither store nor %s can be written (%s)", len(rows), FILE, error)
        else:
            _log.error("%d conversations are in %s until the door is opened again", len(rows), self._spill)

    def _recover(self) -> list[_Entry]:
        """Let what could not be written when the door closed last wait before all else. Writing twice is no harm."""
        if not self._spill.exists():
            return []
        entries = []
        for line in self._spill.read_bytes().splitlines():
            try:
                row = json.loads(line)
                entries.append(_Entry(from_json(Episode, row["episode"]), from_json(Owner, row["owner"]), row["grown"]))
            except (ValueError, KeyError, TypeError, FormatError) as error:
                _log.error("a conversation in %s cannot be read (%s); it is put into %s", self._spill, error, BROKEN)
                with self._spill.with_name(BROKEN).open("ab") as out:
                    out.write(line + b"\n")
        if not entries:  # nothing but what was put aside: that is not to be done again
            self._spill.unlink()
        with self._news:
            self._waiting.extendleft(reversed(entries))
        return entries
