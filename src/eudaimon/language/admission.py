"""Continuous admission: requests come in while others are under way, and a finished one makes room for the next.

A *lane* is a batch on one set of weights. Requests wait until the lane has room for them and enough of them have come
together to be read in one go; then they speak beside those that were there before (`convoy.Convoy`), after Yu et al.
2022 (Orca, OSDI). What is admitted when depends on what was asked in which order and on nothing else, so the same
requests give the same answers to the last bit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from typing import Any

import torch

from eudaimon.language.batching import Job, rooted
from eudaimon.language.convoy import Speaker
from eudaimon.language.decoding import Done, Lockstep, Task, Written
from eudaimon.language.model import Branch, Extend, Extension, Usage, Voice
from eudaimon.language.reading import Reader, read_on
from eudaimon.language.track import Track
from eudaimon.language.verdict import heard

SHARE, PATIENCE = 0.5, 16
"""Requests wait until their rows are this share of those at work, so that they are read in one go, but no longer than
so many steps, where there is room for them. Each admission costs a pass of its own and, while its rows speak, a call of
the attention in every pass: admitting at a quarter cost the embedded model a seventh more than batch after batch."""

Receive = Callable[[list[Written]], None]
"""Told what the rows of a job wrote."""

Refuse = Callable[[Exception], None]
"""Told why a job cannot be admitted."""


@dataclass(slots=True)
class _Waiting:
    """A job that is to be admitted; `waited` so many steps."""

    job: Job
    receive: Receive
    refuse: Refuse | None
    waited: int = 0


@dataclass(slots=True)
class _Speaking:
    """A job under way: what its rows wrote, and how many have not ended."""

    job: Job
    receive: Receive
    written: list[Written]
    left: int


class Lane:
    """Jobs on one set of weights.

    Args:
        reader: the weights, with what they have read.
        limit: at most so many tokens (rows x length) are under way at once, and as many bytes as `reader` says, unless
            one job alone is larger.
        talk: the loop that its rows speak in.
        usage: counts what is read.
        colour: gives jobs with undertones what speaks for them, from their track.
    """

    def __init__(
        self,
        reader: Reader,
        limit: int,
        talk: Lockstep,
        usage: Usage,
        colour: Callable[[Track, Sequence[Job]], Speaker] | None = None,
    ) -> None:
        self._reader, self._limit, self._talk, self._usage, self._colour = reader, limit, talk, usage, colour
        self._waiting: deque[_Waiting] = deque()
        self._speaking: dict[int, tuple[_Speaking, int]] = {}
        self._rows = self._size = self._admitted = 0

    @property
    def busy(self) -> bool:
        """Whether anything waits or is under way."""
        return bool(self._waiting or self._speaking)

    def submit(self, job: Job, receive: Receive, refuse: Refuse | None = None) -> None:
        """Let a job wait for its admission. If that fails, `refuse` is told; without it, whoever drives the lane."""
        if job.tasks:
            self._waiting.append(_Waiting(job, receive, refuse))
        else:
            receive([])

    def withdraw(self, receive: Receive) -> None:
        """Take back the job whose words `receive` would have been told: it waits or speaks no longer."""
        self._waiting = deque(waiting for waiting in self._waiting if waiting.receive is not receive)
        tickets = [ticket for ticket, (one, _) in self._speaking.items() if one.receive is receive]
        self._talk.drop(tickets)
        gone = [self._speaking.pop(ticket)[0] for ticket in tickets]
        if gone:
            self._left(gone[0].job)

    def step(self) -> None:
        """Admit who may come in, and say one token for everybody."""
        if group := self._next():
            self._try(group)
        for done in self._talk.step():
            self._receive(done)
        self._talk.advance()

    def _next(self) -> list[_Waiting]:
        """Who comes in now: the first ones, as many as there is room for."""
        group: list[_Waiting] = []
        rows, size = self._rows, self._size
        for waiting in self._waiting:
            rows, size = rows + waiting.job.rows, size + waiting.job.size
            if (group or self._speaking) and not (size <= self._limit and self._reader.fits(rows, size)):
                break
            group.append(waiting)
        for waiting in group:
            waiting.waited += 1
        new = sum(len(waiting.job.tasks) for waiting in group)
        if not group or (self._speaking and new < SHARE * self._talk.rows and group[0].waited <= PATIENCE):
            return []
        for _ in group:
            self._waiting.popleft()
        return group

    def _try(self, group: Sequence[_Waiting]) -> None:
        """Admit a group; where that fails, each alone, so that whoever's fault it is hears of it and nobody else."""
        try:
            self._admit(group)
        except Exception as error:
            if len(group) > 1:
                for waiting in group:
                    self._try([waiting])
            elif group[0].refuse is None:
                raise
            else:
                group[0].refuse(error)

    def _admit(self, group: Sequence[_Waiting]) -> None:
        jobs = [waiting.job for waiting in group]
        if len({job.tasks[0].closing is None for job in jobs}) > 1:  # words, and voices that may be about them
            jobs = rooted(jobs)
        room = max(job.room for job in jobs)
        prefixes = [job.prefix for job in jobs for _ in job.suffixes]
        suffixes = [suffix for job in jobs for suffix in job.suffixes]
        track = read_on(self._reader.read(prefixes, room, self._usage), suffixes, room, self._usage)
        speaker = self._colour(track, jobs) if self._colour else track
        tickets = iter(self._seated(speaker, [task for job in jobs for task in job.tasks]))
        for waiting, job in zip(group, jobs, strict=True):
            one = _Speaking(job, waiting.receive, [Written() for _ in job.tasks], len(job.tasks))
            self._speaking.update({next(tickets): (one, place) for place in range(len(job.tasks))})
            self._rows, self._size = self._rows + job.rows, self._size + job.size

    def _left(self, job: Job) -> None:
        self._rows, self._size = self._rows - job.rows, self._size - job.size

    def _seated(self, speaker: Speaker, tasks: Sequence[Task]) -> range:
        """The tickets of tasks that are begun. Where one cannot be, none of them is left among those who speak."""
        tickets = range(self._admitted, self._admitted + len(tasks))  # as the loop numbers what comes in
        self._admitted = tickets.stop
        try:
            return self._talk.admit(speaker, tasks)
        except Exception:
            self._talk.drop(tickets)
            raise

    def _receive(self, done: Done) -> None:
        one, place = self._speaking.pop(done.ticket)
        one.written[place], one.left = done.written, one.left - 1
        self._remember(one.job, place, done)
        if not one.left:
            self._left(one.job)
            one.receive(one.written)

    def _remember(self, job: Job, place: int, done: Done) -> None:
        """Keep what was said by a persona that speaks alone or beside its council alone. Of several conversations,
        reading the new words again in one go costs less."""
        speakers = self._talk.convoy.speakers
        if done.row < 0 or len(speakers) != 1 or not isinstance(speakers[0], Track) or not speakers[0].lone:
            return
        self._reader.keep((*job.prefix, *job.suffixes[place], *done.read), speakers[0], done.row)


