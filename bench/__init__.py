"""Benchmarks: medians and ratios against a peer in the same run. `make bench` prints tables and writes JSON."""
