"""A tiny life for the tests of the night, and for the process that is killed in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from eudaimon import night, psyche, training
from eudaimon.dialogue import (
    Comment,
    Conversation,
    Decision,
    Episode,
    Message,
    Passage,
    PersonaRecord,
    Reflection,
    Verdict,
    digest,
)
from eudaimon.language.local import LocalModel
from eudaimon.memory import Life, Store
from eudaimon.night import CriticScore
from eudaimon.psyche import Talk
from eudaimon.values import Charter, Standard

NAMES = ("Tom", "Ann", "Ida", "Bo")
GOODS = ("bread", "salt", "milk", "oil")
WORDS = [*NAMES, *GOODS, "sells", "who", "does", "what", "so", "yes", "no", ".", ",", "?"]
VOICES = ("sage", "fool")
CHARTER = Charter("tiny", 1, ())
SETTINGS = night.Settings(
    replays=4,
    dreams=4,
    branches=3,
    standard=Standard(0.4, 0.6),
    speech=psyche.Settings(max_tokens=5, parting_tokens=4),
    training=training.Settings(rank=4, supervised=0.2, epochs=2, batch=8, rate=6e-2, kl=5.0),
    confidence=0.5,
    fluency=50.0,
    kl=50.0,
)


def model() -> LocalModel:
    """A random model of a few thousand weights; most of its tokens are control tokens, so that its replies end soon."""
    from eudaimon.birth.network import make_network
    from eudaimon.birth.tokenizer import make_tokenizer

    tokenizer = make_tokenizer(WORDS, VOICES)
    return LocalModel(make_network("lfm2", len(tokenizer), VOICES, hidden=64, layers=2), tokenizer, name="tiny")


@dataclass(frozen=True)
class Whim:
    """A critic that scores replies by their digests, so that it agrees with itself and with nobody else."""

    salt: str = "g"

    def score(self, said: Sequence[night.Said]) -> list[CriticScore]:
        return [self._score(conversation, reply) for conversation, reply in said]

    def _score(self, conversation: Conversation, reply: str) -> CriticScore:
        score = int(digest([self.salt, conversation[-1].content, reply])[:4], 16) / 0xFFFF
        verdict = Verdict.CONTINUE if score >= 0.6 else Verdict.REVISE if score >= 0.2 else Verdict.SURRENDER
        comment = Comment("sage", "a stone", (score, (1 - score) / 2, (1 - score) / 2))
        decision = Decision(0, verdict, Passage(reply), (f"the sage gives {score:.2f}",), (comment,), (), "sage")
        return CriticScore(score, verdict, (decision,) if reply else ())


@dataclass(frozen=True)
class Asker:
    """Somebody with one question."""

    question: str

    def next(self, messages: Conversation) -> str | None:
        return None if any(message.role == "user" for message in messages) else self.question


def episode(day: int, number: int) -> Episode:
    """A conversation of a day, with notes and a draft that was taken back."""
    name, good, other = (some[(number + shift) % 4] for some, shift in ((NAMES, day), (GOODS, 0), (GOODS, 1)))
    notes = f"{name} sells {good}. {NAMES[number % 4 - 1]} sells {other}."
    said = (
        Message("system", notes),
        Message("user", f"what does {name} sell?"),
        Message("assistant", f"{name} sells {good}."),
    )
    comment = Comment("sage", "a stone", (0.1, 0.8, 0.1))
    passage = Passage(f"{name} sells {other},")
    draft = Decision(0, Verdict.REVISE, passage, ("the sage minds",), (comment,), (), "sage")
    return Episode(
        f"day-{day}/{number:04d}", day, "newborn", "village", said, (Reflection(2, 0, draft),), {"n": number}
    )


def talks(number: int) -> list[Talk]:
    """Held-out people of one night."""
    pairs = [(name, good) for name in NAMES for good in GOODS[:2]]
    return [
        Talk(f"gate-{number}/{k}", Asker(f"who sells {good}?"), (Message("system", f"{name} sells {good}."),))
        for k, (name, good) in enumerate(pairs)
    ]


def begin(directory: Path) -> Store:
    """The store of a life in `directory`, begun or gone on with."""
    directory.mkdir(parents=True, exist_ok=True)
    store = Store.open(directory / "life.db")
    with store.transaction():
        store.begin_life(Life(7, "tiny", "W", "village", "village", "0"))
        store.add_persona(PersonaRecord("newborn", current=not store.personas()))
    return store


def live(store: Store, directory: Path, speaker: LocalModel, nights: int) -> None:
    """Days and nights up to night `nights`; what was lived already is left as it is."""
    for number in range(1, nights + 1):
        store.add_episodes([episode(number, k) for k in range(6)])
        night.sleep(
            store, speaker, Whim(), CHARTER, SETTINGS, number=number, directory=directory, gate_talks=talks(number)
        )
