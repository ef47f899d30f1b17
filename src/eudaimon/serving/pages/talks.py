"""A person's conversations, as they see them: what clients went on with in several episodes is one again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from eudaimon.dialogue import Episode
from eudaimon.report.drawing import sentences

TITLE = 60
"""Characters of a title."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation.

    Attributes:
        id: as the door calls it.
        episodes: of the store, the first first.
        at: when the last of them was begun, in seconds since 1970.
        lower_case: whether its world writes no capitals, and titles want theirs.
    """

    id: str
    episodes: tuple[Episode, ...]
    at: float
    lower_case: bool = False

    @property
    def path(self) -> str:
        """Where it can be seen."""
        return path_of(self.id)

    @property
    def title(self) -> str:
        """The first thing that the person said."""
        said = next((one.content for one in self.episodes[-1].messages if one.role == "user"), "").strip()
        said = sentences(said) if self.lower_case else said
        return f"{said[:TITLE].rstrip()}…" if len(said) > TITLE else said or "Nothing said"

    @property
    def whole(self) -> Episode:
        """Its last episode, with the pauses of those before as far as they hold the same words."""
        last = self.episodes[-1]
        pauses = [
            one
            for episode in self.episodes
            for one in episode.reflections
            if episode.messages[: one.turn + 1] == last.messages[: one.turn + 1] or episode is last
        ]
        return replace(last, reflections=tuple(sorted(pauses, key=lambda one: one.turn)))


def path_of(conversation: str) -> str:
    """Where the conversation of this id can be seen."""
    return f"/talk/{quote(conversation)}"


def talks_of(episodes: Iterable[Episode], times: Mapping[str, float], lower_case: bool = False) -> list[Talk]:
    """The conversations that these episodes are, the latest first.

    Args:
        episodes: of one person.
        times: when each was begun, by id.
        lower_case: see `Talk`.
    """
    found: dict[str, list[Episode]] = defaultdict(list)
    for episode in episodes:
        found[str(episode.visible.get("conversation", episode.id))].append(episode)
    talks = []
    for name, held in found.items():
        held.sort(key=lambda one: (times.get(one.id, 0.0), len(one.messages)))
        talks.append(Talk(name, tuple(held), times.get(held[-1].id, 0.0), lower_case))
    return sorted(talks, key=lambda one: (-one.at, one.id))