class Scheduler:
    """Answers words and voices that are asked for at any time, all that are under way in the same forward passes.

    Args:
        prepare: makes a request a job.
        lane: makes the lane of a job's weights.

    One thread drives it, by `step` or `run`; futures are set in that thread, between two steps. `extend` and `branch`
    may be called from any thread, also from a future's callback. What is no longer wanted is taken back by `withdraw`::

        scheduler = model.scheduler()
        first = scheduler.extend(Extend(conversation))
        while not first.done():
            scheduler.step()  # meanwhile others may ask, too
    """

    def __init__(self, prepare: Callable[[Extend | Branch], Job], lane: Callable[[Job], Lane]) -> None:
        self._prepare, self._lane_of = prepare, lane
        self._incoming: deque[tuple[Extend | Branch, Future[Any]]] = deque()
        self._open_at: dict[Future[Any], tuple[Lane, Receive]] = {}
        self._lanes: list[Lane] = []

    @property
    def busy(self) -> bool:
        """Whether anything waits or is under way."""
        return bool(self._incoming) or any(lane.busy for lane in self._lanes)

    def extend(self, request: Extend) -> Future[Extension]:
        """Ask for words, as `LanguageModel.extend` gives them."""
        return self._ask(request)

    def branch(self, request: Branch) -> Future[tuple[Voice, ...]]:
        """Ask for voices, as `LanguageModel.branch` gives them."""
        return self._ask(request)

    def withdraw(self, future: Future[Any]) -> None:
        """Take back a request, between two steps: nobody says another token for it, and its room is free. Its future
        is cancelled, or, where it is under way, ends in a `CancelledError`."""
        if future.cancel() or future not in self._open_at:
            return
        lane, receive = self._open_at.pop(future)
        lane.withdraw(receive)
        future.set_exception(CancelledError())

    @torch.inference_mode()
    def step(self) -> bool:
        """Admit who may come in, and say one token for everybody; whether anything is left to do."""
        while self._incoming:
            self._open(*self._incoming.popleft())
        for lane in [lane for lane in self._lanes if lane.busy]:
            lane.step()
        self._lanes = [lane for lane in self._lanes if lane.busy]
        return self.busy

    def run(self) -> None:
        """Step until nothing is left to do."""
        while self.step():
            pass

    def _ask(self, request: Extend | Branch) -> Future[Any]:
        future: Future[Any] = Future()
        self._incoming.append((request, future))
        return future

    def _open(self, request: Extend | Branch, future: Future[Any]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            job = self._prepare(request)
        except Exception as error:  # whoever asked is told, and nobody else
            future.set_exception(error)
            return

        def receive(written: list[Written]) -> None:
            self._open_at.pop(future, None)
            future.set_result(answer(request, written))

        def refuse(error: Exception) -> None:
            self._open_at.pop(future, None)
            future.set_exception(error)

        self._open_at[future] = (self._lane_of(job), receive)
        self.submit(job, receive, refuse)

    def submit(self, job: Job, receive: Receive, refuse: Refuse | None = None) -> None:
        """Let a job wait for its admission; `receive` is told what its rows wrote, `refuse` why they cannot."""
        lane = self._lane_of(job)
        if all(lane is not other for other in self._lanes):
            self._lanes.append(lane)
        lane.submit(job, receive, refuse)


def answer(request: Extend | Branch, written: Sequence[Written]) -> Extension | tuple[Voice, ...]:
    """What a request is answered with, by what its rows wrote."""
    if isinstance(request, Branch):
        return tuple(heard(said) for said in written)
    (said,) = written
    return Extension(said.text, said.finish, said.tokens, said.logprob)
