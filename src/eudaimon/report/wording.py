"""How words and numbers look in a report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_BEGINNING = re.compile(r"(?:^\W*|[.?!]\s+)([^\W\d_])")


def sentences(text: str, before: str = "") -> str:
    """`text`, which goes on from `before`, with a capital at the beginning of every sentence.

    >>> sentences("so no. the bridge is closed.", before="Tom sells bread, ")
    'so no. The bridge is closed.'
    """
    whole = _BEGINNING.sub(lambda found: found[0][:-1] + _capital(found[1]), before + text)
    return whole[len(before) :]


def _capital(letter: str) -> str:
    """The capital, unless it takes more than one letter."""
    return letter.upper() if len(letter.upper()) == 1 else letter


def number(value: float) -> str:
    """A figure to three places or so, without exponents where they can be helped.

    >>> number(12.0), number(0.53219), number(1234.5), number(0.00002)
    ('12', '0.532', '1,234', '2.0e-05')
    """
    if value == int(value):
        return f"{int(value):,}"
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.2f}" if size >= 1 else _small(value)


def _small(value: float) -> str:
    return f"{value:.3f}" if abs(value) >= 0.001 else f"{value:.1e}"


def signed(value: float) -> str:
    """A difference, to two places, with its sign.

    >>> signed(0.071), signed(-0.2), signed(-0.001)
    ('+0.07', '−0.20', '0.00')
    """
    text = f"{value:+.2f}".replace("-", "−")
    return "0.00" if text[1:] == "0.00" else text


def percent(share: float) -> str:
    """A share as whole percents.

    >>> percent(0.256)
    '26%'
    """
    return f"{100 * share:.0f}%"


def seconds(value: float) -> str:
    """A duration.

    >>> seconds(3.21), seconds(75), seconds(7500)
    ('3.2 s', '1 min 15 s', '2 h 5 min')
    """
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def count(how_many: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "night"), count(3, "night")
    ('1 night', '3 nights')
    """
    return f"{how_many:,} {noun}{'' if how_many == 1 else 's'}"


def listed(words: Iterable[str]) -> str:
    """
    >>> listed(["Ann", "Bo", "Cal"])
    'Ann, Bo and Cal'
    """
    *rest, last = list(words) or [""]
    return f"{', '.join(rest)} and {last}" if rest else last


def titled(name: str) -> str:
    """An archetype's or role's name as a title.

    >>> titled("loving_child")
    'Loving child'
    """
    return plain(name).capitalize()


def plain(name: str) -> str:
    """A name from the code as a person would write it.

    >>> plain("loving_child")
    'loving child'
    """
    return name.replace("_", " ")


def clipped(text: str, length: int) -> str:
    """At most `length` characters, and how many more there were."""
    return text if len(text) <= length else f"{text[:length]}… ({len(text) - length:,} more characters)"


@dataclass(frozen=True, slots=True)
class Shown(Generic[T]):
    """Some of many: what is shown, and how many are not."""

    items: Sequence[T]
    hidden: int = 0

    @classmethod
    def first(cls, items: Sequence[T], most: int) -> Shown[T]:
        """The first `most`."""
        return cls(items[:most], max(0, len(items) - most))

    @classmethod
    def last(cls, items: Sequence[T], most: int) -> Shown[T]:
        """The last `most`, in their order."""
        return cls(items[max(0, len(items) - most) :], max(0, len(items) - most))
