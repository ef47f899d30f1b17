"""A client's stop strings, found in text that comes in pieces."""

from __future__ import annotations


class Cutter:
    """Feed it what stands of a reply; it gives what may be shown: nothing from a stop string on, and nothing that may
    still become the beginning of one.

    >>> cutter = Cutter(("END",))
    >>> cutter.feed("one EN"), cutter.feed("one ENough, EN"), cutter.feed("one ENough, END two"), cutter.stopped
    ('one ', 'ENough, ', '', True)
    """

    def __init__(self, stop: tuple[str, ...], shown: str = "") -> None:
        self._stop, self._begun, self.shown = stop, len(shown), shown
        self.stopped = False

    def feed(self, text: str, *, last: bool = False) -> str:
        """What is new, of the whole `text` so far; with `last`, nothing is held back any longer."""
        if self.stopped:
            return ""
        ends = [at for stop in self._stop if (at := text.find(stop, self._begun)) >= 0]
        if ends:
            self.stopped, text = True, text[: min(ends)]
        elif not last:
            text = text[: len(text) - self._held(text[self._begun :])]
        new = text[len(self.shown) :]
        self.shown = max(text, self.shown, key=len)
        return new

    def _held(self, text: str) -> int:
        """How many characters at the end of `text` may begin a stop string."""
        most = max(map(len, self._stop), default=1) - 1
        sizes = range(min(most, len(text)), 0, -1)
        return next((size for size in sizes if any(stop.startswith(text[-size:]) for stop in self._stop)), 0)
