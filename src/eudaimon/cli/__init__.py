"""The command line: thin, and quick to answer, since every command imports what it needs only when it runs."""

from __future__ import annotations


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 an error that is explained, 2 wrong usage, 130 interrupted."""
    from eudaimon.cli.app import app

    app()
