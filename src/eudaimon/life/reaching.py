"""How the model of a life is reached again: a password in an endpoint's URL, and its query, which may be one, are kept
beside the rows, never in them, since rows are drawn in reports and passed on."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from eudaimon.memory.place import write_address

MODEL = "model.url"
"""The file in a life's directory that holds the endpoint's URL, where that has a password or a query."""


def bare(model: str) -> str:
    """A model's place without what an endpoint's URL says of who asks.

    >>> bare("https://ann:secret@host:8000/v1?key=secret"), bare("runs/newborn@2")
    ('https://host:8000/v1', 'runs/newborn@2')
    """
    parts = urlsplit(model)
    if "://" not in model:
        return model
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def remember(directory: Path, model: str | None) -> None:
    """Keep the password and the query of an endpoint's URL for whoever goes on with the life in `directory`."""
    if model is not None and bare(model) != model:
        write_address(directory / MODEL, model)


def reached(directory: Path, model: str | None) -> str | None:
    """`model`, as a life's record has it, with the password and the query that were kept for it."""
    try:
        kept = (directory / MODEL).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return model
    return kept if bare(kept) == model else model
