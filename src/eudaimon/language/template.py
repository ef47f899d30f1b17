"""From conversations to token ids and back, so that what people write can never become a control token.

A chat template is rendered once for every *shape* of conversation (roles, names, verdicts), with a placeholder where
each content goes. Control tokens are read from that rendering alone; contents are put into the stretches between them
and encoded by a tokenizer that knows no control token. So `<verdict>` or `<|im_end|>` in a content is plain text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from jinja2 import TemplateSyntaxError
from numpy.typing import NDArray

from eudaimon.dialogue import MARK, Conversation, Message, open_reply
from eudaimon.errors import ModelError, TemplateError
from eudaimon.language import dialect

SLOT = 0xF0000
"""The placeholder of content i is the private-use character SLOT + i, which nobody writes."""

CONTEXT, MOST_CONTEXT = 4, 32
"""So many tokens of an open reply are enough to decode what follows, or more where they begin within a character."""

UNFINISHED = "\ufffd"
"""What stands for bytes that make no character."""

Shape = tuple[tuple[str, str, str], ...]
"""(role, name, verdict) of each message: all that a rendering may depend on besides the contents."""
FIRST_TURN: Shape = (("system", "", ""), ("user", "", ""))
"""What nearly every conversation begins with."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A conversation as a model reads it.

    Attributes:
        ids: its tokens.
        context: the last tokens of the open reply, without which new tokens cannot be decoded (spaces depend on them).
        held: white space at the end of the open reply. Models learn it as part of the next token, so it is not in
            `ids`; new text that begins with it has it taken off.
    """

    ids: tuple[int, ...]
    context: tuple[int, ...] = ()
    held: str = ""


class Template:
    """Renders, encodes and decodes for one tokenizer.

    Args:
        tokenizer: a fast Hugging Face tokenizer.
        source: a Jinja chat template to use instead of the tokenizer's own.
        voices: archetypes that the model was born with; the template then renders role `council` itself.
        where: the model's name in error messages.

    Raises:
        TemplateError: there is no chat template, or it is no Jinja, or it refuses a first turn.
        ModelError: the tokenizer is not a fast one.
    """

    def __init__(
        self, tokenizer: Any, source: str | None = None, voices: frozenset[str] = frozenset(), where: str = "the model"
    ) -> None:
        if source is None and not tokenizer.chat_template:
            raise TemplateError(
                f"{where} has no chat template, so its turns cannot be told apart. "
                "Pass one with `--template FILE` (Jinja, as in Hugging Face's `chat_template.jinja`)."
            )
        if not getattr(tokenizer, "is_fast", False):
            raise ModelError(f"{where} has no fast tokenizer. Save one as `tokenizer.json` in its directory.")
        self.voices, self._source, self._where, self._tokenizer = voices, source, where, tokenizer
        state = json.loads(tokenizer.backend_tokenizer.to_str())
        self._whole = _build(state)
        # White space that a tokenizer adds as tokens of its own steers nothing and stays text.
        plain = {**state, "added_tokens": [t for t in state["added_tokens"] if t["content"].isspace()]}
        self._plain = {
            "start": _build(plain),
            "after control": _build(_prefixed(plain, {"first"})),
            "inside": _build(_prefixed(plain, {"first", "always"})),
        }
        self.controls = frozenset(t["id"] for t in state["added_tokens"] if not t["content"].isspace())
        self.mark: int | None = next((t["id"] for t in state["added_tokens"] if t["content"] == MARK), None)
        self.ends = frozenset(t["id"] for t in state["added_tokens"] if t["special"]) - {self.mark}
        # What the tokenizer's own model says for strange words may stand in a content.
        self._unknown = _unknown(state["model"])
        self._forgeable = self.controls - {self._whole.token_to_id(self._unknown)}
        self._skeleton = lru_cache(maxsize=1024)(self._render)
        self._encode = lru_cache(maxsize=8192)(self._encode_segment)
        self._pieces: list[str] = []
        self.closers = lru_cache(maxsize=64)(self._closers)
        self._skeleton(FIRST_TURN, True)  # what is wrong with a template is to be found before anything rests on it

    def prompt(self, conversation: Conversation) -> Prompt:
        """What the persona reads before it goes on with its open reply (or begins one)."""
        said = self._spoken(conversation)
        reply = open_reply(said)
        closed = said[:-1] if said and said[-1].role == "assistant" else said
        spoken = reply.rstrip()
        ids = self._fill(closed, True, spoken)
        return Prompt(ids, self._context(self.encode(spoken)), reply[len(spoken) :])

    def asked(self, conversation: Conversation, voice: Message, choices: tuple[str, ...], comment: bool) -> Prompt:
        """What a voice reads before it speaks. A born voice is only named; any other is asked by its card."""
        if self.born(voice, choices):
            trunk = self._trunk(conversation)
            said = (self.control(voice.name),) if comment else (self.control(voice.name), self.control("verdict"))
            return Prompt((*trunk, *said))
        return self.prompt(dialect.ask(conversation, voice, choices, comment))

    def coloured(self, conversation: Conversation, voice: Message) -> Conversation:
        """`conversation` with a voice's turn put before the open reply, for an undertone; a born one needs no card."""
        turn = replace(voice, role="council", content="") if voice.name in self.voices else voice
        if conversation and conversation[-1].role == "assistant":
            return (*conversation[:-1], turn, conversation[-1])
        return (*conversation, turn)

    def born(self, voice: Message, choices: Iterable[str]) -> bool:
        """Whether this voice can be asked by its token, and choose by single tokens."""
        known = self._whole.token_to_id
        return voice.name in self.voices and all(known(f"<{word}>") is not None for word in ("verdict", *choices))

    def control(self, word: str) -> int:
        """The id of the control token `<word>`."""
        return int(self._whole.token_to_id(f"<{word}>"))

    @property
    def opening(self) -> str:
        """What the template puts behind the last turn, where a reply begins: some begin a thought there."""
        parts = self._skeleton(FIRST_TURN, True)
        shown = "".join(part if isinstance(part, str) else self._text((part,)) for part in parts)
        return shown.rpartition(chr(SLOT + len(FIRST_TURN) - 1))[2]

    def encode(self, text: str) -> tuple[int, ...]:
        """Tokens of text that goes on from other text. Never a control token."""
        return self._encode(text, "inside")

    def marked(self) -> tuple[int, ...]:
        """What a persona says inside its reply where it wishes to reflect: one control token, or else a word."""
        return self.encode(MARK) if self.mark is None else (self.mark,)

    def ending(self, ids: tuple[int, ...]) -> tuple[int, ...]:
        """What ends a turn at the beginning of `ids`, which follow its content: a control token, and the white space
        that some templates put before it. Nothing where the turn goes on or another begins."""
        last = next((place for place, token in enumerate(ids) if token in self.ends), len(ids))
        return () if self._text(ids[:last]).strip() else ids[: last + 1]

    def decode(self, ids: Sequence[int], prompt: Prompt) -> str:
        """The text that `ids` add to the open reply of `prompt`."""
        before = self._text(prompt.context)
        text = self._text([*prompt.context, *ids])[len(before) :]
        return text[agreeing(text, prompt.held) :]

    def _context(self, spoken: tuple[int, ...]) -> tuple[int, ...]:
        """The last tokens of a reply, beginning with a whole character: where bytes are tokens, half a character makes
        all bytes behind it unreadable."""
        ends = (spoken[-size:] for size in range(CONTEXT, MOST_CONTEXT + 1))
        return next((end for end in ends if not self._text(end).startswith(UNFINISHED)), spoken[-MOST_CONTEXT:])

    def _text(self, ids: Sequence[int]) -> str:
        """What tokens say. Where bytes are tokens, a character that is not finished makes all bytes before it
        unreadable: these are then read without it."""
        text: str = self._whole.decode(list(ids), skip_special_tokens=False)
        if text.endswith(UNFINISHED):
            for cut in (1, 2, 3):
                whole: str = self._whole.decode(list(ids[:-cut]), skip_special_tokens=False)
                if len(whole.rstrip(UNFINISHED)) > len(text.rstrip(UNFINISHED)):
                    return whole + UNFINISHED
        return text

    def _closers(self, stop: tuple[str, ...], size: int) -> NDArray[np.bool_]:
        """Which of `size` token ids can be the last of a stop string, shape (size,): a cheap test before decoding."""
        last = {text[-1] for text in stop if text}
        pieces = self._token_texts(size)
        # An unfinished UTF-8 character may become any character with the next token.
        return np.array([not last.isdisjoint(piece) or (bool(last) and UNFINISHED in piece) for piece in pieces])

    def _token_texts(self, size: int) -> list[str]:
        """What each token id says inside a text."""
        if len(self._pieces) != size:
            anchor = [next(i for i in range(size) if i not in self.controls)]
            before = self._whole.decode(anchor, skip_special_tokens=False)
            said = self._whole.decode_batch([[*anchor, i] for i in range(size)], skip_special_tokens=False)
            self._pieces = [text[len(before) :] for text in said]
        return self._pieces

    def _trunk(self, conversation: Conversation) -> tuple[int, ...]:
        """What all born voices hear: the conversation, its last reply still open."""
        said = self._spoken(conversation)
        if said and said[-1].role == "assistant":
            return self._fill(said[:-1], True, open_reply(said).rstrip())
        return self._fill(said, False, "")

    def _spoken(self, conversation: Conversation) -> Conversation:
        """`conversation` in roles that the template knows."""
        if not self.voices:
            return dialect.plain(conversation)
        return tuple(message if self._knows(message) else dialect.plain((message,))[0] for message in conversation)

    def _knows(self, message: Message) -> bool:
        """Whether the template renders a message as that of a voice which the model was born with."""
        return message.role == "council" and message.name in self.voices and message.verdict != dialect.ASKED

    def _fill(self, messages: Conversation, begin: bool, reply: str) -> tuple[int, ...]:
        """Tokens of the rendered `messages`, with the beginning of a reply behind them where `begin` is set."""
        skeleton = self._skeleton(tuple((m.role, m.name, m.verdict) for m in messages), begin)
        contents = {SLOT + i: message.content.strip() for i, message in enumerate(messages)}
        ids: list[int] = []
        for place, part in enumerate(skeleton):
            if isinstance(part, int):
                ids.append(part)
            else:
                text = part.translate(contents) + (reply if place == len(skeleton) - 1 else "")
                ids.extend(self._encode(text, "after control" if place else "start"))
        return tuple(ids)

    def _render(self, shape: Shape, begin: bool) -> tuple[int | str, ...]:
        """Control ids and the text between them, of the first variant that the template accepts and shows in full."""
        messages = [Message(role, chr(SLOT + i), name, verdict) for i, (role, name, verdict) in enumerate(shape)]  # type: ignore[arg-type]
        fields = ("role", "content", "name", "verdict") if self.voices else ("role", "content")
        turns = [{field: getattr(message, field) for field in fields} for message in messages]
        reasons = []
        for variant in (turns, dialect.folded(turns)):
            try:
                text = self._jinja(variant, begin)
            except TemplateSyntaxError as error:
                raise TemplateError(
                    f"the chat template of {self._where} is no Jinja: {error.message} (its line {error.lineno}). Mend "
                    "it, or pass another with `--template FILE`."
                ) from None
            except Exception as error:  # Jinja code from elsewhere: whatever it raises is its way to refuse.
                reasons.append(str(error))
                continue
            if all(message.content in text for message in messages):
                return self._split(text)
            reasons.append("it drops a message")
        raise TemplateError(
            f"the chat template of {self._where} refuses turns {[role for role, *_ in shape]}: {reasons[-1]}. "
            "Pass one that accepts them with `--template FILE`."
        )

    def _jinja(self, turns: list[dict[str, Any]], begin: bool) -> str:
        # Models that think aloud by default are asked not to: a reply is what the persona says.
        options = {"chat_template": self._source, "enable_thinking": False}
        return str(self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=begin, **options))

    def _split(self, text: str) -> tuple[int | str, ...]:
        """Cut a rendering at its control tokens. The last part is always text: the open reply is put behind it."""
        encoded, parts, end = self._whole.encode(text, add_special_tokens=False), [], 0
        for token, (start, stop) in zip(encoded.ids, encoded.offsets, strict=True):
            if token in self._forgeable or (token in self.controls and text[start:stop].strip() == self._unknown):
                parts.extend([text[end:start], token] if start > end else [token])
                end = stop
        return (*parts, text[end:])

    def _encode_segment(self, text: str, place: str) -> tuple[int, ...]:
        ids = self._plain[place].encode(text, add_special_tokens=False).ids
        # Word-level vocabularies may hold control tokens as words. They are no words that anyone can say.
        return tuple(token for token in ids if token not in self._forgeable)


