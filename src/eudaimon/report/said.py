"""A conversation with its pauses put back where they happened, and what was taken back shown beside what stands.

A stored conversation holds replies as they ended; its reflections hold every passage that lay before the council. A
passage stands if it was let pass and the reply still has it; reading the reflections backwards from the reply's end
finds those that do. All others were withdrawn, and words that no reflection covers were never judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eudaimon.dialogue import VERDICTS, Comment, Conversation, Decision, Episode, Reflection, Verdict
from eudaimon.report.wording import clipped, sentences, titled

LONGEST = 4000
"""Characters of notes or of one message that are shown."""
PLACES = {
    "clause": "after a clause",
    "sentence": "after a sentence",
    "act": "before an act that cannot be undone",
    "mark": "where it wished to itself",
    "end": "at the end",
}
DONE = {
    Verdict.CONTINUE: "let it go on",
    Verdict.REVISE: "asked for it to be said again",
    Verdict.SURRENDER: "let it go",
}


@dataclass(frozen=True, slots=True)
class Word:
    """What one role said at a pause."""

    role: str
    text: str
    shares: tuple[float, float, float]
    verdict: str
    dissents: bool
    read: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """A pause, as it is shown: `number` counts from 1 within a reply."""

    number: int
    place: str
    attempt: int
    verdict: str
    done: str
    reasons: tuple[str, ...]
    words: tuple[Word, ...]
    dissent: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a reply. `kept` is False for what was withdrawn; `judged` is False for what no council heard."""

    text: str
    kept: bool = True
    judged: bool = True
    stop: Stop | None = None

    @property
    def parts(self) -> tuple[str, str, str]:
        """The white space that it begins with, its words, and the white space that it ends with."""
        begins, ends = len(self.text) - len(self.text.lstrip()), len(self.text.rstrip())
        return self.text[:begins], self.text[begins:ends], self.text[max(begins, ends) :]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message, in pieces."""

    role: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A conversation, as it is shown: its notes apart."""

    episode: str
    day: int
    persona: str
    notes: str
    turns: tuple[Turn, ...]
    pauses: int


def said(episode: Episode, lower_case: bool) -> Said:
    """`episode` ready to be shown; with capitals at sentences' beginnings if its world writes none."""
    notes = " ".join(message.content for message in episode.messages if message.role == "system")
    return Said(
        episode=episode.id,
        day=episode.day,
        persona=episode.persona,
        notes=clipped(sentences(notes) if lower_case else notes, LONGEST),
        turns=tuple(_turns(episode, lower_case)),
        pauses=len(episode.reflections),
    )


def pieces(reply: str, reflections: Sequence[Reflection]) -> list[Piece]:
    """`reply` in the order in which it came to be said. The pieces that are kept are the reply.

    Args:
        reply: as it ended.
        reflections: those of this reply, in the order of their pauses.
    """
    standing, found, at = _standing(reply, reflections), list[Piece](), 0
    for index, reflection in enumerate(reflections):
        passage = reflection.decision.passage
        if index not in standing:
            found.append(Piece(passage.text, kept=False, stop=_stop(index, reflection)))
            continue
        if at < len(passage.before):
            found.append(Piece(reply[at : len(passage.before)], judged=False))
        at = len(passage.before) + len(passage.text)
        found.append(Piece(passage.text, stop=_stop(index, reflection)))
    return [*found, Piece(reply[at:], judged=False)] if at < len(reply) else found


def is_read(comment: Comment) -> bool:
    """Whether a voice could be read: one that could not leaves all verdicts equally probable."""
    return len(set(comment.probabilities)) > 1


def _standing(reply: str, reflections: Sequence[Reflection]) -> set[int]:
    """The indices of the reflections whose passages are part of `reply`, each once."""
    standing, end = set[int](), len(reply)
    for index in reversed(range(len(reflections))):
        decision = reflections[index].decision
        whole = decision.passage.before + decision.passage.text
        if decision.verdict is Verdict.CONTINUE and len(whole) <= end and reply.startswith(whole):
            standing.add(index)
            end = len(decision.passage.before)
    return standing


def _turns(episode: Episode, lower_case: bool) -> list[Turn]:
    shown = []
    for place, message in enumerate(episode.messages):
        if message.role == "system":
            continue
        mine = [reflection for reflection in episode.reflections if reflection.turn == place]
        found = pieces(message.content, mine)
        shown.append(Turn(message.role, tuple(_with_capitals(found) if lower_case else found)))
    return shown


def _with_capitals(found: Sequence[Piece]) -> list[Piece]:
    """The pieces with a capital wherever a sentence begins, in what stands and in what was withdrawn after it."""
    before, shown = "", []
    for piece in found:
        text = sentences(piece.text, before)
        shown.append(Piece(text, piece.kept, piece.judged, piece.stop))
        before += piece.text if piece.kept else ""
    return shown


def _stop(index: int, reflection: Reflection) -> Stop:
    decision = reflection.decision
    return Stop(
        number=index + 1,
        place=PLACES.get(decision.passage.place, decision.passage.place),
        attempt=reflection.attempt,
        verdict=decision.verdict.value,
        done=DONE[decision.verdict],
        reasons=tuple(sentences(reason) for reason in decision.reasons),
        words=tuple(_words(decision)),
        dissent=len(decision.dissent),
    )


def _words(decision: Decision) -> list[Word]:
    return [
        Word(
            role=titled(comment.archetype),
            text=sentences(comment.text),
            shares=comment.probabilities,
            verdict=comment.verdict.value,
            dissents=comment in decision.dissent,
            read=is_read(comment),
        )
        for comment in decision.comments
    ]


def replies(messages: Conversation) -> list[str]:
    """What the persona said, reply by reply."""
    return [message.content for message in messages if message.role == "assistant"]


def verdict_names() -> tuple[str, ...]:
    """The verdicts in the order of all probability triples."""
    return tuple(verdict.value for verdict in VERDICTS)
