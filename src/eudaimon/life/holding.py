"""Holding what is left of a day's conversations, so that what was said is kept as soon as it can be.

A local model says the same whenever it is asked the same things together, to the last bit: its conversations are held
and kept by whole cohorts. A model that answers from elsewhere says what it says once: there each conversation goes at
its own pace, and is kept when it is over, whatever befalls the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from threading import Event, Lock

from eudaimon.dialogue import Decision, Episode
from eudaimon.psyche import Judge, Pause, Settings, Talk, Terms

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

    def by_cohorts(self, talks: Sequence[Talk], held: Set[str], forget: Callable[[], None]) -> None:
        """Hold the cohorts of which a talk is not among the `held`; `forget` is called before each, since what a model
        remembers shows in the last bits."""
        for start in range(0, len(talks), self.abreast):
            cohort = talks[start : start + self.abreast]
            if all(talk.id in held for talk in cohort):
                continue
            forget()
            episodes = self.hold(
                cohort,
                judge=self.judge,
                terms=self.terms,
                progress=lambda done, _, before=start: self.over(before + done),
            )
            self.keep(episodes, start + len(cohort) == len(talks))

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


@dataclass(frozen=True)
class Awaited:
    """`judge`, asked only while `go_on` raises nothing: while somebody waits for the answer."""

    judge: Judge
    go_on: Callable[[], None]

    def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
        self.go_on()
        return self.judge.hear(pauses)
