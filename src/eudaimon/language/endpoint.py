"""A language model behind an OpenAI-compatible endpoint: text in, text out, and what can be told of its chances.

Each verb runs its batch in threads, at most `concurrency` requests at a time, and answers in order. Faults are borne
with patience (see `patience`), and a stream that breaks is asked again from where it broke. `extend` keeps its stream
open where it stopped at a stop string: the next call that goes on from exactly there reads on, without a new request.

What an endpoint cannot do: gradients, undertones, scores of given text. Seeds are sent, and hold as far as the server
keeps them: one that seeds its process rather than the request keeps them at `concurrency=1` only. A reply that is read
on in parts is drawn from its first seed.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import islice
from types import TracebackType
from typing import Literal, Self, TypeVar

import httpx

from eudaimon.dialogue import Conversation, open_reply
from eudaimon.errors import CapabilityError, EndpointError, NotTaken
from eudaimon.language.answers import Answers, names_user
from eudaimon.language.bill import Bill
from eudaimon.language.chunk import Chunk
from eudaimon.language.concessions import UNTHINKING, Body
from eudaimon.language.continuing import CONTINUE, PROBE, Taking, Way, noted, taking, way_of, without_repeat
from eudaimon.language.dialect import ask, plain
from eudaimon.language.hearing import Asked
from eudaimon.language.model import Branch, Capabilities, Extend, Extension, Score, Usage, Voice
from eudaimon.language.patience import Fault, Patience
from eudaimon.language.reply import Kept, Reply
from eudaimon.language.wire import Wire

SAMPLES = 5
"""How often a voice is asked where its verdict has to be counted."""

VERDICT_ROOM = 64
"""Tokens beyond a voice's comment, for the line with its verdict, and for voices that comment at more length than they
were asked to (the rest of their comment is cut off, their verdict counts)."""

TOP = 20
"""Alternatives to a token that are asked for; the most that OpenAI's API allows."""

KEPT = 4
"""Streams kept open between calls, for each request that may run at once."""

SILENT = "…"
"""What is sent for a reply that had no words: a turn that is left out would have the person speak twice, and voices
judge the reply before it."""

Job = TypeVar("Job")
Result = TypeVar("Result")


