"""Everything that an open door holds: the life, who speaks, the keys, and what writes down what was said."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from typing import Any, Self

from eudaimon.life import Life
from eudaimon.life.living import visited
from eudaimon.psyche import Council, pool_of, read_pools
from eudaimon.serving.gate import Gate
from eudaimon.serving.keeping import Keeper, Threads, today
from eudaimon.serving.keys import KeyRing, Sessions
from eudaimon.serving.metrics import Metrics
from eudaimon.serving.protocol.refusal import Refusal
from eudaimon.serving.settings import Settings
from eudaimon.serving.speaking import speaker_of

LOOK = 2.0
"""Seconds between two looks at who speaks and which day it is: another process may sleep the night."""


class House:
    """A life that can be visited. `app.state.house`. Until it is closed nobody removes the life (`door.lock`).

    Attributes:
        life: whose persona speaks; its `store` may be read from any thread.
        settings: who is let in, and how much at once.
        keys, sessions: who may come in.
        gate: who is in.
        company: who speaks. What changes the model or who speaks is done by `company.call`.
        store: the life's rows, for writing.
        metrics: what is counted.
        keeper, threads: how conversations become episodes.
        began: when the door was opened, in seconds since 1970.
    """

    def __init__(self, life: Life, settings: Settings | None = None) -> None:
        self.life, self.settings = life, settings or Settings()
        self._held = ExitStack()
        self._held.enter_context(visited(life.directory))
        self.keys, self.sessions = KeyRing(life.directory), Sessions()
        self.gate = Gate(self.settings.limits)
        self.company = speaker_of(life)
        self.store = life.writer(self.settings.limits.store_wait)
        bounds = self.settings.limits
        self.keeper = Keeper(self.store, life.directory, bounds.kept, bounds.store_seconds)
        self.threads, self.metrics = Threads(), Metrics(self)
        self._later: set[asyncio.Task[None]] = set()
        self.began = time.time()
        own = life.manner.pool
        self.pools = {**read_pools(life.archetypes), own: pool_of(life.archetypes, own)}
        self.council = cache(self._council)
        self._looked, self._today, self._speaks = 0.0, 1, life.persona().id

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let nobody in; wait for those who are, as long as `limits.grace`; write what waits."""
        self.gate.closing = True
        until = time.monotonic() + self.settings.limits.grace
        while self.gate.inside and time.monotonic() < until:
            await asyncio.sleep(0.02)
        await self.company.close()
        while self._later:
            await asyncio.gather(*self._later, return_exceptions=True)
        await asyncio.to_thread(self.keeper.close)
        self.store.close()
        self._held.close()

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work` beside the request that asks for it, also where that is broken off; `close` waits for it."""
        task = asyncio.get_running_loop().create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    @property
    def name(self) -> str:
        """What the model is called at the door."""
        return "eudaimon"

    async def look(self) -> tuple[int, str]:
        """The day on which it is now, and who speaks. LOOK seconds old at most."""
        if time.monotonic() - self._looked > LOOK:
            self._looked = time.monotonic()
            self._speaks = (await self.company.call(self.life.refresh)).id
            self._today = await asyncio.to_thread(today, self.life.store)
        return self._today, self._speaks

    def _council(self, pool: str) -> Council:
        """The council drawn from a pool, as this life's manner has it; an empty name for the life's own pool.

        Raises:
            Refusal: there is no such pool.
        """
        if not pool or pool == self.life.manner.pool:
            return self.life.council
        if pool not in self.pools:
            message = f"there is no pool '{pool}'; choose one of {', '.join(self.pools)}, or leave it out"
            raise Refusal(400, "unknown_pool", message, "eudaimon.pool")
        return replace(self.life.manner, pool=pool).council(self.life.model, self.life.archetypes)
