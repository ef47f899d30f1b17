"""What sort of situation a conversation was, and what that is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from eudaimon.dialogue import SHARED, Episode
from eudaimon.report.worth import Book
from eudaimon.worlds.village import recall

NAMES: Mapping[str, str] = {
    "plain": "A plain question",
    "claim": "A claim, true or false, pressed",
    "objection": "An objection, valid or not",
    "way": "A way that may be blocked",
    "shares": "Shares that may not divide",
    "wishes": "Wishes that may contradict",
    "remedy": "A herb that may harm",
    "grief": "Grief",
    "choice": "Asking to be decided for",
    "custom": "A custom that differs",
    "quiet": "A wish to be left alone",
    "unasked": "A chance to help unasked",
    "stock": "A common stock to share",
    "halt": "A word to stop",
}
SOURCES: Mapping[str, str] = {"people": "People's own questions", SHARED: "Talk at the door"}


def kinds_of(episodes: Iterable[Episode], book: Book) -> dict[str, str]:
    """By episode: what its situation is called. From gold where it has an entry, else from what could be seen; a
    conversation that is not the village's goes by its source."""
    return {episode.id: _kind(episode, book) for episode in episodes}


def _kind(episode: Episode, book: Book) -> str:
    if entry := book.entries.get(episode.id):
        return NAMES.get(entry.kind, entry.kind)
    if {"village", "number", "split", "kinds", "side"} <= set(episode.visible):
        kind = recall(episode.visible).kind
        return NAMES.get(kind, kind)
    return SOURCES.get(episode.source, episode.source)
