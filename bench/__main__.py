"""Runs every benchmark, or those that are named: `python -m bench trunk decoding`."""

import sys
from importlib import import_module

NAMES = ("trunk", "speaking", "decoding", "night", "growth", "council", "judging", "training", "door")

for name in sys.argv[1:] or NAMES:
    import_module(f"bench.{name}").main()
