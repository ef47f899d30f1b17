"""Talking to the current persona, outside of its life: nothing of it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from eudaimon.dialogue import Conversation, Message
from eudaimon.life.life import Life
from eudaimon.life.village import Caller, VillageWorld
from eudaimon.life.watching import Settled, Watch
from eudaimon.life.words import strange_words
from eudaimon.psyche import Reply, check_undertone
from eudaimon.worlds.village import Situation, Split, Villager, Visit


class Chat:
    """A conversation at the keyboard.

    A model that was born in the village knows only what notes say, so it is always given a villager's notes; others
    begin with nothing, unless `village` is wished for.

    Args:
        life: whose persona speaks.
        village: a villager comes, who wants to say something.
        first: the number of the villager who comes first; the same number is the same one.
        person: who sits at the keyboard, by public key: under an authority, what they consented to. Empty: unknown.
        undertone: colours what is said here instead of the life's own; see `Manner`.

    Raises:
        InputError: the undertone names somebody who is no archetype here.
        CapabilityError: the model takes no undertone.
    """

    def __init__(
        self,
        life: Life,
        *,
        village: bool = False,
        first: int = 0,
        person: str = "",
        undertone: Mapping[str, float] | None = None,
    ) -> None:
        check_undertone(life.model, life.speech(undertone=undertone).undertone)
        self.life, self.village, self.person, self.undertone = life, village, person, undertone
        self._numbers = count(first)
        self._villager: Villager | None = None
        self.messages: Conversation = ()
        self.begin()

    @property
    def notes(self) -> str:
        """What stands before the first word."""
        return "\n".join(message.content for message in self.messages if message.role == "system")

    @property
    def wish(self) -> tuple[str, str] | None:
        """Which villager would now say what; None where nobody came, or where they have nothing more to say."""
        words = Caller(self._villager).next(self.messages) if self._villager else None
        return (self._villager.situation.speaker, words) if self._villager and words else None

    def begin(self) -> None:
        """Begin a new conversation, with another villager."""
        self._villager, self.messages = None, ()
        if self.village or self.life.model.capabilities.voices:
            villager = Villager(self._situation())
            self.messages = villager.begin()[: -1 if self.village else 1]
            self._villager = villager if self.village else None

    def say(self, text: str, watch: Watch = lambda decision: None, settled: Settled = lambda text: None) -> Reply:
        """Say something, and hear the answer; `watch` is told of every reflection as it happens, and `settled` what
        stands of the answer."""
        heard = (*self.messages, Message("user", text))
        said = self.life.reply(heard, watch, settled, person=self.person, undertone=self.undertone)
        self.messages = (*heard, Message("assistant", said.text))
        return said

    def strange(self, text: str) -> list[str]:
        """Words of `text` that the model does not know."""
        return strange_words(self.life.model, text)

    def _situation(self) -> Situation:
        world = self.life.world
        village = world.village if isinstance(world, VillageWorld) else 1
        return Visit(village, f"chat {self.life.record.seed} {next(self._numbers)}", Split.LIFE).situation()
