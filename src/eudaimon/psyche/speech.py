"""One reply while it comes into being: what stands, what waits for the council, what was withdrawn.

A reply is a row of *spans*, passages that were spoken one after the other. A span waits until a decision lets it stand.
A decision that does not may come late: its span and all that was said after it are withdrawn, and speech goes on anew
from the last good place, told why.

    last good place      paused here        went on meanwhile
    ────────────────▶|────── span 3 ──────|── span 4 ──|─ words
                     ◀─────────── revise, pause 3: all of this is withdrawn

Effort is bounded. One place is tried at most `1 + tries` times and a whole reply revised at most `patience` times; then
the persona lets go: a last stretch of words that nobody judges. Each stretch of speech uses up at least one of
`max_tokens` until it is withdrawn, so that at most (patience + 2) * max_tokens + 1 stretches are ever spoken.
"""

from __future__ import annotations

from dataclasses import dataclass

from eudaimon.dialogue import (
    Conversation,
    Decision,
    Message,
    Passage,
    Reflection,
    Verdict,
    open_reply,
    unspaced,
    with_reply,
)
from eudaimon.language import Extend, Extension
from eudaimon.psyche.council import deciding
from eudaimon.psyche.pause import Pause
from eudaimon.psyche.reply import Reply, Settings, derived_seed

UNASKED = -1
SILENCE = "no decision came before the end"
WITHHELD = "acts that cannot be undone were taken from this persona"


@dataclass(slots=True)
class _Span:
    """A passage that was spoken, by whose end `stretches` had been. `pause` is `UNASKED` where nobody judges it."""

    pause: int
    passage: Passage
    tokens: int
    attempt: int
    waits: bool
    stretches: int


@dataclass(slots=True)
class _Breath:
    """The words since the last span, and how they came to be begun.

    Attributes:
        attempt: how often words were said at this place before.
        told: the conversation up to the council's word on the draft that these words replace; None at a first try.
        parting: these are the words of letting go.
        words, tokens: so far.
        marked: the last thing the model said was that it wants to reflect; it must go on before it can say so again.
    """

    attempt: int = 0
    told: Conversation | None = None
    parting: bool = False
    words: str = ""
    tokens: int = 0
    marked: bool = False


