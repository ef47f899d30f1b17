"""Real people's questions as a world: recorded conversations, of which the persons' turns are asked anew, in order."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from eudaimon.dialogue import Conversation, digest
from eudaimon.dialogue.formats import chat_jsonl
from eudaimon.errors import InputError, LifeError
from eudaimon.psyche import Talk

GATE, PROBES = 0.2, 0.1
"""Shares of the conversations that are held out for the gate, and for the probes."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Somebody who asks what was asked, whatever the answers are."""

    turns: tuple[str, ...]

    def next(self, messages: Conversation) -> str | None:
        asked = sum(message.role == "user" for message in messages)
        return self.turns[asked] if asked < len(self.turns) else None


@dataclass(frozen=True, slots=True)
class PeopleWorld:
    """The conversations of a chat JSONL file. Make one with `PeopleWorld.read`.

    A line may name who talks by a public key (`"person"`); it is kept with the episode, as `visible["person"]`.
    Sorted by the hash of what was asked, the first fifth of them stands at the gate, the next tenth is the probes, and
    the rest is dealt out to the days in turn. When all days are over the first one comes again: of those dealt out to
    it, the next who have not come, if a day holds fewer.

    Attributes:
        path: the file.
        sha256: of its content (hex).
        days: over how many days the conversations are spread.
        conversations, at_gate, at_probes: at most so many a day, before the gate, and as probes.
        held_out: whether anybody is held out at all. False lets everybody come by day; then nobody stands at the gate,
            so that no night's persona is adopted.
    """

    name: ClassVar[str] = "people"

    path: str
    sha256: str
    days: int = 3
    conversations: int = 48
    at_gate: int = 48
    at_probes: int = 26
    held_out: bool = True

    @classmethod
    def read(
        cls,
        path: str | Path,
        *,
        days: int = 3,
        conversations: int = 48,
        at_gate: int = 48,
        held_out: bool = True,
    ) -> PeopleWorld:
        """The world of this file as it is now.

        Raises:
            InputError: it cannot be read, or holds too few conversations for `days` days, a gate and probes.
            FormatError: a line is malformed; with its number.
        """
        sha256 = _sha256(Path(path))
        world = cls(str(Path(path).resolve()), sha256, days, conversations, at_gate, held_out=held_out)
        kept = len(world._parts()[2])
        if kept < days:
            raise InputError(
                f"{days} days need {days} different conversations besides those held out for gate and probes, found "
                f"{max(0, kept)}; add conversations, or live fewer days",
                path=path,
            )
        return world

    def talks(self, day: int) -> list[Talk]:
        again, first = divmod(day - 1, self.days)
        dealt, many = self._parts()[2][first :: self.days], self.conversations
        if len(dealt) > many:
            dealt = [dealt[(again * many + seat) % len(dealt)] for seat in range(many)]
        return _talks(f"day-{day}/", dealt)

    def gate(self, night: int) -> list[Talk]:
        return _talks(f"gate-{night}/", self._parts()[0][: self.at_gate])

    def probes(self) -> list[Talk]:
        return _talks("", self._parts()[1][: self.at_probes])

    def unasked(self) -> str:
        """Who of the file does not come in the life's first `days` days, since there are too many, and what lets them;
        empty where everybody comes."""
        gate, probes, rest = map(len, self._parts())
        by_day = sum(len(self.talks(day)) for day in range(1, self.days + 1))
        if gate <= self.at_gate and probes <= self.at_probes and by_day == rest:
            return ""
        longer = f", or live on after day {self.days}, when more of them come" if by_day < rest else ""
        return (
            f"Of {gate + probes + rest} conversations {gate} are held out for the gate, where at most {self.at_gate} "
            f"stand, {probes} as probes, of which at most {self.at_probes} are asked, and {by_day} of the other {rest} "
            f"come by day {self.days}, at most {self.conversations} each day. Begin the life with more --conversations"
            f"{longer}."
        )

    def _parts(self) -> tuple[Sequence[Asked], Sequence[Asked], Sequence[Asked]]:
        """Those at the gate, the probes, and the days'."""
        everybody = _conversations(self.path, self.sha256)
        gate, probes = (math.ceil(share * len(everybody)) * self.held_out for share in (GATE, PROBES))
        first = _next_question(everybody, gate)
        second = _next_question(everybody, first + probes) if probes else first
        return everybody[:first], everybody[first:second], everybody[second:]


def _next_question(everybody: Sequence[Asked], at: int) -> int:
    """Where, from `at` on, another question begins: what several people ask is in one part alone."""
    asked = [chat_jsonl.user_turns(one) for _, one in everybody]
    while 0 < at < len(asked) and asked[at] == asked[at - 1]:
        at += 1
    return at


Asked = tuple[str, Conversation]
"""Who asked (a public key; empty where nobody says), and what."""


@cache
def _conversations(path: str, sha256: str) -> tuple[Asked, ...]:
    """The file's different conversations, sorted by the hash of what was asked."""
    if _sha256(Path(path)) != sha256:
        raise LifeError(f"{path} has changed since this life began; restore it, or begin another life with it")
    said = zip(chat_jsonl.persons(path), chat_jsonl.people(path), strict=True)
    asked = {(digest(chat_jsonl.user_turns(one)), digest([opening_of(one), who])): (who, one) for who, one in said}
    return tuple(asked[key] for key in sorted(asked))


def opening_of(conversation: Conversation) -> list[str]:
    """What stood before the first word: instructions or notes."""
    return [message.content for message in conversation if message.role == "system"]


def _talks(prefix: str, conversations: Sequence[Asked]) -> list[Talk]:
    return [
        Talk(
            f"{prefix}{number:04}",
            Recorded(chat_jsonl.user_turns(one)),
            tuple(message for message in one if message.role == "system"),
            {"person": who} if who else {},
        )
        for number, (who, one) in enumerate(conversations)
    ]


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror}); give an existing JSONL file", path=path) from error
