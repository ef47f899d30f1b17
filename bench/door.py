"""The door's added latency and requests per second before an instant upstream, beside LiteLLM's proxy in the same run;
and a thousand streams at once for a minute.

Both proxies are one process with a key, on one machine, before the same upstream. The door stores every conversation
before it says that it is whole; LiteLLM runs without a database. Rounds go in turns, so that both share what else the
machine does; `cpu_s` is the processor time of the proxy's process for a request, whatever else runs.

    LITELLM=/path/to/litellm python -m bench door     # LiteLLM has its own environment: pip install 'litellm[proxy]'
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import psutil

from bench.load import Target, one_by_one, side_by_side, streams
from bench.table import Row, Table, either
from eudaimon.serving.keys import KeyRing, Scope

ROUNDS, REQUESTS, CONNECTIONS, SECONDS = either((3, 150, 16, 4.0), (1, 20, 4, 0.5))
STREAMS, WORDS, PAUSE, RAMP = either((1000, 30, 2.0, 10.0), (20, 4, 0.5, 0.5))
PEER_KEY = "sk-bench"
SAID = [{"role": "user", "content": "does anybody sell bread on this side of the river?"}]


@dataclass(frozen=True)
class Case:
    """What is measured: where requests go, and the process whose time they take (None: the upstream alone)."""

    target: Target
    process: subprocess.Popen[bytes] | None = None


def main(fresh: bool = False) -> None:
    litellm = os.environ.get("LITELLM") or shutil.which("litellm")
    table = Table(
        "door", fresh, rounds=ROUNDS, requests=REQUESTS, connections=CONNECTIONS, seconds=SECONDS,
        peer=_version(litellm) if litellm else None,
    )  # fmt: skip
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        upstream = stack.enter_context(_instant())
        door, process = stack.enter_context(_door(place / "fast", upstream, "instant"))
        instant = {"model": "instant", "messages": SAID}
        plain = {"model": "eudaimon", "messages": SAID, "eudaimon": {"reflect": False}}
        cases = {
            "direct": Case(Target(upstream, "none", instant)),
            "the door": Case(Target(*door, plain), process),
            "the door, with its council": Case(Target(*door, {"model": "eudaimon", "messages": SAID}), process),
        }
        if litellm:
            peer, process = stack.enter_context(_litellm(place, litellm, upstream))
            cases["litellm"] = Case(Target(peer, PEER_KEY, instant), process)
        for case, stream in (("whole", False), ("streamed", True)):
            table.measure({"case": case}, partial(_rows, cases, stream))
    with tempfile.TemporaryDirectory() as folder, _instant() as upstream:
        table.measure({"case": f"{STREAMS} streams of {WORDS * PAUSE:g} s"}, partial(_many, Path(folder), upstream))


def _rows(cases: dict[str, Case], stream: bool) -> Iterator[Row]:
    """One row for each case: medians over rounds that are held in turns."""
    asked = {name: _streaming(case.target, stream) for name, case in cases.items()}
    times: dict[str, list[float]] = {name: [] for name in cases}
    rates: dict[str, list[float]] = {name: [] for name in cases}
    spent: dict[str, list[float]] = {name: [] for name in cases}
    for target in asked.values():
        asyncio.run(one_by_one(target, 20))
    for _ in range(ROUNDS):
        for name, case in cases.items():
            count, before = REQUESTS // 10 if "council" in name else REQUESTS, _processor(case.process)
            times[name] += asyncio.run(one_by_one(asked[name], count))
            spent[name].append((_processor(case.process) - before) / count)
            rates[name].append(asyncio.run(side_by_side(asked[name], CONNECTIONS, SECONDS)))
    floor, floor99 = (_quantile(times["direct"], q) for q in (0.5, 0.99))
    added = {name: _quantile(seconds, 0.5) - floor for name, seconds in times.items()}
    added99 = {name: _quantile(seconds, 0.99) - floor99 for name, seconds in times.items()}
    for name, seconds in times.items():
        row: Row = {
            "who": name, "ours_s": _quantile(seconds, 0.5),
            "p99_s": _quantile(seconds, 0.99), "added_s": added[name], "added_p99_s": added99[name],
            "cpu_s": statistics.median(spent[name]), "requests_s": statistics.median(rates[name]), "floor_s": floor,
        }  # fmt: skip
        if "litellm" in cases:
            row |= {
                "peer_s": _quantile(times["litellm"], 0.5),
                "ratio": added[name] / added["litellm"],
                "ratio_p99": added99[name] / added99["litellm"],
                "ratio_cpu": statistics.median(spent[name]) / statistics.median(spent["litellm"]),
            }
        yield row


def _streaming(target: Target, stream: bool) -> Target:
    return Target(target.url, target.key, {**target.body, "stream": stream})


def _processor(process: subprocess.Popen[bytes] | None) -> float:
    """Seconds that a process and its children have computed."""
    if process is None:
        return 0.0
    family = [(root := psutil.Process(process.pid)), *root.children(recursive=True)]
    return sum(sum(one.cpu_times()[:2]) for one in family)


def _many(place: Path, upstream: str) -> Row:
    """Streams at once, of a minute each, and as many again."""
    with _door(place, upstream, f"slow-{WORDS}-{PAUSE}") as (door, process):
        body = {"model": "eudaimon", "messages": SAID, "stream": True, "eudaimon": {"reflect": False}}
        target, memory = Target(*door, body), list[float]()
        before = _memory(process)

        async def watched() -> dict[str, int]:
            async def watch() -> None:
                while True:
                    memory.append(_memory(process))
                    await asyncio.sleep(2)

            watching = asyncio.create_task(watch())
            try:
                return dict(await streams(target, STREAMS, RAMP))
            finally:
                watching.cancel()

        start = time.perf_counter()
        ends = asyncio.run(watched())
        took = time.perf_counter() - start
        again = asyncio.run(streams(Target(*door, body), STREAMS, RAMP))
        after = _memory(process)
    steady = [mb for mb, at in zip(memory, range(0, 10_000, 2), strict=False) if RAMP <= at <= WORDS * PAUSE] or [0.0]
    return {
        "who": "the door", "took_s": took, "ends": ends,
        "again": dict(again), "memory_before_mb": before, "memory_begun_mb": steady[0], "memory_end_mb": steady[-1],
        "memory_after_twice_mb": after,
    }  # fmt: skip


def _quantile(values: list[float], q: float) -> float:
    return sorted(values)[min(len(values) - 1, int(q * len(values)))]


def _memory(process: subprocess.Popen[bytes]) -> float:
    """Resident memory of a process, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def _port() -> int:
    with socket.socket() as spare:
        spare.bind(("127.0.0.1", 0))
        return int(spare.getsockname()[1])


