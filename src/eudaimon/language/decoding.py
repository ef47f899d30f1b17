"""The decoding loop: many rows speak in lockstep, one token a step, each by its own rules, and come and go at any step.

A row says tokens until its limit, a stop string or a control token, and then, where it has a `Closing`, is made to read
the closing words and weighs the choices that follow them. A mark (`dialogue.MARK`) that is one token is a stop string
for who listens for it, and nobody else can say it. Rows share nothing but the batch: what a row says depends on its own
logits, its key and how many tokens it has said. Per-row Python runs on events only (a possible stop, a reading row);
everything else is one array operation for all rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from eudaimon.dialogue import MARK
from eudaimon.language.convoy import Convoy, Speaker
from eudaimon.language.model import Usage
from eudaimon.language.template import Prompt, Template

SPARSE = 0.75
"""Rows that are done are dropped from the batch once fewer than this share of it is still at work: dropping costs a
copy of all caches, so it is not done for every row."""

SMALLEST = 2.0**-25
"""Single-precision exponential noise is 0 once in 2^23 draws; half its smallest step stands for it."""


@dataclass(frozen=True, slots=True)
class Closing:
    """How a voice comes to its verdict after its comment.

    Attributes:
        words: the tokens to be read next, given what was said; at least one unless nothing was to be said.
        choices: token ids of each choice, none empty.
    """

    words: Callable[[Written], Sequence[int]]
    choices: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Task:
    """What one row is to do.

    Attributes:
        prompt: what it has read; needed to decode what it says.
        limit: at most so many tokens.
        stop: strings after which it ends.
        temperature: 0 is greedy.
        key: of its noise, 128 bits.
        closing: the verdict that follows, if any.
        begins: nothing was said before, so that white space at the beginning is no part of the text.
    """

    prompt: Prompt
    limit: int
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    key: int = 0
    closing: Closing | None = None
    begins: bool = False


@dataclass(slots=True)
class Written:
    """What one row said: the tokens (without a control token that ended them), their text, and the sum of all their
    log-probabilities; `scores` are the log-probabilities of the closing's choices."""

    ids: list[int] = field(default_factory=list)
    text: str = ""
    finish: str = "length"
    tokens: int = 0
    logprob: float = 0.0
    scores: list[float] = field(default_factory=list)


