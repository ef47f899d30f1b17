"""Runs every benchmark, or those that are named: `python -m bench trunk decoding`. What was measured is kept, and a run
that was stopped goes on; `--fresh` measures anew."""

import sys
import time
from importlib import import_module

from bench.table import summary

NAMES = (
    "decoding",
    "trunk",
    "speaking",
    "admission",
    "night",
    "growth",
    "council",
    "judging",
    "training",
    "birth",
    "consolidation",
    "door",
)

fresh = "--fresh" in sys.argv
names = [name for name in sys.argv[1:] if not name.startswith("--")] or NAMES
for name in names:
    start = time.monotonic()
    module = import_module(f"bench.{name}")
    if name == "training":
        module.main()
    else:
        module.main(fresh=fresh)
    print(f"  {name} took {time.monotonic() - start:.0f} s", flush=True)
summary(names)
