"""An imported conversation as one JSON file, with the digest of what is in it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from eudaimon.dialogue import digest
from eudaimon.errors import FormatError, InputError
from eudaimon.governance.voices.opinions import Opinions, Statement

FORMAT = "eudaimon voices 1"


def write_opinions(path: str | Path, opinions: Opinions) -> str:
    """Writes a conversation; answers the digest that stands in the file."""
    from eudaimon.governance.files import write_whole

    content = _content(opinions)
    sealed = {"format": FORMAT, "digest": digest(content), **content}
    write_whole(Path(path), json.dumps(sealed, ensure_ascii=False, indent=1).encode())
    return str(sealed["digest"])


def read_opinions(path: str | Path) -> Opinions:
    """The conversation in a file that `write_opinions` wrote.

    Raises:
        InputError: there is no such file.
        FormatError: it is none, or was changed since.
    """
    path = Path(path)
    try:
        sealed = json.loads(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise InputError(f"cannot be read ({wrong.strerror}); import a conversation first", path=path) from None
    except ValueError as wrong:
        raise FormatError(f"expected an imported conversation, but {wrong}; import it again", path=path) from None
    if not isinstance(sealed, dict) or sealed.pop("format", None) != FORMAT:
        raise FormatError(f"expected a file of format '{FORMAT}'; make it with eudaimon voices import", path=path)
    if sealed.pop("digest", None) != digest(sealed):
        raise FormatError("it was changed since it was imported; import it again", path=path)
    votes = np.asarray([[np.nan if v is None else v for v in row] for row in sealed["votes"]], dtype=np.float64)
    statements = tuple(Statement(**one) for one in sealed["statements"])
    people = tuple(sealed["participants"])
    votes = votes.reshape(len(people), len(statements))
    return Opinions(people, statements, votes, tuple(sealed["published"]), sealed["topic"], tuple(sealed["notes"]))


def _content(opinions: Opinions) -> dict[str, Any]:
    return {
        "topic": opinions.topic,
        "notes": list(opinions.notes),
        "participants": list(opinions.participants),
        "published": list(opinions.published),
        "statements": [asdict(one) for one in opinions.statements],
        "votes": [[None if np.isnan(v) else int(v) for v in row] for row in opinions.votes],
    }