@contextmanager
def _running(command: list[str], health: str, log: Path | None = None, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process, once it answers."""
    out = log.open("wb") if log else subprocess.DEVNULL
    process = subprocess.Popen(command, env=os.environ | env, stdout=out, stderr=subprocess.STDOUT)
    try:
        for _ in range(1200):
            assert process.poll() is None, f"{command[0]} ended: {log.read_text() if log else ''}"
            try:
                httpx.get(health, timeout=5)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def _instant() -> Iterator[str]:
    url = f"http://127.0.0.1:{(port := _port())}/v1"
    with _running([sys.executable, "-m", "bench.instant", str(port)], f"{url}/models"):
        yield url


@contextmanager
def _door(place: Path, upstream: str, name: str) -> Iterator[tuple[tuple[str, str], subprocess.Popen[bytes]]]:
    """A door before the upstream: its url and a key, and its process."""
    key, url = KeyRing(place).create(Scope("bench"))[0], f"http://127.0.0.1:{(port := _port())}"
    command = [sys.executable, "-m", "eudaimon", "serve", "-d", str(place), "--port", str(port)]
    command += ["--model", upstream, "--model-name", name]
    with _running(command, f"{url}/healthz", place / "serve.log") as process:
        yield (f"{url}/v1", key), process


@contextmanager
def _litellm(place: Path, command: str, upstream: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """LiteLLM's proxy before the same upstream, as its documentation advises for production: one worker a core, and no
    debugging; here one worker, as the door has."""
    config, url = place / "litellm.yaml", f"http://127.0.0.1:{(port := _port())}"
    config.write_text(
        "model_list:\n- model_name: instant\n  litellm_params:\n    model: openai/instant\n"
        f"    api_base: {upstream}\n    api_key: none\n"
        f"general_settings:\n  master_key: {PEER_KEY}\nlitellm_settings:\n  telemetry: false\n  set_verbose: false\n"
    )
    log = place / "litellm.log"
    run = [command, "--config", str(config), "--port", str(port), "--host", "127.0.0.1", "--num_workers", "1"]
    quiet = {"LITELLM_LOG": "ERROR", "LITELLM_MODE": "PRODUCTION", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}
    with _running(run, f"{url}/health/liveliness", log, **quiet) as process:
        yield f"{url}/v1", process


def _version(command: str) -> str:
    told = subprocess.run([command, "--version"], capture_output=True, text=True, timeout=120).stdout
    return " ".join(told.split())


if __name__ == "__main__":
    main()
