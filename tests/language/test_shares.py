"""Work on one small model, shared out among processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest
import torch

from eudaimon.dialogue import Message
from eudaimon.errors import ModelError
from eudaimon.language import Extend, LocalModel, ScriptedModel, shares
from eudaimon.language.shares import helper, processes, shared_out

Progress = Callable[[int, int], None]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")


@pytest.fixture
def model(tiny: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalModel]:
    tokenizer = tiny.native_tokenizer()
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    yield LocalModel(tiny.random_model("lfm2", tokenizer), tokenizer)
    torch.set_num_threads(before)


def says(model: LocalModel, number: int, progress: Progress) -> tuple[str, int]:
    progress(0, 2)
    asked = Extend((Message("user", "does Tom sell bread?"),), max_tokens=12, temperature=1.0, seed=number)
    said = model.extend([asked])[0].text
    progress(2, 2)
    return said, os.getpid()


@LINUX
def test_the_answers_and_the_work_counted_are_the_same_whoever_does_it(
    model: LocalModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces, told = [partial(says, model, number) for number in range(7)], list[tuple[int, int]]()
    shared = shared_out(model, pieces, lambda done, total: told.append((done, total)))
    spent = vars_of(model)
    assert len({process for _, process in shared} - {os.getpid()}) == 3
    assert (told[-1], [done for done, _ in told] == sorted(done for done, _ in told)) == ((14, 14), True)
    monkeypatch.setattr(shares, "processes", lambda *_: 1)
    alone = shared_out(model, pieces)
    assert {process for _, process in alone} == {os.getpid()}
    assert [said for said, _ in shared] == [said for said, _ in alone]
    assert {name: 2 * count for name, count in spent.items()} == vars_of(model)


def vars_of(model: LocalModel) -> dict[str, int]:
    return {name: getattr(model.usage, name) for name in ("encoded", "decoded", "calls")}


@LINUX
@pytest.mark.parametrize("known", [True, False])
def test_what_befalls_a_piece_is_raised_here_and_no_process_is_left(
    model: LocalModel, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd(Exception):
        """It cannot be sent from one process to another."""

    raised = ModelError("it broke") if known else Odd("it broke")

    def breaks(progress: Progress) -> None:
        raise raised

    forked, children = os.fork, list[int]()
    monkeypatch.setattr(os, "fork", lambda: children.append(forked()) or children[-1])
    with pytest.raises(ModelError if known else RuntimeError, match="it broke"):
        shared_out(model, [partial(says, model, 1), breaks, partial(says, model, 2)])
    assert len(children) == 3
    for child in children:
        with pytest.raises(ChildProcessError):
            os.waitpid(child, os.WNOHANG)


@LINUX
def test_a_helper_answers_again_and_again_and_its_work_is_counted(model: LocalModel) -> None:
    children = set[int]()

    def work(number: int) -> str:
        said, process = says(model, number, lambda done, total: None)
        children.add(process)
        return f"{said} {process}"

    alone = [says(model, number, lambda done, total: None)[0] for number in range(3)]
    spent = vars_of(model)
    model.forget()
    with helper(model, work) as beside:
        assert beside is not None
        beside.ask(0)
        beside.ask(1)
        answers = [beside.answer(), beside.answer()]
        beside.ask(2)
        said, processes = zip(*(one.rsplit(" ", 1) for one in [*answers, beside.answer()]), strict=True)
    assert list(said) == alone
    assert children == set()
    assert set(processes) != {str(os.getpid())}
    assert {name: 2 * count for name, count in spent.items()} == vars_of(model)
    with pytest.raises(ChildProcessError):
        os.waitpid(int(processes[0]), os.WNOHANG)


@LINUX
def test_what_befalls_a_helper_is_raised_where_it_is_asked(model: LocalModel) -> None:
    def work(how: str) -> None:
        if how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        raise ModelError("it broke")

    for how, told in (("broken", "it broke"), ("killed", "ended before it was done")):
        with helper(model, work) as beside:
            assert beside is not None
            beside.ask(how)
            with pytest.raises(ModelError, match=told):
                beside.answer()


@LINUX
def test_a_process_that_is_killed_is_told_of(model: LocalModel) -> None:
    def dies(progress: Progress) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(ModelError, match="ended before it was done"):
        shared_out(model, [dies, dies])


@LINUX
@pytest.mark.long
def test_no_process_outlives_one_that_was_killed(tmp_path: Path) -> None:
    told = tmp_path / "children"
    code = f"""
import os, time, torch
from pathlib import Path
from tests.language import tiny
from eudaimon.language import LocalModel
from eudaimon.language.shares import shared_out
torch.set_num_threads(1)
os.sched_getaffinity = lambda _: {{0, 1}}
tokenizer = tiny.native_tokenizer()
def waits(progress):
    with open({str(told)!r}, "a") as file:
        file.write(f"{{os.getpid()}}\\n")
    time.sleep(60)
shared_out(LocalModel(tiny.random_model("llama", tokenizer), tokenizer), [waits, waits])
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2]) as parent:
        while not told.exists() or told.read_text().count("\n") < 2:
            assert parent.poll() is None
            time.sleep(0.05)
        parent.kill()
    time.sleep(0.5)
    for child in told.read_text().split():
        status = Path(f"/proc/{child}/stat")
        assert not status.exists() or status.read_text().rsplit(")")[1].split()[0] == "Z"


def test_one_process_where_forks_are_not_safe_or_of_no_use(model: LocalModel) -> None:
    assert processes(ScriptedModel(), 4) == 1
    assert processes(model, 1) == 1
    with helper(ScriptedModel(), str) as beside:
        assert beside is None
    torch.set_num_threads(2)
    assert processes(model, 4) == 1
