"""What holds for all tests: no network, no telemetry, one thread, and no deadlines (they would be timed tests).

Any test may ask for a database on a PostgreSQL server (`tests/postgres.py`).
"""

import gc
import os
import ssl
from functools import lru_cache

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("OMP_NUM_THREADS", "1")

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

pytest_plugins = ["tests.postgres"]

# Beside another worker there is one core for each: to fork is to wait twice. Tests of what several processes do say how
# many cores there are, and programs that tests start find as many as there are.
if "PYTEST_XDIST_WORKER" in os.environ and hasattr(os, "sched_getaffinity"):
    os.sched_getaffinity = lambda _: {0}

# Every HTTP client reads the authorities of the world (60 ms), none of which is ever asked here: once is enough.
ssl.create_default_context = lru_cache(ssl.create_default_context)


def pytest_collection_finish() -> None:
    """What is imported by now stays: whoever collects garbage (a trainer does before every training) need not look at
    a million objects each time, .9 s."""
    gc.collect()
    gc.freeze()
