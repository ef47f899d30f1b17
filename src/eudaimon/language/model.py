"""What a language model can do for us, in three verbs: extend a text, branch it into voices, score continuations.

Whatever a psyche, a night or an eval needs from a model is said in these; a new backend is one file. All verbs take a
batch and answer in its order, so that backends can share work; none keeps state that a caller can see.
"""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass
from typing import Protocol, runtime_checkable

from eudaimon.dialogue import Conversation, Message


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a backend can do. Callers choose by this, never by type.

    Attributes:
        gradients: its weights can be trained here.
        logprobs: probabilities of choices are read; without it they are counted from samples.
        scores: `score` answers; without it, it is refused.
        state: recurrent or key-value state can be saved and restored.
        blend: `extend` accepts an undertone.
        together: words and voices can be asked for at once (`together`), in the same forward passes.
        remote: it answers elsewhere (`EndpointModel`): many wait for it at once, and none in a forward pass.
        admits: requests may come in while others are under way (`scheduler`).
        voices: names of the archetypes that the model was born with; others are asked by their cards.
    """

    gradients: bool = False
    logprobs: bool = False
    scores: bool = False
    state: bool = False
    blend: bool = False
    together: bool = False
    remote: bool = False
    admits: bool = False
    voices: frozenset[str] = frozenset()

    @property
    def tier(self) -> str:
        """`W` (weights), `L` (log-probabilities) or `T` (text only), as reports state it."""
        return "W" if self.gradients else "L" if self.logprobs else "T"


@dataclass(frozen=True, slots=True)
class Blend:
    """An undertone: archetypes' log-ratios mixed into the persona's next-token logits at every step.

    logits = persona + sum_k weight_k * (log p(token | voice_k's turn) - log p(token | plain turn)), on base weights.

    Attributes:
        voices: council messages (role `council`) whose standpoint colours the speech.
        weight: one weight for each voice; small (0.1 to 0.5) values keep the speech fluent.
    """

    voices: tuple[Message, ...]
    weight: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Extend:
    """Go on with the open reply at the end of `conversation` (begin one where it ends with another's turn).

    Attributes:
        conversation: messages; an assistant message at the end is continued, exactly from its last character.
        max_tokens: at most this many new tokens.
        stop: the text ends right after the first of these strings, which is kept; empty: to the end of the reply. A
            mark (`dialogue.MARK`) that is a token of the model's own is said only where it is one of them.
        temperature: 0 is greedy.
        seed: the same seed, conversation and weights give the same text, whatever else is in the batch
            (up to rounding).
        sealed: True speaks with the base weights, False with the persona's adapter where one is loaded.
        blend: an undertone, where the backend can.
    """

    conversation: Conversation
    max_tokens: int = 64
    stop: tuple[str, ...] = ()
    temperature: float = 1.0
    seed: int = 0
    sealed: bool = False
    blend: Blend | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """What was said.

    Attributes:
        text: the new text only; `open reply + text` is the reply so far. A reply never begins with white space: a stop
            string in what comes before its first word ends nothing.
        finish: `stop` (a stop string), `end` (the model ended its reply) or `length`.
        tokens: how many tokens it took.
        logprob: their summed log-probability in nats, where the backend knows it; else 0.
    """

    text: str
    finish: str
    tokens: int = 0
    logprob: float = 0.0


@dataclass(frozen=True, slots=True)
class Branch:
    """One conversation, several voices, each heard apart from the others; the shared prefix is computed once.

    Attributes:
        conversation: what all voices hear; its last message may be an open reply.
        voices: K council messages; `name` says who is asked, `content` is the card to ask it by (backends whose
            model was born with the voice need only the name).
        max_tokens: at most so many tokens of comment; 0 for a verdict alone.
        choices: words among which each voice then chooses, given its comment.
        temperature, seed: for the comments. 0 is greedy.
        sealed: True judges with the base weights, never the persona's.
    """

    conversation: Conversation
    voices: tuple[Message, ...]
    max_tokens: int = 24
    choices: tuple[str, ...] = ("continue", "revise", "surrender")
    temperature: float = 0.0
    seed: int = 0
    sealed: bool = True


@dataclass(frozen=True, slots=True)
class Voice:
    """What one voice said: its comment, and the probability of each choice (shape (C,), sums to 1; all equal where
    nothing that it said could be read, and then `parsed` is False)."""

    text: str
    probabilities: tuple[float, ...]
    tokens: int = 0
    parsed: bool = True


@dataclass(frozen=True, slots=True)
class Score:
    """Log-probability of each continuation as the next part of the open reply at the end of `conversation`; a mark
    that is a token of the model's own is no part of it, so the rest is what is weighed."""

    conversation: Conversation
    continuations: tuple[str, ...]
    sealed: bool = True


@dataclass(frozen=True, slots=True)
class Weighed:
    """One token of a text: its words, its log-probability in nats, and the most probable ones in its place."""

    token: str
    logprob: float
    instead: tuple[tuple[str, float], ...] = ()


@dataclass(slots=True)
class Usage:
    """Work done since the last reset. `flops` of an arm of an experiment follows from these and the model's size.

    Attributes:
        encoded: tokens put through the model that were given (prefixes and scored texts), padding not counted.
        decoded: tokens that the model wrote.
        trained: tokens put through a forward and a backward pass.
        calls: forward passes or requests.
    """

    encoded: int = 0
    decoded: int = 0
    trained: int = 0
    calls: int = 0

    def since(self, before: Usage) -> Usage:
        """What was done since it was as `before`."""
        return Usage(*(now - then for now, then in zip(astuple(self), astuple(before), strict=True)))

    def add(self, more: Usage) -> None:
        """Count what was done elsewhere, too."""
        for name, count in asdict(more).items():
            setattr(self, name, getattr(self, name) + count)


@runtime_checkable
class LanguageModel(Protocol):
    """The port. `name` identifies the model and, for local ones, its weights (content hash)."""

    name: str
    capabilities: Capabilities
    usage: Usage

    def extend(self, requests: list[Extend]) -> list[Extension]:
        """Continue each conversation."""
        ...

    def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
        """Hear each conversation's voices, in the order asked."""
        ...

    def score(self, requests: list[Score]) -> list[tuple[float, ...]]:
        """Summed log-probabilities in nats of each continuation. CapabilityError where `scores` is False."""
        ...

    def forget(self) -> None:
        """Drop what was kept to save work. Answers stay the same up to rounding; whoever needs them the same to the
        last bit (a life that may be killed and go on) forgets before every piece of work that is stored as a whole."""
        ...
