"""What a voice said, read from the free text of a model that was asked by `dialect.ask`: comment, verdict, chances."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from eudaimon.dialogue import Message
from eudaimon.language.bill import words
from eudaimon.language.chunk import Chunk, Likely, Token
from eudaimon.language.dialect import LEAD
from eudaimon.language.model import Branch, Voice

_MARKS = " \t\r\n*_`#>\"'“”-"
"""What models wrap words in: markdown and quotes."""

_WORD = rf"\b{LEAD.rstrip(':')}\b"
_BARE = re.compile(_WORD, re.IGNORECASE)
_LEADS = (
    re.compile(rf"{_WORD}[ \t*_`\"'”]*[:：–—-]", re.IGNORECASE),
    re.compile(rf"^[ \t*_`#>\"'“”-]*{_WORD}", re.IGNORECASE | re.MULTILINE),
    _BARE,
)
"""What may stand before a verdict: the word with its colon, the word at a line's start, the word. The latter two are
looked for where nothing is read by the former: an explanation may speak of the verdict, too."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Where the verdict stands in an answer.

    Attributes:
        comment: the text before the verdict's line, on one line, without markdown around it.
        choice: the verdict, one of the choices; empty where none can be read.
        start: index of the verdict's first letter in the answer; -1 where there is none.
    """

    comment: str
    choice: str = ""
    start: int = -1


@dataclass(slots=True)
class Asked:
    """One voice of one branch, with all its answers; the first is asked for its log-probabilities too."""

    branch: Branch
    voice: Message
    answers: list[Chunk] = field(default_factory=list)

    @property
    def chances(self) -> tuple[float, ...] | None:
        """The choices' probabilities as the first answer's tokens give them; None where they cannot be read."""
        return weighed(self.answers[0].tokens, self.branch.choices)

    def said(self) -> Voice:
        """What the voice said: with the probabilities that were read, or counted over all its answers."""
        first, read, choices = self.answers[0], self.chances, self.branch.choices
        verdicts = [hear(answer.text, choices).choice for answer in self.answers]
        return Voice(
            text=" ".join(hear(first.text, choices).comment.split()[: self.branch.max_tokens]),
            probabilities=read or counted(verdicts, choices),
            tokens=first.usage.completion_tokens if first.usage else words(first.text),
            parsed=read is not None or any(verdicts),
        )


def hear(answer: str, choices: Sequence[str]) -> Heard:
    """Read `answer`: the last `Verdict: x` that can be read, in any case, wrapped in markdown or in more words.

    Words about a verdict, without the colon, count only where there is no such line (see `_LEADS`). Not read are a
    verdict that names every choice (it repeats the question) and one that names several without beginning with one. An
    answer without the lead is read where its last line is one choice and nothing else.

    >>> hear("A closed gate.\\n**Verdict:** I would *Revise* this.", ("continue", "revise", "surrender"))
    Heard(comment='A closed gate.', choice='revise', start=37)
    """
    for kind in _LEADS:
        for lead in reversed(list(kind.finditer(answer))):
            named = _named(answer, lead.end(), choices)
            if named:
                return Heard(_clean(answer[: lead.start()]), _choice(named, choices), named.start())
    leads = list(_BARE.finditer(answer))
    bare = re.search(rf"(?:\A|\n)\W*(?:{_any(choices)})\W*\Z", answer, re.IGNORECASE)
    if bare and not leads:
        return Heard(_clean(answer[: bare.start()]), _choice(bare, choices), bare.start(bare.lastindex or 0))
    return Heard(_clean(answer[: leads[-1].start()] if leads else answer))


def counted(verdicts: Sequence[str], choices: Sequence[str]) -> tuple[float, ...]:
    """Probabilities from samples, smoothed: (n_c + 1/2) / (n + C/2), as Krichevsky and Trofimov (1981) estimate.

    Verdicts that could not be read (empty) are left out; with none left all choices are equal. Shape (C,), sums to 1.

    >>> counted(["revise", "revise", "", "continue"], ("continue", "revise"))
    (0.375, 0.625)
    """
    read = [verdict for verdict in verdicts if verdict]
    return tuple((read.count(choice) + 0.5) / (len(read) + len(choices) / 2) for choice in choices)


def weighed(tokens: Sequence[Token], choices: Sequence[str]) -> tuple[float, ...] | None:
    """Probabilities from the alternatives to the verdict's first token. Shape (C,), sums to 1; None if unreadable.

    A token counts for the one choice that it begins. A choice that is not listed gets the most that it can have: no
    more than the least likely token listed, and no more than what all listed ones leave over.
    """
    at = hear("".join(token.token for token in tokens), choices).start
    token = _token_at(tokens, at)
    if token is None:
        return None
    listed = {likely.token: likely for likely in (token, *token.top_logprobs)}.values()
    mass = [sum(math.exp(likely.logprob) for likely in listed if _begins(likely, choices) == c) for c in choices]
    if not any(mass):
        return None
    chances = [math.exp(likely.logprob) for likely in listed]
    unlisted = max(1e-9, min(min(chances), 1.0 - sum(chances)))
    filled = [share or unlisted for share in mass]
    return tuple(share / sum(filled) for share in filled)


def _token_at(tokens: Sequence[Token], at: int) -> Token | None:
    """The token that holds the character `at` of the text."""
    begin = 0
    for token in tokens:
        if begin <= at < begin + len(token.token):
            return token
        begin += len(token.token)
    return None


def _begins(likely: Likely, choices: Sequence[str]) -> str:
    """The one choice that the token begins; empty where it begins none, or several."""
    letters = re.sub(r"\W", "", likely.token.lstrip("Ġ")).lower()
    fits = [choice for choice in choices if letters and choice.lower().startswith(letters)]
    return next((choice for choice in fits if choice.lower() == letters), fits[0] if len(fits) == 1 else "")


def _named(answer: str, begin: int, choices: Sequence[str]) -> re.Match[str] | None:
    """The choice that is named after `begin`, up to the end of the first line that says anything."""
    line = re.compile(r"\W*[^\n]*").match(answer, begin)
    end = line.end() if line else begin
    named = list(re.compile(rf"\b(?:{_any(choices)})\b", re.IGNORECASE).finditer(answer, begin, end))
    kinds = {match.lastindex for match in named}
    if not named or len(kinds) == len(choices) > 1:
        return None
    return named[0] if len(kinds) == 1 or not re.search(r"\w", answer[begin : named[0].start()]) else None


def _any(choices: Sequence[str]) -> str:
    """A pattern with one group for each choice; the group that matched tells which one it is."""
    return "|".join(f"({re.escape(choice)})" for choice in choices)


def _choice(match: re.Match[str], choices: Sequence[str]) -> str:
    return choices[(match.lastindex or 1) - 1]


def _clean(comment: str) -> str:
    return " ".join(comment.split()).strip(_MARKS)
