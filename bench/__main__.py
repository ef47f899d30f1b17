"""Runs every benchmark."""

from bench import council

council.main()
