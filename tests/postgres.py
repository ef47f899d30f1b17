"""A PostgreSQL server of this test run alone, started when a test first asks for a database in it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from tests.lacking import lacking

_numbers = count()


@pytest.fixture
def postgres_url(cluster: Path) -> str:
    """URL of an empty schema of a PostgreSQL database, which is made sooner than a database."""
    name, server = f"life{next(_numbers)}", f"postgresql://postgres@/postgres?host={cluster}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")  # type: ignore[call-overload]
    return f"{server}&options=-csearch_path%3D{name}"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """The socket directory of a PostgreSQL server of this test run alone."""
    place = Path(tempfile.mkdtemp(prefix="eudaimon-pg-", dir="/tmp"))  # a socket's path may have 107 bytes
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    if user:
        shutil.chown(place, user)
    data = str(place / "data")
    initdb = [server_binary("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]
    subprocess.run(initdb, user=user, cwd=place, check=True, capture_output=True)
    settings = ("fsync=off", "listen_addresses=", f"unix_socket_directories={place}")
    command = [server_binary("postgres"), "-D", data, *(part for one in settings for part in ("-c", one))]
    server = subprocess.Popen(command, user=user, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        await_server(place, server)
        yield place
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing in it is worth a checkpoint
        server.wait(30)
        shutil.rmtree(place)


def server_binary(name: str) -> str:
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = str(debian[-1]) if debian else shutil.which(name)
    if not found:
        lacking(f"no PostgreSQL server here ({name} is missing): apt-get install -y postgresql")
    return found


def await_server(place: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            psycopg.connect(f"postgresql://postgres@/postgres?host={place}").close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None, "the PostgreSQL server ended while starting"
            time.sleep(0.05)
    pytest.fail("the PostgreSQL server did not start within 30 seconds")
