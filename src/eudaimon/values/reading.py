"""Reading YAML that a person wrote: typed by pydantic, and every complaint with its file and line."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from eudaimon.errors import FormatError, InputError

T = TypeVar("T")
Step = str | int
LOCATED = "rt"
"""ruamel's round-trip tree, which knows line numbers and takes as long again: for what is at fault alone."""
UNKNOWN = "unexpected_keyword_argument"
MISSHAPEN = ("dataclass_type", "dict_type", "list_type", "tuple_type")


@dataclass(frozen=True)
class Document(Generic[T]):
    """A file's content as a `T`, and where in the file each part of it stands.

    Attributes:
        path: the file.
        value: what it says.
        text: the same as it is written.
    """

    path: Path
    value: T
    text: str

    def fault(self, message: str, *where: Step) -> FormatError:
        """An error at the entry that the keys and indices `where` lead to."""
        return FormatError(message, path=self.path, line=_line(_load(self.path, self.text, LOCATED), where))


def read_yaml(path: str | Path, kind: type[T], prepare: Callable[[Any], Any] = lambda plain: plain) -> Document[T]:
    """The YAML 1.2 file at `path`, checked against `kind` (a dataclass, or a list or dict of some).

    Args:
        path: the file.
        kind: what it should say.
        prepare: turns shorthand that the file may use into what `kind` asks for, before anything is checked.

    Raises:
        InputError: there is no such file.
        FormatError: it is not YAML, or a field is missing, unknown or of the wrong type.
    """
    from pydantic import TypeAdapter, ValidationError

    path = Path(path)
    text = _text(path)
    plain = deepcopy(_load(path, text))
    try:
        return Document(path, TypeAdapter(kind).validate_python(prepare(plain)), text)
    except ValidationError as wrong:
        # A misspelt field is both unknown and missing; the unknown one stands where the mistake is.
        worst = min(wrong.errors(include_url=False), key=lambda error: error["type"] != UNKNOWN)
        line = _line(_load(path, text, LOCATED), worst["loc"])
        if worst["type"] in MISSHAPEN and (expected := _shape(kind, worst["loc"])):
            message = f"expected {expected}, but found {_found(worst['input'])}; write it so"
            raise FormatError(message, path=path, line=line or 1) from None
        raise FormatError(_explain(dict(worst)), path=path, line=line) from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as wrong:
        raise InputError(f"cannot be read ({wrong.strerror}); give the path of a YAML file", path=path) from None
    except UnicodeDecodeError as wrong:
        raise FormatError(f"expected YAML in UTF-8, but {wrong}; save it as UTF-8 text", path=path) from None


@lru_cache(maxsize=64)
def _load(path: Path, text: str, kind: str = "safe") -> Any:
    """What the text says, to be copied by whoever changes it: opening a life reads the same files four times."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    yaml = YAML(typ=kind, pure=True)
    yaml.Constructor = type("Whole", (_Whole, yaml.Constructor), {})
    try:
        return yaml.load(text)
    except MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        line = None if mark is None else mark.line + 1
        raise FormatError(f"expected YAML, but {wrong.problem}; mend this line", path=path, line=line) from None
    except (YAMLError, UnicodeDecodeError) as wrong:
        raise FormatError(f"expected YAML in UTF-8, but {wrong}; save it as UTF-8 text", path=path) from None
    except ValueError as wrong:  # a day that no calendar has
        line = _impossible_day(text)
        raise FormatError(f"expected a day of the calendar, but {wrong}; mend the date", path=path, line=line) from None


class _Whole:
    r"""What constructs a YAML document, with the halves of characters joined: JSON escapes whatever is beyond the first
    plane as two (`"\ud83d\ude00"`), and YAML reads each as a character of its own, which no file can hold."""

    def construct_scalar(self, node: Any) -> Any:
        from ruamel.yaml.constructor import ConstructorError

        try:
            if isinstance(node.value, str):
                node.value = node.value.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            problem = f"{node.value!a:.60} holds half of a character where both belong"
            raise ConstructorError(None, None, problem, node.start_mark) from None
        return super().construct_scalar(node)  # type: ignore[misc]


def _impossible_day(text: str) -> int | None:
    """The first line of `text` with a date that no calendar has."""
    for number, line in enumerate(text.splitlines(), start=1):
        for year, month, day in re.findall(r"(\d{4})-(\d\d?)-(\d\d?)", line):
            try:
                date(int(year), int(month), int(day))
            except ValueError:
                return number
    return None


def _line(tree: Any, where: tuple[Step, ...]) -> int | None:
    """The 1-based line of the deepest part of `tree` that `where` reaches."""
    line = tree.lc.line + 1 if hasattr(tree, "lc") else None
    for step in where:
        try:
            line = (tree.lc.item if isinstance(step, int) else tree.lc.key)(step)[0] + 1
            tree = tree[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def _shape(kind: Any, where: tuple[Step, ...]) -> str:
    """What is expected at this place in a `kind`, in plain English; empty where it is no list and no mapping."""
    if where and is_dataclass(kind):
        return _shape(get_type_hints(kind).get(str(where[0])), where[1:])
    if where:
        return _shape(get_args(kind)[0], where[1:]) if get_origin(kind) in (list, tuple) else ""
    if is_dataclass(kind):
        needed = [one.name for one in fields(kind) if one.default is one.default_factory is MISSING]
        return f"a mapping with {', '.join(needed)}"
    if get_origin(kind) in (list, tuple):
        return f"a list, each entry {_shape(get_args(kind)[0], ())}"
    return "a mapping from names" if get_origin(kind) is dict else ""


def _found(said: Any) -> str:
    if said is None:
        return "nothing"
    if isinstance(said, dict | list):
        return "a mapping" if isinstance(said, dict) else "a list"
    return f"the {'text' if isinstance(said, str) else 'value'} {said!r}"


def _explain(first: dict[str, Any]) -> str:
    """pydantic's complaint in the words of a file: what was expected, what was found, what to do."""
    field = next((step for step in reversed(first["loc"]) if isinstance(step, str) and "[" not in step), "the file")
    match first["type"]:
        case "missing":
            return f"expected the field '{field}' in this entry, but it is missing; add it"
        case "unexpected_keyword_argument":
            return f"the field '{field}' is not known here; remove it or mend its spelling"
        case "value_error":
            return str(first["ctx"]["error"])
        case _:
            return f"'{field}': {first['msg']}, but found {first['input']!r}; mend the value"