def agreeing(*sequences: Sequence[object]) -> int:
    """How many items the sequences have in common from their beginning on.

    >>> agreeing("surrender", "surface")
    3
    """
    if len(sequences) == 1:
        return len(sequences[0])
    first = sequences[0]
    return min(_agreeing(first, other) for other in sequences[1:])


def _agreeing(one: Sequence[object], other: Sequence[object]) -> int:
    """By halves, so that long sequences are compared in one piece each time and not item by item."""
    same, most = 0, min(len(one), len(other))
    while same < most:
        half = (same + most + 1) // 2
        if one[same:half] == other[same:half]:
            same = half
        else:
            most = half - 1
    return same


def _build(state: dict[str, Any]) -> Any:
    """A tokenizer from its JSON state, without truncation and padding."""
    from tokenizers import Tokenizer

    return Tokenizer.from_str(json.dumps({**state, "truncation": None, "padding": None}))


def _unknown(model: dict[str, Any]) -> str:
    """The token that a tokenizer's model says in place of what it does not know; "" where it knows everything. A
    tokenizer may name one that its model never says: GPT-2's names the token that ends a text."""
    if model.get("unk_id") is not None:
        return str(model["vocab"][model["unk_id"]][0])
    return model.get("unk_token") or ""


def _prefixed(state: Any, schemes: set[str]) -> Any:
    """`state` with the space that some tokenizers put before a text switched off: `first` puts it before the whole
    text only, `always` also after each control token."""
    if isinstance(state, list):
        return [_prefixed(item, schemes) for item in state if not ("always" in schemes and _prepends(item))]
    if not isinstance(state, dict):
        return state
    if state.get("type") == "Metaspace" and state.get("prepend_scheme") in schemes:
        return {**state, "prepend_scheme": "never"}
    if state.get("type") == "ByteLevel" and "always" in schemes:
        return {**state, "add_prefix_space": False}
    if "always" in schemes and _prepends(state.get("normalizer")):
        state = {**state, "normalizer": None}
    return {
        key: _prefixed(value, schemes)
        if key in ("normalizer", "pre_tokenizer", "normalizers", "pretokenizers")
        else value
        for key, value in state.items()
    }


def _prepends(item: Any) -> bool:
    return isinstance(item, dict) and item.get("type") == "Prepend"
