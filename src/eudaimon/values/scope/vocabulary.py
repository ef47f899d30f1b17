"""The words that scopes may use, each with its type: a misspelt name or a number compared with a word is an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from eudaimon.errors import InputError
from eudaimon.values.scope.term import Atom, Compared, Flag, Has, In, Literal_, Term, atoms
from eudaimon.values.scope.truth import Context

Type = Literal["flag", "number", "text", "words"] | tuple[str, ...]
"""`flag` (yes or no), `number`, `text` (any word), `words` (a set of words), or the words to choose one from."""
Vocabulary = Mapping[str, Type]


def check_term(term: Term, vocabulary: Vocabulary) -> None:
    """Raise ValueError, with the remedy, where `term` uses a name or a value that `vocabulary` does not know."""
    for atom in atoms(term):
        if atom.name not in vocabulary:
            known = ", ".join(vocabulary) or "none"
            raise ValueError(
                f"'{atom.name}' is not declared under context (known: {known}); declare it there with its type (flag, "
                "number, text, words, or a list of words), or mend its spelling"
            )
        _check_atom(atom, vocabulary[atom.name])


def check_context(context: Context, vocabulary: Vocabulary) -> None:
    """Raise InputError where `context` has a name or a value that `vocabulary` does not know."""
    for name, value in context.items():
        if name not in vocabulary:
            raise InputError(f"the context has no '{name}' (known: {', '.join(vocabulary) or 'none'}); leave it out")
        if not _fits(value, vocabulary[name]):
            raise InputError(f"the context's '{name}' is {value!r}, but must be {told(vocabulary[name])}; mend it")


def read_context(text: str, vocabulary: Vocabulary) -> dict[str, Literal_ | frozenset[str]]:
    """A context from one line, as on a command line: `age=14, distress, not consent, topic=health, roles=nurse+parent`.

    Raises:
        InputError: a name is unknown or a value does not fit its type.
    """
    found = dict(_read_one(part, vocabulary) for part in text.split(",") if part.strip())
    check_context(found, vocabulary)
    return found


def told(kind: Type) -> str:
    """A type in plain words."""
    plain = {"flag": "yes or no", "number": "a number", "text": "a word", "words": "a set of words"}
    return plain[kind] if isinstance(kind, str) else f"one of {', '.join(kind)}"


def merged(*vocabularies: Vocabulary) -> dict[str, Type]:
    """All names of all of them; lists of words are united.

    Raises:
        ValueError: two give one name different types.
    """
    found: dict[str, Type] = {}
    for vocabulary in vocabularies:
        for name, kind in vocabulary.items():
            known = found.setdefault(name, kind)
            if isinstance(known, tuple) and isinstance(kind, tuple):
                found[name] = tuple(dict.fromkeys(known + kind))
            elif known != kind:
                raise ValueError(f"'{name}' is {told(known)} in one context and {told(kind)} in another; rename one")
    return found


def _check_atom(atom: Atom, kind: Type) -> None:
    wanted: list[Literal_]
    match atom:
        case Flag():
            right, wanted = kind == "flag", [True]
        case Has(_, member):
            right, wanted = kind == "words", [member]
        case In(_, values):
            right, wanted = kind != "words", list(values)
        case Compared(_, "=" | "!=", value):
            right, wanted = kind != "words", [value]
        case Compared(_, _, value):
            right, wanted = kind == "number", [value]
    bad = [value for value in wanted if not isinstance(atom, Has) and not _fits(value, kind)]
    if not right or bad:
        found = f", not {bad[0]!r}" if bad and right else ""
        raise ValueError(f"'{atom.name}' is {told(kind)}{found}; {_usage(atom.name, kind)}")


def _usage(name: str, kind: Type) -> str:
    match kind:
        case "flag":
            return f"write '{name}' or 'not {name}'"
        case "number":
            return f"write '{name} < 5' or the like"
        case "words":
            return f"write '{name} has WORD'"
        case "text":
            return f"write '{name} is WORD'"
        case words:
            return f"write '{name} is {words[0]}' or the like"


def _fits(value: Literal_ | frozenset[str], kind: Type) -> bool:
    match kind:
        case "flag":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, float | int) and not isinstance(value, bool)
        case "text":
            return isinstance(value, str)
        case "words":
            return isinstance(value, frozenset)
        case words:
            return value in words


def _read_one(part: str, vocabulary: Vocabulary) -> tuple[str, Literal_ | frozenset[str]]:
    name, sign, value = (piece.strip() for piece in part.partition("="))
    if not sign:
        denied = name.startswith("not ")
        return (name.removeprefix("not ").strip(), not denied)
    kind = vocabulary.get(name)
    if kind == "flag" and value.casefold() in ("yes", "true", "no", "false"):
        return name, value.casefold() in ("yes", "true")
    if kind == "words":
        return name, frozenset(word.strip() for word in value.split("+") if word.strip())
    if kind == "number":
        try:
            return name, float(value)
        except ValueError:
            raise InputError(f"the context's '{name}' is '{value}', but must be a number; mend it") from None
    return name, value
