"""`eudaimon serve` in a process of its own: opened, used, told to end, killed, opened again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.serving.test_faults import until
from tests.serving.upstream import Upstream

from eudaimon.memory import Owner, Store
from eudaimon.serving.keys import KeyRing, Scope

ASKED = {"model": "eudaimon", "messages": [{"role": "user", "content": "well?"}], "eudaimon": {"reflect": False}}

pytestmark = pytest.mark.usefixtures("dear_keys")


@contextmanager
def served(place: Path, upstream: str, *options: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The door of the life in `place` before `upstream`: its url and process."""
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        port = spare.getsockname()[1]
    command = [sys.executable, "-m", "eudaimon", "serve", "-d", str(place), "--port", str(port), *options]
    command += ["--model", upstream, "--model-name", "tiny"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ)
    url = f"http://127.0.0.1:{port}"

    def there() -> bool:
        assert process.poll() is None, process.stdout and process.stdout.read().decode()
        try:
            return httpx.get(f"{url}/healthz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    try:
        until(there, 120)
        yield url, process
    finally:
        process.kill()
        process.wait()


def kept(place: Path) -> list[str]:
    with Store.open(place / "life.db", create=False) as store:
        return [one.messages[-1].content for one in store.episodes_of(Owner("ann"))]


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as server:
        yield server


@pytest.mark.long
def test_what_was_answered_outlives_a_kill_and_a_term_keeps_what_is_in_flight(
    tmp_path: Path, upstream: Upstream
) -> None:
    place = tmp_path / "life"
    headers = {"Authorization": f"Bearer {KeyRing(place).create(Scope('ann'))[0]}"}
    with served(place, upstream.url) as (url, process):
        assert httpx.post(f"{url}/v1/chat/completions", json=ASKED, headers=headers).status_code == 200
        process.send_signal(signal.SIGKILL)
        process.wait(60)
    assert kept(place) == ["Tom sells bread, you are so wise."]
    with served(place, upstream.url, "--grace", "1") as (url, process):
        upstream.pause = 3.0  # six words take longer than the door waits
        with httpx.stream("POST", f"{url}/v1/chat/completions", json=ASKED | {"stream": True}, headers=headers,
                          timeout=60) as answer:  # fmt: skip
            for line in answer.iter_lines():
                if "sells" in line:
                    break
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            process.wait(60)
        assert time.monotonic() - begun < 30
    (cut,) = [text for text in kept(place) if "wise" not in text]
    assert cut.startswith("Tom sells")
