"""The seeds' claims, one file each, on one harness; what came of them is in `docs/evidence.md`.

A claim's file holds its `REGISTRATION` (metric, thresholds, n, controls: fixed before any result), `run` (one life) and
`analyse` (all lives), and `EXPERIMENT`, which ties them together. Without `run` a claim is listed as open.
"""