def noise_key(seed: int, name: str = "") -> int:
    """A key of 128 bits from a request's seed and, where several voices share it, a voice's name."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{name}".encode()).digest()[:16], "big")


@dataclass(slots=True)
class _Reading:
    """A row that reads tokens it did not choose: first those of `queue`, the last `scored` of which are the beginning
    of a choice; then it weighs the last token of each of `choices` (index, token)."""

    queue: list[int]
    scored: int
    choices: tuple[tuple[int, int], ...]
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Done:
    """A task that is over.

    Attributes:
        ticket: its number.
        written: what its row wrote.
        row: where that row stands in the convoy, until the next `Lockstep.advance`; -1 where it has none.
        read: what of it the row has read: all but the last token that it said.
    """

    ticket: int
    written: Written
    row: int = -1
    read: tuple[int, ...] = ()


class Lockstep:
    """The loop over the rows of a convoy, each of which does a task. Rows come in at any time (`admit`); a turn of the
    loop is `step`, which says one token for each, and `advance`, which reads them.

    Args:
        ends: tokens that end a row.
    """

    def __init__(self, template: Template, ends: frozenset[int], usage: Usage) -> None:
        self._template, self._ends_of, self._usage = template, ends, usage
        self.convoy = Convoy()
        self._tickets = 0
        self._tasks: dict[int, Task] = {}
        self._written: dict[int, Written] = {}
        self._draws: dict[int, np.random.Generator] = {}
        self._stops: list[tuple[str, ...]] = []
        self._ends = self._mute = np.zeros(0, dtype=bool)
        self._muted = False
        self._closers = np.zeros((0, 0), dtype=bool)
        self._noise = np.ones((0, 0), dtype=np.float32)
        # From here on one entry per row of the batch; rows come in (`admit`), are dropped and copied (`_regroup`).
        self._task = self._stop = self._limit = self._count = np.zeros(0, dtype=np.int64)
        self._heat, self._logprob = np.zeros(0, dtype=np.float32), np.zeros(0)
        self._said = np.zeros((0, 1), dtype=np.int64)
        self._alive = np.zeros(0, dtype=bool)
        self._reading: dict[int, _Reading] = {}
        self._forks: list[tuple[int, _Reading]] = []
        self._over: list[Done] = []
        self._picks = np.zeros(0, dtype=np.int64)

    @property
    def busy(self) -> bool:
        """Whether there is anything to do."""
        return bool(np.count_nonzero(self._alive) or self._over)

    @property
    def rows(self) -> int:
        """Rows at work."""
        return int(self._alive.sum())

    def admit(self, speaker: Speaker, tasks: Sequence[Task]) -> range:
        """Let the rows of `speaker`, row i of which does `tasks[i]`, speak beside the others; the tasks' tickets."""
        if not self._alive.any():
            self._clear()
        first, (rows, size) = len(self._task), speaker.logits.shape
        tickets = range(self._tickets, self._tickets + rows)
        self._tickets += rows
        self.convoy.admit(speaker, max(task.limit for task in tasks))
        for ticket, task in zip(tickets, tasks, strict=True):
            self._tasks[ticket] = task
            self._written[ticket] = Written(scores=[0.0] * len(task.closing.choices if task.closing else ()))
            self._draws[ticket] = np.random.Generator(np.random.Philox(key=task.key))
        self._listen({task.stop for task in tasks}, size)
        most = max(1, self._said.shape[1], *(task.limit for task in tasks))
        said = np.zeros((first + rows, most), dtype=np.int64)
        said[:first, : self._said.shape[1]] = self._said
        self._said = said
        new = {
            "_task": np.array(tickets), "_stop": np.array([self._stops.index(task.stop) for task in tasks]),
            "_limit": np.array([task.limit for task in tasks]), "_count": np.zeros(rows, dtype=np.int64),
            "_heat": np.array([task.temperature for task in tasks], dtype=np.float32), "_logprob": np.zeros(rows),
            "_alive": np.ones(rows, dtype=bool),
        }  # fmt: skip
        for name, values in new.items():
            setattr(self, name, np.concatenate([getattr(self, name), values]))
        self._noise = np.ones((first + rows, size), dtype=np.float32)
        for row in (first + np.flatnonzero(new["_limit"] == 0)).tolist():
            self._finish(row, Written())
        return tickets

    def step(self) -> list[Done]:
        """Say the next token of each row; the tasks that are over by it."""
        over, self._over = [*self._over, *self._settle()], []
        speaking = self._speaking
        self._picks = self._speak(speaking) if np.count_nonzero(speaking) else np.zeros(len(self._task), dtype=np.int64)
        over, self._over = [*over, *self._over], []
        for done in over:
            for kept in (self._tasks, self._written, self._draws):
                kept.pop(done.ticket)
        return over

    def advance(self) -> None:
        """Read what was said, where somebody goes on."""
        alive = np.count_nonzero(self._alive)
        if not alive:
            self._clear()
            return
        if self._forks or alive < SPARSE * len(self._alive):
            self._picks = self._regroup(self._picks)
        self._read(self._picks)
        self.convoy.feed(torch.from_numpy(self._picks)[:, None].to(self.convoy.logits.device))

    def drop(self, tickets: Collection[int]) -> None:
        """Let the rows of these tasks say no more, between two turns of the loop; nothing is told of them."""
        for row in np.flatnonzero(np.isin(self._task, list(tickets))).tolist():
            self._alive[row] = False
            self._reading.pop(row, None)
        self._forks = [fork for fork in self._forks if self._task[fork[0]] not in tickets]
        self._over = [done for done in self._over if done.ticket not in tickets]
        for ticket in tickets:
            for kept in (self._tasks, self._written, self._draws):
                kept.pop(ticket, None)
        if not np.count_nonzero(self._alive):
            self._clear()

    def _clear(self) -> None:
        """Let go of all rows."""
        for name in ("_task", "_stop", "_limit", "_heat", "_count", "_said", "_logprob", "_alive"):
            setattr(self, name, getattr(self, name)[:0])
        self.convoy, self._said = Convoy(), self._said[:, :1]

    def _listen(self, stops: set[tuple[str, ...]], size: int) -> None:
        """Know which tokens may end a row that has one of these stops."""
        new = sorted(stops - set(self._stops))
        if not new:
            return
        self._stops += new
        self._ends = np.isin(np.arange(size), list(self._ends_of))
        self._closers = np.stack([self._template.closers(stop, size) for stop in self._stops]) | self._ends
        self._mute = np.array([self._template.mark is not None and MARK not in stop for stop in self._stops])
        self._muted = bool(self._mute.any())

    @property
    def _speaking(self) -> NDArray[np.bool_]:
        if not self._reading:
            return self._alive
        speaking = self._alive.copy()
        speaking[list(self._reading)] = False
        return speaking

    def _settle(self) -> list[Done]:
        """Rows that have read all they had to weigh their choices; the tasks that are over by it."""
        ready = [row for row, reading in self._reading.items() if not reading.queue]
        if not ready:
            return []
        logprobs = self.convoy.logits[ready].log_softmax(-1).cpu().numpy()
        for row, known in zip(ready, logprobs, strict=True):
            reading = self._reading.pop(row)
            for choice, token in reading.choices:
                self._written[self._task[row]].scores[choice] = reading.score + float(known[token])
        self._alive[ready] = False
        waiting = {int(self._task[row]) for row in (*self._reading, *(row for row, _ in self._forks))}
        over = dict.fromkeys(int(self._task[row]) for row in ready)
        return [Done(ticket, self._written[ticket]) for ticket in over if ticket not in waiting]

    def _speak(self, speaking: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The next token of each row, shape (B,); meaningless where a row does not speak."""
        logits = self._sayable()
        picked = self._sample(logits, speaking)
        if len(self._task) == 1:
            return self._speak_alone(logits, int(picked))
        logprob = logits.log_softmax(-1).gather(1, picked[:, None])[:, 0]
        picks: NDArray[np.int64] = picked.cpu().numpy()
        rows = np.flatnonzero(speaking)
        self._said[rows, self._count[rows]] = picks[rows]
        self._count[rows] += 1
        self._logprob[rows] += logprob.cpu().numpy()[rows]
        self._usage.decoded += len(rows)
        for row in rows[self._closers[self._stop, picks][rows] | (self._count >= self._limit)[rows]].tolist():
            written = self._ended(row)
            if written:
                self._finish(row, written)
        return picks

    def _speak_alone(self, logits: Tensor, pick: int) -> NDArray[np.int64]:
        """The same for one row, in few calls: a token of a small model takes a few hundred of them in all."""
        count = self._count.item()
        self._said[0, count] = pick
        self._count[0] = count + 1
        self._logprob[0] += logits.log_softmax(-1)[0, pick].item()
        self._usage.decoded += 1
        if self._closers[self._stop.item(), pick] or count + 1 >= self._limit.item():
            written = self._ended(0)
            if written:
                self._finish(0, written)
        return np.array([pick])

    def _sayable(self) -> Tensor:
        """The logits, without the mark in rows that do not listen for it."""
        if not self._muted:
            return self.convoy.logits
        mute = self._mute[self._stop]
        if not np.count_nonzero(mute):
            return self.convoy.logits
        logits = self.convoy.logits.clone()
        logits[torch.from_numpy(mute).to(logits.device), self._template.mark] = -torch.inf
        return logits

    def _sample(self, logits: Tensor, speaking: NDArray[np.bool_]) -> Tensor:
        """Gumbel-max sampling: argmax(logits + temperature * g), g = -log(E), E ~ Exp(1) from the row's own stream.
        Unlike inverting the cumulative distribution it hardly ever changes with the last bits of the logits."""
        hot = np.flatnonzero(speaking & (self._heat > 0))
        if not len(hot):
            return logits.argmax(-1)
        for row in hot.tolist():
            self._draws[self._task[row]].standard_exponential(out=self._noise[row], dtype=np.float32)
        noise = torch.from_numpy(self._noise[: len(speaking)]).to(logits.device)
        heat = torch.from_numpy(self._heat).to(logits.device)
        return (logits - heat[:, None] * noise.clamp(min=SMALLEST).log()).argmax(-1)

    def _ended(self, row: int) -> Written | None:
        """What a row wrote if its last token has ended it."""
        task = self._tasks[self._task[row]]
        ids = self._said[row, : self._count[row]].tolist()
        done = Written(ids, tokens=len(ids), logprob=float(self._logprob[row]))
        if self._ends[ids[-1]]:
            done.ids, done.finish = ids[:-1], "end"
        text = self._template.decode(done.ids, task.prompt)
        done.text = text.lstrip() if task.begins else text
        cuts = [done.text.index(stop) + len(stop) for stop in task.stop if stop in done.text]
        if done.finish != "end" and cuts:
            done.text, done.finish = done.text[: min(cuts)], "stop"
        elif done.finish != "end" and len(ids) < task.limit:
            return None
        done.text = done.text.rstrip("\ufffd")  # a character that was cut off in the middle
        return done

    def _finish(self, row: int, written: Written) -> None:
        """A row has said what it had to say: it is done, or goes on to its verdict, once per beginning of a choice."""
        task = self._tasks[self._task[row]]
        written.scores = self._written[self._task[row]].scores
        self._written[self._task[row]] = written
        if task.closing is None:
            self._alive[row] = False
            read = tuple(self._said[row, : max(0, self._count[row] - 1)].tolist())
            self._over.append(Done(int(self._task[row]), written, row, read))
            return
        words = list(task.closing.words(written))
        starts: dict[tuple[int, ...], list[tuple[int, int]]] = {}
        for choice, ids in enumerate(task.closing.choices):
            starts.setdefault(ids[:-1], []).append((choice, ids[-1]))
        readings = [_Reading([*words, *start], len(start), tuple(lasts)) for start, lasts in starts.items()]
        self._reading[row] = readings[0]
        self._forks.extend((row, reading) for reading in readings[1:])

    def _regroup(self, picks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Drop rows that are done and add the forks; `picks` in the new order."""
        kept = [(row, self._reading.get(row)) for row in np.flatnonzero(self._alive).tolist()]
        # A fork stands right behind the row that it goes on from: rows of one speaker stay together.
        rows = sorted([*kept, *self._forks], key=lambda entry: entry[0])
        order = np.array([row for row, _ in rows], dtype=np.int64)
        self._reading = {new: reading for new, (_, reading) in enumerate(rows) if reading}
        self._forks = []
        for name in ("_task", "_stop", "_limit", "_heat", "_count", "_said", "_logprob", "_alive"):
            setattr(self, name, getattr(self, name)[order])
        if len(order) > len(self._noise):
            self._noise = np.ones((len(order), self._noise.shape[1]), dtype=np.float32)
        self.convoy.select(torch.from_numpy(order).to(self.convoy.logits.device))
        regrouped: NDArray[np.int64] = picks[order]
        return regrouped

    def _read(self, picks: NDArray[np.int64]) -> None:
        """Put the next given token of reading rows into `picks`."""
        for row, reading in self._reading.items():
            token = reading.queue.pop(0)
            if len(reading.queue) < reading.scored:
                reading.score += float(self.convoy.logits[row].log_softmax(-1)[token])
            picks[row] = token
        self._usage.encoded += len(self._reading)