class Speech:
    """What stands behind `speak`: `wish` says what is needed next, `take` receives it, until `done`."""

    def __init__(self, conversation: Conversation, settings: Settings) -> None:
        self._heard, self._settings, self._points = conversation, settings, settings.points
        self._spans: list[_Span] = []
        self._breath = _Breath()
        self._asking: _Span | None = None
        self._finish = ""
        self._asked: dict[int, _Span] = {}
        self._reflections: dict[int, Reflection] = {}
        self._drafts: list[Passage] = []
        self._stretches = self._revisions = self._tokens = 0

    @property
    def done(self) -> bool:
        """Whether everything is said and nothing waits."""
        return bool(self._finish) and self._waiting is None

    def wish(self) -> Extend | Pause:
        """What is needed next: a decision, or words."""
        if self._asking:
            return self._pause(self._asking)
        if self._finish and self._waiting:
            return self._pause(self._waiting, last=True)
        return self._extend()

    def take(self, answer: Extension | Decision | None) -> None:
        """Receive the answer to a wish: words; a decision, on this pause or an earlier one; or None: not decided yet.

        Raises:
            ValueError: the answer does not fit the wish, or the pause is unknown or was answered before.
        """
        if isinstance(answer, Decision):
            self._settle(answer)
        elif isinstance(answer, Extension) != isinstance(self.wish(), Extend):
            raise ValueError(f"{type(self.wish()).__name__} cannot be answered by {type(answer).__name__}")
        elif answer is None:
            self._go_on()
        else:
            self._listen(answer)

    def reply(self) -> Reply:
        """What was said, once `done`."""
        return Reply(
            text=self._before(),
            passages=tuple(span.passage for span in self._spans),
            reflections=tuple(self._reflections[pause] for pause in sorted(self._reflections)),
            drafts=tuple(self._drafts),
            tokens=self._tokens,
            finish=self._finish,
        )

    # What is asked for.

    @property
    def _waiting(self) -> _Span | None:
        return next((span for span in self._spans if span.waits), None)

    def _pause(self, span: _Span, last: bool = False) -> Pause:
        said = with_reply(self._heard, span.passage.before + span.passage.text)
        return Pause(span.pause, span.passage, said, last)

    def _extend(self) -> Extend:
        settings, breath = self._settings, self._breath
        whole = breath.parting or not settings.reflect
        marks = self._points.marks if breath.marked else ()
        limit = self._left if whole else min(settings.passage_tokens, self._left)
        return Extend(
            self._context(),
            max_tokens=settings.parting_tokens if breath.parting else limit,
            stop=() if whole else tuple(stop for stop in self._points.stops if stop not in marks),
            temperature=settings.temperature,
            seed=derived_seed(settings.seed, self._stretches, self._revisions),
            sealed=settings.sealed,
            blend=settings.undertone,
        )

    def _context(self) -> Conversation:
        """What the persona goes on from: its clean reply or, at another try, the draft and the council's word."""
        words = self._breath.words
        if self._breath.told:
            return (*self._breath.told, *([Message("assistant", words.lstrip())] if words.strip() else []))
        reply = self._before() + words
        return with_reply(self._heard, reply) if reply else self._heard

    def _before(self) -> str:
        return open_reply(self._heard) + "".join(span.passage.text for span in self._spans)

    @property
    def _left(self) -> int:
        return self._settings.max_tokens - self._breath.tokens - sum(span.tokens for span in self._spans)

    # What is answered: words.

    def _listen(self, extension: Extension) -> None:
        breath, tokens = self._breath, max(1, extension.tokens)
        said = breath.words + self._fitted(extension.text)
        breath.marked = said.rstrip().endswith(self._points.marks)
        breath.words = self._points.clean(said).rstrip(" ") if breath.marked else self._points.clean(said)
        if breath.parting and self._forbidden:
            breath.words = self._points.before_acts(breath.words)
            if self._forbidden:  # it began in what stands, and would be finished here
                breath.words = ""
        breath.tokens += tokens
        self._tokens += tokens
        self._stretches += 1
        if breath.parting:
            self._finish = "surrender"
        elif extension.finish == "end" or (extension.finish == "stop" and not extension.text):
            self._finish = "end"
        elif self._left <= 0 or not self._settings.reflect or not extension.text:
            self._finish = "length"  # without a word: all its room went to what nobody hears, to thinking aloud mostly
        if place := self._place():
            self._close(place)

    def _fitted(self, text: str) -> str:
        """`text` with the space that a new beginning needs, where it is one."""
        if self._breath.words or (self._before() and not self._breath.told):
            return text
        text, before = text.lstrip(), self._before()
        apart = before and text and not before[-1].isspace() and text[0] not in ".,;:!?"
        return f" {text}" if apart and not unspaced(before, text) else text

    @property
    def _forbidden(self) -> bool:
        """Whether the words since the last span say an act, or finish one, which the persona may not."""
        if not self._settings.withheld:
            return False
        given, said = open_reply(self._heard), self._before() + self._breath.words
        return len(self._points.acts_in(said)) > len(self._points.acts_in(given))

    def _place(self) -> str:
        """Why the breath ends here; empty where it goes on, or where nothing was said."""
        place = self._points.place(self._breath.words, self._breath.marked)
        return "end" if self._finish and self._breath.words.strip() and place != "act" else place

    def _close(self, place: str) -> None:
        """Make the breath a span, and ask for a decision on it, unless nobody judges it."""
        breath, forbidden = self._breath, self._forbidden
        judged = forbidden or (self._settings.reflect and not breath.parting)
        pause = len(self._asked) if judged else UNASKED
        span = _Span(
            pause, Passage(breath.words, self._before(), place), breath.tokens, breath.attempt, judged, self._stretches
        )
        if judged:
            self._asked[pause] = span
        self._asking = span if judged and not self._finish else None
        self._spans.append(span)
        self._breath = _Breath(marked=breath.marked)
        if forbidden:
            self._settle(Decision(pause, Verdict.SURRENDER, span.passage, (WITHHELD,)))

    # What is answered: a decision, or none yet.

    def _go_on(self) -> None:
        if self._asking:
            self._asking = None
        elif span := self._waiting:
            self._settle(Decision(span.pause, Verdict.CONTINUE, span.passage, (SILENCE,)))

    def _settle(self, decision: Decision) -> None:
        span = self._asked.get(decision.pause)
        if span is None or decision.pause in self._reflections:
            raise ValueError(f"pause {decision.pause} is unknown or was answered before; answer each pause once")
        self._reflections[decision.pause] = Reflection(len(with_reply(self._heard, "")) - 1, span.attempt, decision)
        if not span.waits:
            return
        span.waits = False
        if span is self._asking:
            self._asking = None
        if decision.verdict is not Verdict.CONTINUE:
            self._withdraw(span, decision)

    def _withdraw(self, span: _Span, decision: Decision) -> None:
        """Take back `span` and all that was said after it, and begin anew: another try, or letting go."""
        settings, first = self._settings, next(i for i, other in enumerate(self._spans) if other is span)
        unfinished = Passage(self._breath.words, self._before())
        self._drafts += [gone.passage for gone in self._spans[first:]] + [unfinished] * bool(unfinished.text.strip())
        for gone in self._spans[first:]:
            gone.waits = False
        del self._spans[first:]
        self._stretches = span.stretches  # what was said ahead has no part in the seeds of what follows
        spent = span.attempt >= settings.tries or self._revisions >= settings.patience
        parting = spent or decision.verdict is Verdict.SURRENDER
        self._revisions += not parting
        self._asking, self._finish = None, ""
        told = (*self._pause(span).conversation, _word(decision, parting))
        self._breath = _Breath(span.attempt + 1, told, parting)


def _word(decision: Decision, parting: bool) -> Message:
    """The council's word on a draft, in the voice that decided."""
    verdict = Verdict.SURRENDER if parting else Verdict.REVISE
    comment = deciding(decision)
    text, name = (comment.text, comment.archetype) if comment else ("", "council")
    return Message("council", text, name=name, verdict=str(verdict))
