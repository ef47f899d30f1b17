"""Another word for a charter: from a form's fields or from YAML, checked as a whole, and told in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eudaimon.errors import FormatError, InputError
from eudaimon.values import Article, Change, Charter, amended, diff, read_charter
from eudaimon.values.charter import charter_yaml


@dataclass(frozen=True, slots=True)
class Told:
    """A change: what, and its words before and after where it has any."""

    what: str
    was: str
    now: str


def changes(old: Charter, new: Charter) -> list[Told]:
    """What `new` says otherwise, in plain words."""
    return [_told(change) for change in diff(old, new)]


def with_article(charter: Charter, said: Mapping[str, str], author: str, *, remove: bool = False) -> Charter:
    """The next version of `charter`, with one article as a form says it, or without it.

    Args:
        charter: is not changed.
        said: `id`, `text`, `value`, `kind`, `scope`, `rationale`, `until` (a day, or empty).
        author: written into a new article.
        remove: let the article go.

    Raises:
        InputError: the article, or the charter with it, makes no sense.
    """
    name = said["id"]
    old = next((one for one in charter.articles if one.id == name), None)
    if remove:
        kept = tuple(one for one in charter.articles if one.id != name)
        return _whole(charter, replace(charter, articles=kept))
    try:
        fields: dict[str, Any] = {**said, "until": date.fromisoformat(said["until"]) if said["until"] else None}
        new = replace(old, **fields) if old else Article(**fields, author=author)
        articles = tuple(new if one.id == name else one for one in charter.articles)
        return _whole(charter, replace(charter, articles=articles if old else (*articles, new)))
    except (ValueError, TypeError) as wrong:
        raise InputError(str(wrong)) from None


def from_yaml(charter: Charter, text: str) -> Charter:
    """The next version of `charter`, saying what `text` says.

    Raises:
        InputError: it is no charter; with its line.
    """
    return amended(charter, diff(charter, read_text(text)))


@lru_cache(maxsize=64)
def read_text(text: str) -> Charter:
    """The charter in YAML text.

    Raises:
        InputError: it is none; with its line.
    """
    with TemporaryDirectory() as place:
        path = Path(place) / "charter.yaml"
        try:
            path.write_text(text, encoding="utf-8")
            return read_charter(path)
        except UnicodeEncodeError as wrong:
            raise FormatError(f"expected text that UTF-8 can hold, but {wrong.reason}; remove it") from None
        except InputError as wrong:
            raise InputError(str(wrong).replace(f"{path}", "line", 1).replace("line:", "line ", 1)) from None


def _whole(old: Charter, new: Charter) -> Charter:
    """`new` as the next version of `old`, read again from YAML so that it is checked as any file is."""
    return amended(old, diff(old, read_text(charter_yaml(new))))


def _told(change: Change) -> Told:
    name = change.id.replace("-", " ")
    if change.part == "context":
        return Told(f"The context's word “{name}”", _plain(change.old), _plain(change.new))
    what = f"The {change.part[:-1]} “{name}”"
    entry = change.new if change.new is not None else change.old
    if change.field:
        return Told(f"{what}: {change.field.replace('_', ' ')}", _plain(change.old), _plain(change.new))
    kind = f", a {entry.kind}," if isinstance(entry, Article) else ""
    words = "; ".join(_words(entry))
    added = change.old is None
    return Told(f"{what}{kind} is {'added' if added else 'removed'}", "" if added else words, words if added else "")


def _words(entry: Any) -> Iterator[str]:
    """What an entry that came or went says."""
    for field in ("text", "about", "case", "rationale", "scope"):
        if words := getattr(entry, field, ""):
            yield words


def _plain(value: Any) -> str:
    """A value in plain words."""
    if value is None or value in ("", (), {}):
        return "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    if isinstance(value, tuple):
        return "; ".join(map(_plain, value))
    return str(value)
