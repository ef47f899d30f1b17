"""Work with one small local model, done by as many processes as there are cores: pieces of it (`shared_out`), or what
has to be done side by side again and again (`helper`).

A model that one thread serves best leaves the other cores idle, and threads of one process would wait for each other.
A forked process has the same weights in the same memory, and nothing to load. Every piece is begun as if it were the
first (`LanguageModel.forget`), so that it is answered alike, to the last bit, whoever does it and whatever was done
before.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, Generic, NoReturn, TypeVar

from eudaimon.errors import ModelError
from eudaimon.language.model import LanguageModel, Usage

Progress = Callable[[int, int], None]
T = TypeVar("T")
A = TypeVar("A")

_INSIDE: list[int] = []
"""The number of this process, where it does a share of another's work: it shares out nothing of that."""

DIES_WITH_PARENT = 1
"""Linux's PR_SET_PDEATHSIG."""

ENDED = (
    "a process that did a part of the work ended before it was done; was it killed, for memory perhaps? Call again, "
    "or with one core (taskset -c 0)"
)


def shared_out(
    model: LanguageModel, pieces: Sequence[Callable[[Progress], T]], progress: Progress = lambda done, total: None
) -> list[T]:
    """What the pieces give, in their order; `model.usage` counts the work of all.

    Where processes can be had (see `processes`), each does every n-th piece: what a piece changes besides the model's
    usage is then lost, and what it gives has to be picklable.

    Args:
        model: what the pieces ask.
        pieces: called once each, with what they tell how much of them is done.
        progress: told how much of all is done: of the whole that the pieces told of so far, and one for each that told
            nothing.

    Raises:
        Exception: as a piece raises it; the others are then stopped.
        ModelError: a process ended before its pieces were done.
    """
    told = [(0, 1)] * len(pieces)

    def tell(place: int, done: int, total: int) -> None:
        told[place] = (done, total)
        progress(sum(one for one, _ in told), sum(of for _, of in told))

    many = processes(model, len(pieces))
    if many == 1:
        return [_done(model, piece, partial(tell, at)) for at, piece in enumerate(pieces)]
    model.forget()
    workers = [
        _forked(partial(_do, model, [(at, pieces[at]) for at in range(number, len(pieces), many)]))
        for number in range(many)
    ]
    found: dict[int, T] = {}
    try:
        _gather([pipe for pipe, _ in workers], model.usage, tell, found)
    finally:
        for pipe, child in workers:
            pipe.close()
            if len(found) < len(pieces):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    if len(found) < len(pieces):
        raise ModelError(ENDED)
    return [found[at] for at in range(len(pieces))]


@dataclass(frozen=True)
class Helper(Generic[A, T]):
    """A process beside this one; see `helper`."""

    pipe: Connection
    usage: Usage

    def ask(self, asked: A) -> None:
        """Let it work on `asked`, which has to be picklable. ModelError: it ended."""
        try:
            self.pipe.send(asked)
        except OSError as error:
            raise ModelError(ENDED) from error

    def answer(self) -> T:
        """What came of what it was asked first, of all that it was not yet heard on.

        Raises:
            Exception: as its work raised it.
            ModelError: it ended.
        """
        try:
            what, found, cost = self.pipe.recv()
        except (EOFError, OSError) as error:
            raise ModelError(ENDED) from error
        if what == "failed":
            raise found
        self.usage.add(cost)
        answer: T = found
        return answer


@contextmanager
def helper(model: LanguageModel, work: Callable[[A], T]) -> Iterator[Helper[A, T] | None]:
    """Within it a second process gives what `work` gives, with the weights, and all else in memory, as they are now;
    `model.usage` counts its work as it answers. None where processes cannot be had (see `processes`)."""
    if processes(model, 2) == 1:
        yield None
        return
    pipe, child = _forked(partial(_serve, model, work))
    try:
        yield Helper(pipe, model.usage)
    finally:
        pipe.close()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _gather(
    pipes: Sequence[Connection], usage: Usage, tell: Callable[[int, int, int], None], found: dict[int, T]
) -> None:
    """Read all that processes tell, until each has ended: what they found, how far they are, and what it cost."""
    left = set(pipes)
    while left:
        for pipe in wait(list(left)):
            assert isinstance(pipe, Connection)
            try:
                what, *rest = pipe.recv()
            except EOFError:
                left.discard(pipe)
                continue
            if what == "progress":
                tell(*rest)
            elif what == "found":
                found[rest[0]] = rest[1]
            elif what == "usage":
                usage.add(rest[0])
            else:
                raise rest[0]


def processes(model: LanguageModel, pieces: int) -> int:
    """How many processes do the work: as many as there are cores, for a model on the CPU that one thread serves; one
    where a fork would not be safe, that is, beside threads that serve others or on other systems than Linux."""
    if pieces < 2 or _INSIDE or sys.platform != "linux" or threading.current_thread() is not threading.main_thread():
        return 1
    return min(pieces, len(os.sched_getaffinity(0))) if by_one_thread(model) else 1


def by_one_thread(model: LanguageModel) -> bool:
    """Whether it is a model on the CPU that one thread serves, on however many cores."""
    if not model.capabilities.gradients:
        return False
    import torch

    from eudaimon.language.local import LocalModel

    return isinstance(model, LocalModel) and model.model.device.type == "cpu" and torch.get_num_threads() == 1


def _done(model: LanguageModel, piece: Callable[[Progress], T], progress: Progress) -> T:
    model.forget()
    found = piece(progress)
    model.forget()
    return found


def _forked(do: Callable[[Connection], None]) -> tuple[Connection, int]:
    """A process that does something and tells of it: where it tells and is told, and its number."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # whose threads a fork does not have
    here, there = Pipe()
    parent, child = os.getpid(), os.fork()
    if not child:
        here.close()
        _work(do, there, parent)
    there.close()
    return here, child


def _work(do: Callable[[Connection], None], pipe: Connection, parent: int) -> NoReturn:
    """Do it, and end without what the parent would do at its end."""
    ended = 1
    try:
        _INSIDE.append(os.getpid())
        ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGKILL)
        if os.getppid() == parent:
            do(pipe)
            ended = 0
    except BaseException as error:
        pipe.send(("failed", _sendable(error), Usage()))
    finally:
        os._exit(ended)


def _do(model: LanguageModel, pieces: Sequence[tuple[int, Callable[[Progress], Any]]], pipe: Connection) -> None:
    """Do these pieces, and tell of them."""
    before = replace(model.usage)
    for at, piece in pieces:
        pipe.send(("found", at, _done(model, piece, partial(_tell, pipe, at))))
    pipe.send(("usage", model.usage.since(before)))


def _serve(model: LanguageModel, work: Callable[[A], T], pipe: Connection) -> None:
    """Answer until nobody asks any more."""
    while True:
        try:
            asked = pipe.recv()
        except EOFError:
            return
        before = replace(model.usage)
        pipe.send(("found", work(asked), model.usage.since(before)))


def _tell(pipe: Connection, at: int, done: int, total: int) -> None:
    pipe.send(("progress", at, done, total))


def _sendable(error: BaseException) -> BaseException:
    try:
        pickle.loads(pickle.dumps(error))
        return error
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
