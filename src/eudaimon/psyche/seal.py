"""Seals: an archetype that is not what it was sealed as does not load.

Beside every file of archetypes, `NAME.yaml`, lies `NAME.seals.yaml` with each one's content and its SHA-256. Nothing in
this package writes it but `reseal`, by name, on a person's wish.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from eudaimon.dialogue import Seal, digest
from eudaimon.errors import InputError, SealError
from eudaimon.psyche.archetype import SHIPPED, Archetype, Archetypes, read_archetypes
from eudaimon.values import read_yaml


@dataclass(frozen=True, slots=True)
class Sealed:
    """An archetype as it was sealed: its content, and the content's digest."""

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    digest: str
    content: dict[str, Any]


@cache
def seal_of(archetype: Archetype) -> Seal:
    """Its name, and the SHA-256 of all that it is."""
    return Seal(archetype.name, digest(_content(archetype)))


def load_archetypes(own: Path | None = None) -> Archetypes:
    """The shipped archetypes, and those of a user's `own` YAML file after them; every one sealed and unchanged.

    Raises:
        InputError: there is no such file.
        FormatError: an entry is malformed; with its line.
        SealError: one was changed after it was sealed, or never sealed; names it, what changed and the remedy.
    """
    found: dict[str, Archetype] = {}
    for path in (SHIPPED, *([own] if own else [])):
        fresh = read_archetypes(path, found)
        _check(fresh, path)
        found.update(fresh)
    return MappingProxyType(found)


def reseal(name: str, own: Path | None = None) -> Seal:
    """Seal the archetype `name` as it stands now, in the user's `own` file or, without one, in the shipped.

    Raises:
        InputError: the file holds no such archetype.
        FormatError: the file is malformed; with its line.
    """
    path = own or SHIPPED
    fresh = read_archetypes(path, read_archetypes(SHIPPED, {}) if own else {})
    if name not in fresh:
        raise InputError(f"holds no archetype '{name}'; seal one of {', '.join(fresh)}", path=path)
    seal = seal_of(fresh[name])
    sealed = {**_read(seals_beside(path)), name: Sealed(seal.digest, _content(fresh[name]))}
    _write(seals_beside(path), {name: asdict(sealed[name]) for name in fresh if name in sealed})
    return seal


def seals_beside(path: Path) -> Path:
    """Where the seals of the archetypes at `path` lie."""
    return path.with_suffix(".seals.yaml")


def _content(archetype: Archetype) -> dict[str, Any]:
    """All it is, as JSON values. What is empty is left out, so that a field of tomorrow breaks no seal of today."""
    values = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(archetype).items()}
    return {key: value for key, value in values.items() if value}


def _check(archetypes: Archetypes, path: Path) -> None:
    sealed, own = _read(seals := seals_beside(path)), "" if path == SHIPPED else f" --file {path}"
    for name, archetype in archetypes.items():
        remedy = f"seal it by name if that is meant: eudaimon archetypes seal {name}{own}"
        if name not in sealed:
            raise SealError(f"the archetype '{name}' was never sealed; {remedy}", path=seals)
        then, now = sealed[name], seal_of(archetype)
        if digest(then.content) != then.digest:
            raise SealError(f"the seal of '{name}' was itself altered; restore it, or {remedy}", path=seals)
        if then.digest != now.digest:
            raise SealError(
                f"the archetype '{name}' differs from its seal ({then.digest[:12]}, now {now.digest[:12]}): "
                f"{_difference(then.content, _content(archetype))}. Undo the change, or {remedy}",
                path=seals,
            )


def _difference(then: dict[str, Any], now: dict[str, Any]) -> str:
    """Which fields changed, and each one's words around the first change."""
    changed = [key for key in {**then, **now} if then.get(key) != now.get(key)]
    return "; ".join(f"{key} was {_around(then, now, key)}, is {_around(now, then, key)}" for key in changed)


def _around(this: dict[str, Any], other: dict[str, Any], key: str) -> str:
    text, rival = str(this.get(key, "nothing")), str(other.get(key, "nothing"))
    same = next((i for i, (a, b) in enumerate(zip(text, rival, strict=False)) if a != b), min(len(text), len(rival)))
    start = max(0, same - 20)
    return f"'{'…' if start else ''}{text[start : start + 60]}{'…' if len(text) > start + 60 else ''}'"


def _read(path: Path) -> dict[str, Sealed]:
    return read_yaml(path, dict[str, Sealed]).value if path.exists() else {}


def _write(path: Path, content: dict[str, Any]) -> None:
    """Write all or nothing: a new file takes the old one's place in one step."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 2**31  # folded lines lose one of two spaces, and what is read back would not be what was sealed
    fresh = path.with_suffix(".tmp")
    with fresh.open("w", encoding="utf-8") as file:
        yaml.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
