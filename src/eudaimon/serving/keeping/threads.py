"""Which stored episode a request goes on with.

Clients send the whole conversation each time. Where its beginning, up to the last reply, is exactly what an episode
holds, the episode grows; else another begins, with all that was sent. A thread is taken while it is gone on with, so
that two answers to one question (asked anew, or at the same time) become two episodes.
"""

from __future__ import annotations

from collections import OrderedDict

from eudaimon.dialogue import Conversation, Episode
from eudaimon.memory import Owner

MOST = 2000
"""So many threads are held; older ones are no longer found, and go on as episodes of their own."""


class Threads:
    """The episodes that may grow, by whose they are and what they hold."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._held: OrderedDict[tuple[Owner, Conversation], Episode] = OrderedDict()

    def take(self, owner: Owner, messages: Conversation) -> Episode | None:
        """The episode that `messages` goes on with, which nobody else is then given; None where there is none."""
        return self._held.pop((owner, history(messages)), None)

    def put(self, owner: Owner, episode: Episode) -> None:
        """Let `episode` be gone on with."""
        self._held[owner, episode.messages] = episode
        while len(self._held) > self._most:
            self._held.popitem(last=False)

    def drop(self, owner: Owner) -> None:
        """Forget all that is this person's."""
        for held in [held for held in self._held if held[0] == owner]:
            del self._held[held]


def history(messages: Conversation) -> Conversation:
    """`messages` up to the last reply before what is said now."""
    last = max((i for i, one in enumerate(messages) if one.role == "assistant"), default=-1)
    return messages[: last + 1]
