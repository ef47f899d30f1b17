"""How a voice comes from its comment to its choice, and what is then known of it.

A voice that the model was born with writes until `<verdict>` and chooses among single tokens (`<continue>`, ...). Any
other writes one line, is made to read `Verdict:`, and chooses among words by their summed log-probabilities.
"""

from __future__ import annotations

import numpy as np

from eudaimon.dialogue import Message
from eudaimon.language.decoding import Closing, Task, Written, noise_key
from eudaimon.language.dialect import LEAD
from eudaimon.language.model import Branch, Voice
from eudaimon.language.template import Prompt, Template


def asking(template: Template, request: Branch, voice: Message) -> Task:
    """What one voice is to do: comment, then choose."""
    born = template.born(voice, request.choices)
    prompt = template.asked(request.conversation, voice, request.choices, request.max_tokens > 0)
    return Task(
        prompt,
        request.max_tokens,
        () if born else ("\n", LEAD),
        request.temperature,
        noise_key(request.seed, voice.name),
        closing=_born(template, request) if born else _spoken(template, request, prompt),
    )


def heard(written: Written) -> Voice:
    """A voice's comment and the probabilities of its choices: the softmax of their log-probabilities."""
    text = written.text.removesuffix(LEAD).strip()
    scores = np.array(written.scores)
    weights = np.exp(scores - scores.max())
    readable = bool(np.isfinite(weights).all())
    shares = weights / weights.sum() if readable else np.full(len(scores), 1 / len(scores))
    return Voice(text, tuple(shares.tolist()), written.tokens, readable)


def _born(template: Template, request: Branch) -> Closing:
    verdict = template.control("verdict")

    def words(written: Written) -> tuple[int, ...]:
        if not request.max_tokens:
            return ()  # the prompt ends with <verdict>
        # The last token of a comment that ran into its limit has not been read yet; a control token never is. Where the
        # model's context had no room for a comment, nothing was said.
        return (written.ids[-1], verdict) if written.ids and written.finish == "length" else (verdict,)

    return Closing(words, tuple((template.control(choice),) for choice in request.choices))


def _spoken(template: Template, request: Branch, prompt: Prompt) -> Closing:
    def words(written: Written) -> tuple[int, ...]:
        text = written.text
        lead = template.encode("" if text.endswith(LEAD) else LEAD if text[-1:] in ("", "\n") else f"\n{LEAD}")
        if written.finish == "end" or not written.ids:
            return lead
        if template.decode(written.ids, prompt).rstrip("\ufffd") == text:
            return (written.ids[-1], *lead)  # the last token has not been read yet
        read = template.decode(written.ids[:-1], prompt)
        return (*template.encode(text[len(read) :]), *lead)  # the line ended within the last token

    return Closing(words, tuple(template.encode(f" {choice}") for choice in request.choices))
