"""Server-sent events, read from bytes as they arrive, wherever the network cuts them.

Follows "9.2.6 Interpreting an event stream" of the WHATWG HTML standard, for the `data` field alone, with one
difference: an event that is left open when the bytes end is given too, since some servers omit the last blank line.
(Lines end at CR, LF or CRLF and nowhere else; `str.splitlines` would also cut JSON at U+2028 or U+0085.)

>>> reader = EventReader()
>>> reader.feed(b": hello\\r\\ndata: {\\"a\\": 1"), reader.feed(b"}\\r\\n\\r\\n"), reader.close()
([], ['{"a": 1}'], [])
"""

from __future__ import annotations

import codecs
import re

_LINE_END = re.compile(r"\r\n|\n|\r")


class EventReader:
    """Feed it bytes; it answers with the data of every event that they complete. It never raises."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._rest = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[str]:
        """The events completed by `chunk`, in order; bytes that are no UTF-8 become U+FFFD."""
        text = self._rest + self._decoder.decode(chunk)
        # A CR at the end may be the first half of a CRLF: it waits for what follows.
        held = "\r" if text.endswith("\r") else ""
        *lines, rest = _LINE_END.split(text.removesuffix("\r"))
        self._rest = rest + held
        return self._events(lines)

    def close(self) -> list[str]:
        """What was still open when the bytes ended: at most two events."""
        lines = _LINE_END.split(self._rest + self._decoder.decode(b"", final=True))
        self._rest = ""
        return self._events([*lines, ""])

    def _events(self, lines: list[str]) -> list[str]:
        events = []
        for line in lines:
            name, _, value = line.partition(":")
            if name == "data":
                self._data.append(value.removeprefix(" "))
            elif not line and self._data:
                events.append("\n".join(self._data))
                self._data = []
        return events
