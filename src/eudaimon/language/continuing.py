"""Going on with an open reply over a chat endpoint, which mostly knows only whole turns.

Some servers continue a last assistant message where `CONTINUE` is sent with it, and give what follows (vLLM and its
kin) or the whole turn (llama.cpp). All others are asked in a user's note. What an answer repeats of the reply is taken
off.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from enum import StrEnum

from eudaimon.dialogue import Conversation, Message, unspaced
from eudaimon.language.chunk import Chunk
from eudaimon.language.concessions import Body
from eudaimon.language.dialect import plain

CONTINUE: Body = {"continue_final_message": True, "add_generation_prompt": False}

PROBE: Conversation = (Message("user", "Count to five."), Message("assistant", "One, two,"))
"""Where `CONTINUE` is honoured, this takes fewer tokens of prompt: no end of turn, no beginning of the next. Or the
answer begins with it, though it may be one token long."""


class Way(StrEnum):
    """How a server is asked for the rest of an open reply."""

    RAW = "raw"
    """It gives what follows."""
    WHOLE = "whole"
    """It goes on, too, but gives the whole turn."""
    NOTE = "note"
    """It only knows whole turns, and is asked by a note."""


def way_of(closed: Chunk, going_on: Chunk) -> Way:
    """By a server's answers to PROBE, without and with `CONTINUE`, of one token each."""
    if going_on.text.startswith(PROBE[-1].content):
        return Way.WHOLE
    before, after = closed.usage, going_on.usage
    return Way.RAW if before and after and after.prompt_tokens < before.prompt_tokens else Way.NOTE


_NOTE = "[Your last reply is not finished. Go on exactly from its last character. Give only the new words.]"
_FEW = 3
"""Fewer words than this, repeated from the end of a longer reply, are taken for a turn of phrase."""

_WORD = re.compile(r"\w+|[^\w\s]")


def noted(conversation: Conversation) -> Conversation:
    """`conversation`, which ends in an open reply, followed by the note that asks for the rest of it."""
    return plain((*conversation, Message("user", _NOTE)))


class Unrepeated:
    """Takes off, of an answer to `noted` that comes in pieces, what it repeats of what was `spoken`.

    Text is held back as long as it may repeat `spoken`, or its end.
    """

    def __init__(self, spoken: str) -> None:
        self._spoken, self._held, self._settled = spoken, "", False

    def feed(self, chunk: Chunk) -> Chunk | None:
        """The piece that goes on from `spoken`; None while it is held back."""
        if self._settled:
            return chunk
        self._held += chunk.text
        if not chunk.finish and _may_repeat(self._held, self._spoken):
            return None
        self._settled = True
        return chunk.saying(join(self._spoken, self._held))


class Unechoed:
    """Takes `spoken` off an answer in pieces that is the whole turn."""

    def __init__(self, spoken: str) -> None:
        self._spoken, self._open, self._held = spoken.strip(), spoken[-1:].isspace(), ""

    def feed(self, chunk: Chunk) -> Chunk | None:
        """The piece that goes on from `spoken`; None while it may still be what was said."""
        if not self._spoken:
            return chunk
        self._held += chunk.text
        rest = self._held.removeprefix(self._spoken)
        if not chunk.finish and (self._spoken.startswith(self._held) or (self._open and not rest.strip())):
            return None
        self._spoken = ""
        return chunk.saying(rest.lstrip() if self._open else rest)


Taking = Unrepeated | Unechoed
"""Who takes off what an answer repeats."""


def taking(way: Way, spoken: str) -> Taking | None:
    """Who takes off what answers repeat that are asked for in this way; None where they repeat nothing."""
    return {Way.RAW: None, Way.WHOLE: Unechoed(spoken), Way.NOTE: Unrepeated(spoken)}[way] if spoken else None


def without_repeat(chunks: Generator[Chunk], held: Taking) -> Generator[Chunk]:
    """`chunks` of an answer, without what it repeats."""
    with closing(chunks):
        for chunk in chunks:
            if (new := held.feed(chunk)) is not None:
                yield new


def join(spoken: str, answer: str) -> str:
    """What `answer` adds to `spoken`: without what it repeats, and with a space between words where one is missing.

    >>> join("Tom sells bread,", "Tom sells bread, so no."), join("Tom sells bread,", "so no.")
    (' so no.', ' so no.')
    """
    ends, before = [word.end() for word in _WORD.finditer(answer)], _words(spoken)
    repeated = _repeated(_words(answer), before)
    rest = answer[ends[repeated - 1] :] if repeated else answer.lstrip()
    if not spoken or spoken[-1].isspace():
        return rest.lstrip()
    apart = not repeated and rest[:1].isalnum() and not unspaced(spoken, rest)
    return f" {rest}" if apart else rest


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _repeated(answer: Sequence[str], spoken: Sequence[str]) -> int:
    """How many words at the beginning of `answer` stand at the end of `spoken` too."""
    for count in range(min(len(answer), len(spoken)), 0, -1):
        if answer[:count] == spoken[-count:] and (count == len(spoken) or count >= _FEW):
            return count
    return 0


def _may_repeat(answer: str, spoken: str) -> bool:
    """Whether more words may show that `answer` repeats `spoken`; its last word may be unfinished."""
    if not answer.strip():
        return True
    *whole, last = _words(answer)
    before, size = _words(spoken), len(whole)
    starts = range(len(before) - size)
    return any(before[i : i + size] == whole and before[i + size].startswith(last) for i in starts)
