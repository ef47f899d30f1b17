"""Holding what is left of a day's conversations, so that what was said is kept as soon as it can be.

A local model says the same whenever it is asked the same things together, to the last bit: its conversations are held
and kept by whole cohorts, side by side by several processes where that can be. A model that answers from elsewhere says
what it says once: there each conversation goes at its own pace, and is kept when it is over, whatever befalls the
others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from threading import Event, Lock

from eudaimon.dialogue import Decision, Episode
from eudaimon.language import LanguageModel
from eudaimon.language.shares import processes, shared_out
from eudaimon.psyche import Judge, Pause, Progress, Settings, Talk, Terms

Over = Callable[[int], None]
"""Told how many conversations of the day are over."""


@dataclass(frozen=True)
class Holding:
    """How conversations are held.

    Attributes:
        hold: `psyche.converse`, given all but talks, judge, terms and progress.
        judge, terms: as for `psyche.converse`.
        keep: stores episodes; told whether they are the day's last.
        abreast: so many are held side by side.
        over: see `Over`.
    """

    hold: Callable[..., list[Episode]]
    judge: Judge
    terms: Terms
    keep: Callable[[Sequence[Episode], bool], None]
    abreast: int
    over: Over

    def by_cohorts(self, talks: Sequence[Talk], held: Set[str], model: LanguageModel, apart: bool) -> None:
        """Hold the cohorts of which a talk is not among the `held`. What `model` remembers is dropped before each,
        since it shows in the last bits; so where they may be held `apart`, several processes hold as many at a time
        (`language.shares`), and each says what it says alone."""
        cohorts = even(talks, self.abreast)
        left = [cohort for cohort in cohorts if any(talk.id not in held for talk in cohort)]
        done, many = len(talks) - sum(map(len, left)), processes(model, len(left)) if apart else 1
        for first in range(0, len(left), many):
            some = left[first : first + many]
            pieces = [partial(self._cohort, cohort) for cohort in some]
            found = shared_out(model, pieces, partial(self._told, done))
            for cohort, episodes in zip(some, found, strict=True):
                self.keep(episodes, cohort is left[-1])
                done += len(cohort)

    def _told(self, before: int, over: int, of: int) -> None:
        self.over(before + over)

    def _cohort(self, talks: Sequence[Talk], progress: Progress) -> list[Episode]:
        return self.hold(talks, judge=self.judge, terms=self.terms, progress=progress)

    def one_by_one(self, talks: Sequence[Talk], held: Set[str]) -> None:
        """Hold the talks that are not among the `held`, each in a thread of its own.

        Raises:
            EudaimonError: as the first talk raises it. Those that have begun by then are held to their end and kept,
                and no further ones begin.
            KeyboardInterrupt, StoreError: of this thread. Talks under way are given up at their next word.
        """
        left = [talk for talk in talks if talk.id not in held]
        stopped, given_up, failed, done = Event(), Event(), list[BaseException](), 0
        asking, pool = Lock(), ThreadPoolExecutor(self.abreast, thread_name_prefix="talk")

        def go_on() -> None:
            if given_up.is_set():
                raise CancelledError

        def terms(talk: Talk, settings: Settings) -> Settings:
            go_on()
            with asking:  # an authority reads its ledger in one thread at a time
                return self.terms(talk, settings)

        def alone(talk: Talk) -> list[Episode]:
            if stopped.is_set():
                return []
            try:
                return self.hold([talk], judge=Awaited(self.judge, go_on), terms=terms)
            except BaseException:
                stopped.set()
                raise

        self.over(len(talks) - len(left))
        try:
            for future in as_completed([pool.submit(alone, talk) for talk in left]):
                if error := future.exception():
                    failed.append(error)
                elif episodes := future.result():
                    done += 1
                    self.keep(episodes, done == len(left))
                    self.over(len(talks) - len(left) + done)
        finally:
            stopped.set()
            given_up.set()
            pool.shutdown(wait=False, cancel_futures=True)
        if failed:
            raise failed[0]


def even(talks: Sequence[Talk], most: int) -> list[Sequence[Talk]]:
    """Cohorts of at most so many talks, as few as can be, and those of as many talks as each other.

    >>> even("abcdefg", 5)
    ['abcd', 'efg']
    """
    count = -(-len(talks) // most)
    ends = [-(-len(talks) * number // count) for number in range(count + 1)]
    return [talks[start:end] for start, end in pairwise(ends)]


@dataclass(frozen=True)
class Awaited:
    """`judge`, asked only while `go_on` raises nothing: while somebody waits for the answer."""

    judge: Judge
    go_on: Callable[[], None]

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        self.go_on()
        return self.judge.hear(pauses)
