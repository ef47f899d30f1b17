"""Runs every benchmark."""

from bench import council, training

council.main()
training.main()
