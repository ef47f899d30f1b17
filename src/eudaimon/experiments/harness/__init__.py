"""The harness that every claim runs on.

- `registration`: `Criterion`, `Registration`: what is fixed before a result.
- `experiment`: `Experiment`: a registration with its `run` and `analyse`.
- `desk`: `Life`, `Desk`: one life, in units that are kept.
- `result`: `Lived`, `Finding`, `Verdict`, and the result's file.
- `runner`: `run_experiment`: all lives within a wall-clock budget, the planted null, development runs.
- `attempts`, `provenance`: what was tried on confirmatory villages, and whether it was registered first.
- `effort`: equal effort in FLOPs.
"""
