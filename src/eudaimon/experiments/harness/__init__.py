"""The harness that every claim runs on.

- `registration`: `Criterion`, `Registration`: what is fixed before a result.
- `experiment`: `Experiment`: a registration with its `run` and `analyse`.
- `desk`: `Life`, `Desk`: one life, in units that are kept.
- `births`: whether the births that lives start from are there, of one make, and still the same.
- `card`: `Card`: what a run keeps of itself.
- `result`: `Lived`, `Finding`, `Verdict`, and the result's file.
- `runner`: `run_experiment`: all lives within a wall-clock budget, the planted null, development runs.
- `attempts`, `provenance`: what was tried on confirmatory villages, and whether it was registered first.
- `lock`: one process at a time.
- `effort`: equal effort in FLOPs.
- `look`: the command line of what is only looked at and claims nothing.
"""
