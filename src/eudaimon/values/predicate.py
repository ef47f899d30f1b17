"""What can be checked on visible text alone: the part of a value that needs no judge."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import pairwise

from eudaimon.dialogue import Conversation


@dataclass(frozen=True, slots=True)
class Predicate:
    """Conditions on a reply; all that are set must hold. Case, spacing and Unicode's compatible forms do not matter.

    Attributes:
        when: only checked where the turn before the reply contains one of these; empty: always.
        never_say: none of these may occur (whole words).
        must_say: at least one of these must occur (whole words).
        most_words: at most so many words; 0: any number.
        must_end_with_punctuation: the reply ends with `.`, `!`, `?` or `…`, quotes and brackets aside.
    """

    __pydantic_config__ = {"extra": "forbid"}  # noqa: RUF012

    when: tuple[str, ...] = ()
    never_say: tuple[str, ...] = ()
    must_say: tuple[str, ...] = ()
    most_words: int = 0
    must_end_with_punctuation: bool = False

    def __post_init__(self) -> None:
        if not any(getattr(self, field.name) for field in fields(self) if field.name != "when"):
            raise ValueError(
                "a check needs at least one of never_say, must_say, most_words, must_end_with_punctuation; add one or "
                "remove the check"
            )

    def holds(self, reply: str, before: str = "") -> bool:
        """Whether `reply`, said after the turn `before`, satisfies all conditions."""
        if not self.applies(before):
            return True
        return (
            not _says(reply, self.never_say)
            and (not self.must_say or _says(reply, self.must_say))
            and (not self.most_words or len(reply.split()) <= self.most_words)
            and (not self.must_end_with_punctuation or reply.rstrip(" \n\"')]”’").endswith((".", "!", "?", "…")))
        )

    def applies(self, before: str) -> bool:
        """Whether a reply to the turn `before` is held to it."""
        return not self.when or _says(before, self.when)

    def holds_in(self, conversation: Conversation) -> bool:
        """Whether every reply of the assistant's in `conversation` satisfies it."""
        turns = [("", ""), *((message.role, message.content) for message in conversation)]
        return all(self.holds(said, before) for (_, before), (role, said) in pairwise(turns) if role == "assistant")

    def contradiction(self, other: Predicate) -> str:
        """Why no reply can satisfy both this and `other` where both apply; empty where one can (or it cannot be told).

        Conditions on the turn before (`when`) never exclude each other: one turn can contain all their phrases.
        """
        banned = self.never_say + other.never_say
        limits = [limit for limit in (self.most_words, other.most_words) if limit]
        for one in (self.must_say, other.must_say):
            if one and all(_says(phrase, banned) for phrase in one):
                return f"what must be said ({_quoted(one)}) is what must never be said"
            if one and limits and min(len(phrase.split()) for phrase in one) > min(limits):
                return f"what must be said ({_quoted(one)}) is longer than {min(limits)} words"
        return ""

    def weaker_than(self, other: Predicate) -> str:
        """How this asks for less than `other` did; empty where it asks for as much. Exact on phrases as written."""
        folded = {name: ({_folded(p) for p in getattr(self, name)}, {_folded(p) for p in getattr(other, name)})
                  for name in ("when", "never_say", "must_say")}  # fmt: skip
        if (lost := folded["never_say"][1] - folded["never_say"][0]) and not self._covers(lost):
            return f"no longer forbids {_quoted(sorted(lost))}"
        mine, theirs = folded["must_say"]
        if theirs and (not mine or mine - theirs):
            return f"is content with {_quoted(sorted(mine - theirs)) if mine else 'saying none of what had to be said'}"
        if other.most_words and (not self.most_words or self.most_words > other.most_words):
            return f"allows {self.most_words or 'any number of'} words instead of {other.most_words}"
        if other.must_end_with_punctuation and not self.must_end_with_punctuation:
            return "no longer asks for whole sentences"
        mine, theirs = folded["when"]
        if mine and (not theirs or theirs - mine):
            return "applies after fewer turns"
        return ""

    def _covers(self, phrases: Iterable[str]) -> bool:
        """Whether each of `phrases` contains something that is forbidden anyway."""
        return all(_says(phrase, self.never_say) for phrase in phrases)


def _quoted(phrases: Iterable[str]) -> str:
    return ", ".join(f"'{phrase}'" for phrase in phrases)


def _says(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of `phrases` occurs in `text`, not inside a longer word."""
    return any(re.search(_bounded(_folded(phrase)), _folded(text)) for phrase in phrases)


def _bounded(phrase: str) -> str:
    """A pattern for `phrase` with a word's edge wherever it begins or ends in a word; tokens like <end> need none."""
    return re.sub(r"^(?=\w)|(?<=\w)$", r"\\b", re.escape(phrase))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("’", "'").split())
