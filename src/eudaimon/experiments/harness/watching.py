"""What is happening, how far, how long still: bars over the lives of an experiment, or over the steps of an audit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from eudaimon.experiments.harness.runner import Watch


class Share:
    """How much of a run is done, where lives have about as many units as the last finished one had."""

    def __init__(self) -> None:
        self._life, self._units, self._usual = -1, 0, 0

    def lives(self, done: int) -> float:
        """Lives done when another unit begins in the life after `done` of them."""
        if done != self._life:
            self._life, self._usual, self._units = done, max(self._usual, self._units), 0
        self._units += 1
        return done + (min(0.95, (self._units - 1) / self._usual) if self._usual else 0.0)


@contextmanager
def bar(name: str, console: Console | None = None) -> Iterator[Watch]:
    """A progress bar for `run_experiment(watch=...)`; silent where the console is no terminal."""
    share = Share()
    with _progress(name, console) as (progress, task):

        def watch(done: int, lives: int, unit: str) -> None:
            at, words = share.lives(done), f"{done} of {lives} lives"
            progress.update(task, completed=at, total=lives, description=unit, count=words)

        yield watch


@contextmanager
def steps(name: str, console: Console | None = None) -> Iterator[Watch]:
    """A progress bar over steps that are counted one by one; silent where the console is no terminal."""
    with _progress(name, console) as (progress, task):

        def watch(done: int, total: int, what: str) -> None:
            progress.update(task, completed=done, total=total, description=what, count=f"{done} of {total}")

        yield watch


@contextmanager
def _progress(name: str, console: Console | None) -> Iterator[tuple[Progress, TaskID]]:
    console = console or Console(stderr=True)
    columns = (
        TextColumn(f"{name}: {{task.description}}"),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        yield progress, progress.add_task("begin", total=None, count="")