class EndpointModel:
    """The model `model_name` behind `base_url`.

    Args:
        base_url: of the API, for example `http://localhost:8000/v1`.
        model_name: as the server calls it.
        api_key: or `EUDAIMON_API_KEY` or `OPENAI_API_KEY` in the environment, where `base_url` names no user; none
            for most local servers. It is never part of a message.
        timeout: seconds without a word from the server.
        retries: attempts after the first.
        concurrency: requests at a time.
        logprobs: whether the server gives those of its own tokens; `auto` asks once, at the first `branch`.
        transport: httpx's, for tests and for unusual networks.
        backoff: seconds before the first retry; doubled for each further one.
        seed: of the retries' jitter.

    Attributes:
        name: `endpoint:` and the model's name.
        capabilities: `logprobs` is True where verdicts are read from log-probabilities, not counted from samples.
            `score` is refused either way: a chat endpoint does not weigh text that it is given.
        usage: as the server counts it, and where it does not, or not yet, in words. An extension's own `tokens` are
            the pieces of its stream (or the words in them, where they are larger).
        model_name: as the server calls it.
        answers: how what the server says is read, and where it is.
        estimated: whether some of `usage` was counted in words and stays so.

    Raises:
        EndpointRefused: `base_url` is no http(s) url, the key is none that can be sent, or the environment's proxy is
            none that can be used.

    >>> from eudaimon.dialogue import Message
    >>> def server(request):
    ...     answer = {"message": {"content": "Yes. He does."}, "finish_reason": "stop"}
    ...     return httpx.Response(200, json={"choices": [answer]})
    >>> with EndpointModel("http://localhost/v1", "m", transport=httpx.MockTransport(server)) as model:
    ...     model.extend([Extend((Message("user", "does Tom sell bread?"),), stop=(".",))])[0].text
    'Yes.'
    """

    def __init__(
        self,
        base_url: str,
        model_name: str,
        *,
        api_key: str | None = None,
        timeout: float = 60,
        retries: int = 5,
        concurrency: int = 8,
        logprobs: bool | Literal["auto"] = "auto",
        transport: httpx.BaseTransport | None = None,
        backoff: float = 0.5,
        seed: int = 0,
    ) -> None:
        self.answers = Answers(base_url, _key(base_url) if api_key is None else api_key, timeout)
        self._wire = Wire(self.answers, transport)
        self._patience = Patience(self.answers.where, retries, backoff, seed)
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="endpoint")
        self._kept, self.model_name = Kept(KEPT * concurrency), model_name
        self._logprobs: bool | None = None if logprobs == "auto" else logprobs
        self._way: Way | None = None
        self._probing = threading.Lock()
        self.name, self.capabilities = f"endpoint:{model_name}", Capabilities(logprobs=logprobs is True, remote=True)
        self.usage, self.estimated = Usage(), False

    def extend(self, requests: list[Extend]) -> list[Extension]:
        """Continue each conversation; see `LanguageModel`.

        Raises:
            CapabilityError: an undertone is asked for.
            EndpointError: the endpoint failed after every retry.
        """
        if any(request.blend is not None for request in requests):
            raise CapabilityError(
                f"{self.name} cannot blend an undertone into its speech: an endpoint does not hand out the logits of "
                "every step. Remedy: leave the undertone out, or use a local model."
            )
        replies = [self._kept.take(request) for request in requests]
        for request in requests:
            self._kept.drop(request.conversation)
        return self._each(self._speak, list(zip(requests, replies, strict=True)))

    def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
        """Hear each conversation's voices; see `LanguageModel`.

        A verdict's probabilities are read from the log-probabilities of its word, or counted from `SAMPLES` answers:
        the first at the branch's temperature, whose comment is kept, the others at 1 where that is 0.

        Raises:
            EndpointError: the endpoint failed after every retry.
        """
        asked = [Asked(branch, voice) for branch in requests for voice in branch.voices]
        self._hear(asked, range(1))
        self._learn(asked)
        self._hear([one for one in asked if one.chances is None], range(1, SAMPLES))
        voices = iter([one.said() for one in asked])
        return [tuple(islice(voices, len(branch.voices))) for branch in requests]

    def score(self, requests: list[Score]) -> list[tuple[float, ...]]:
        """Refused: raises CapabilityError."""
        raise CapabilityError(
            f"{self.name} cannot score given text: a chat endpoint tells the log-probabilities of its own words alone. "
            "Remedy: use branch, which reads or counts a verdict's probabilities, or a local model."
        )

    def widen(self, concurrency: int) -> None:
        """Let so many requests run at a time from now on, where that is more than before."""
        if concurrency > self._pool._max_workers:
            self._pool.shutdown(wait=False)  # what runs, ends
            self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="endpoint")

    def forget(self) -> None:
        """Nothing is kept that could change an answer."""

    def leave(self) -> None:
        """Ask nothing more, and wait for nothing: what runs ends without further retries, what waits is dropped."""
        self._patience.leave()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Close all streams and the connection; requests that are running end first, without further retries."""
        self.leave()
        self._pool.shutdown()
        self._kept.close()
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _each(self, job: Callable[[Job], Result], items: list[Job]) -> list[Result]:
        return list(self._pool.map(job, items))

    def _speak(self, going_on: tuple[Extend, Reply | None]) -> Extension:
        request, reply = going_on
        reply = reply or Reply(request, partial(self._open, request), self._patience)
        try:
            said = reply.read(request.stop, request.max_tokens)
        except BaseException:
            reply.close()
            raise
        if said.finish != "end" and not reply.spent:
            self._kept.keep(reply)
        return said

    def _open(self, request: Extend, conversation: Conversation, budget: int) -> Generator[Chunk]:
        """A stream of what follows the open reply of `conversation`."""
        told, body, repeat = self.spelt(request, conversation, budget)
        chunks = self._billed(told, self._wire.stream(body))
        return without_repeat(chunks, repeat) if repeat else chunks

    def spelt(
        self, request: Extend, conversation: Conversation, budget: int
    ) -> tuple[Conversation, Body, Taking | None]:
        """How the server is asked for what follows the open reply of `conversation`: what it is told, the request's
        body, and who takes off what its answer may repeat of that reply.

        May ask the server, the first time that there is an open reply, how it goes on with one.
        """
        spoken = open_reply(conversation)
        way = self._goes_on() if spoken else Way.RAW
        told = noted(conversation) if way is Way.NOTE else plain(conversation if spoken else _closed(conversation))
        body = self._body(told, budget, request.temperature, request.seed)
        return told, body | CONTINUE if spoken and way is not Way.NOTE else body, taking(way, spoken)

    def _hear(self, asked: list[Asked], samples: range) -> None:
        """Ask each once for every sample, and give it the answers."""
        jobs = [(one, n) for one in asked for n in samples]
        for (one, _), answer in zip(jobs, self._each(self._answer, jobs), strict=True):
            one.answers.append(answer)

    def _answer(self, job: tuple[Asked, int]) -> Chunk:
        """A voice's whole answer, the n-th."""
        asked, n = job
        branch = asked.branch
        told = plain(ask(branch.conversation, asked.voice, branch.choices, comment=branch.max_tokens > 0))
        temperature = branch.temperature if n == 0 else branch.temperature or 1.0
        body = self._body(told, branch.max_tokens + VERDICT_ROOM, temperature, branch.seed + n)
        if n == 0 and self._logprobs is not False:
            body |= {"logprobs": True, "top_logprobs": TOP}
        return self._ask(told, body)

    def _learn(self, asked: list[Asked]) -> None:
        """The first answers show whether the server gives log-probabilities."""
        if self._logprobs is None and asked:
            self._logprobs = any(answer.tokens for one in asked for answer in one.answers)
            self.capabilities = replace(self.capabilities, logprobs=self._logprobs)

    def _goes_on(self) -> Way:
        """How the server goes on with a last assistant message; found out once."""
        with self._probing:
            if self._way is None:
                self._way = self._probe()
            return self._way

    def _probe(self) -> Way:
        body = self._body(PROBE, 1, 0.0, 0)
        try:  # Some refuse any last message of an assistant's: they are asked by a note.
            return way_of(self._ask(PROBE, body), self._ask(PROBE, body | CONTINUE))
        except (EndpointError, NotTaken):
            return Way.NOTE

    def _body(self, told: Conversation, max_tokens: int, temperature: float, seed: int) -> Body:
        return {
            "model": self.model_name,
            "messages": [{"role": message.role, "content": _sendable(message.content)} for message in _worded(told)],
            "max_tokens": max_tokens,
            "temperature": temperature,
            "seed": seed % 2**31,
            **UNTHINKING,
        }

    def _ask(self, told: Conversation, body: Body) -> Chunk:
        """One whole answer. Raises EndpointError after every retry."""
        trial = self._patience.trial()
        while True:
            try:
                (chunk,) = self._billed(told, self._wire.ask(body))
                return chunk
            except Fault as fault:
                trial.bear(fault)

    def _billed(self, told: Conversation, chunks: Generator[Chunk]) -> Generator[Chunk]:
        """`chunks`, while their cost is added to `usage`."""
        bill: Bill | None = None
        with closing(chunks):
            try:
                for chunk in chunks:
                    bill = bill or Bill(self.usage, told)
                    bill.heard(chunk.text)
                    bill.settle(chunk.usage)
                    yield chunk
            finally:
                self.estimated = self.estimated or (bill is not None and not bill.exact)


def _closed(conversation: Conversation) -> Conversation:
    """Without an open reply that has not begun."""
    return conversation[:-1] if conversation and conversation[-1].role == "assistant" else conversation


def _worded(told: Conversation) -> Conversation:
    """`told` with a mark for replies without words, which some servers refuse; an open reply stands as it is."""
    closed = (
        replace(one, content=SILENT) if one.role == "assistant" and not one.content.strip() else one
        for one in told[:-1]
    )
    return (*closed, *told[-1:])


def _sendable(text: str) -> str:
    """`text` with a question mark for half a surrogate pair, which JSON lets in and UTF-8 does not let out."""
    return text.encode("utf-8", "replace").decode()


def _key(base_url: str) -> str:
    """The environment's key; none where `base_url` says who asks, for then that key is another server's."""
    if names_user(base_url):
        return ""
    return os.environ.get("EUDAIMON_API_KEY") or os.environ.get("OPENAI_API_KEY") or ""
