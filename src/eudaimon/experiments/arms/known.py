"""Which situation a conversation is about, for judges that know more of it than was said.

A conversation's person is known by their first words, which dreams keep. Two of a day may begin with the same ones;
the notes tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from eudaimon.dialogue import Conversation
from eudaimon.errors import ExperimentError
from eudaimon.worlds.village import Situation, Villager
from eudaimon.worlds.village.facts import Notes


@dataclass(frozen=True)
class Known:
    """Situations, to be found again.

    Attributes:
        situations: the earlier ones go before where nothing else tells two apart.
        seed: of their people's words (see `Villager`).
    """

    situations: Sequence[Situation]
    seed: int = 0

    def of(self, heard: Conversation) -> Situation:
        """The situation of a conversation, or of a dream: of those with its first words, the one of whose notes the
        largest share stands in its notes. A dream adds notes and takes none away; a twin exchanges two of them.

        Raises:
            ExperimentError: nobody who is known began with these words.
        """
        words = first_words(heard)
        if words not in self._by_words:
            raise ExperimentError(f"none of the {len(self.situations)} situations that are known begins with: {words}")
        alike = self._by_words[words]
        if len(alike) == 1:
            return alike[0]
        noted = set(Notes.parse(heard[0].content))
        return max(alike, key=lambda one: len(noted.intersection(one.notes)) / len(one.notes))

    @cached_property
    def _by_words(self) -> dict[str, list[Situation]]:
        found: dict[str, list[Situation]] = {}
        for situation in self.situations:
            found.setdefault(first_words(Villager(situation, self.seed).begin()), []).append(situation)
        return found


def first_words(conversation: Conversation) -> str:
    """What the person came with."""
    return next(message.content for message in conversation if message.role == "user")
