"""What one endpoint's answers mean: chunks, or a `Fault` that says what is wrong. No input, no output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from pydantic import ValidationError

from eudaimon.errors import ContentRefused, EndpointGarbled, EndpointRefused, EndpointTimeout, ModelError, TooLong
from eudaimon.language.chunk import Chunk, paired
from eudaimon.language.concessions import Body, Concession, concede, refuses_roles
from eudaimon.language.patience import Fault, retry_after

_NO_SENSE = "check that the url is the base of an OpenAI-compatible API (it mostly ends in /v1) and see its log"
_SLOW = "raise timeout, lower concurrency (--timeout, --concurrency), or see whether the server is stuck"
_DOWN = "check that the server runs and can be reached from here"
_BUSY = "lower concurrency, raise retries (--concurrency, --retries), or see the server's log"
_KEY = "check the key: api_key=, or EUDAIMON_API_KEY or OPENAI_API_KEY in the environment"
_MODEL = "check the model's name, and that the url is the base of the API (it mostly ends in /v1)"
_LONG = "shorten its notes, begin a new conversation, or serve the model with a longer context"
_OTHERWISE = "say it otherwise, begin a new conversation, or use a model or a filter that takes it"
_READ = "see what the server says of the request"
_QUOTE = 200
_TELLING = 4
"""Characters of a value in the url's query from which on it may be a secret, and is looked for in a server's words."""
_NO_ROOM = re.compile(
    r"context[_ ](length|size|window)|`inputs` (must have less|tokens \+)|prompt (is )?too long|too many tokens", re.I
)
"""How servers say that a conversation is longer than their model reads (OpenAI, vLLM, llama.cpp, TGI and others)."""
_UNWELCOME = re.compile(
    r"content[_ ](filter|policy|management policy|exists risk)|ContentPolicyViolation|ResponsibleAIPolicy|moderation|"
    r"\b(prompt|input|content)s?\b[^.]{0,40}\bflagged|safety system|inappropriate content|"
    r"data_inspection_failed|prohibited_content|guardrail|considered high risk",
    re.I,
)
"""How servers say that they do not answer to what a conversation says (OpenAI, Azure, OpenRouter, LiteLLM, Bedrock,
DeepSeek, Alibaba's and Moonshot's). That an account was flagged is another matter."""
_RAISED = "Jinja Exception:"
"""What llama.cpp puts before the words of a template."""
_REPEATED = '"input":'
"""What FastAPI puts before what it refuses of a request."""


class Answers:
    """Reads the answers of the endpoint at `base_url`.

    Args:
        base_url: of the API, `http(s)://[user:password@]host[:port]/v1[?query]`.
        api_key: sent as a bearer's token, without white space around it; empty for none.
        timeout: seconds without a word from the server.

    Attributes:
        where: the url, without credentials and query.
        query: sent with every request, for gateways that ask for a version or a key there; its values are never shown.
        auth, headers: by which a client shows its key.

    Raises:
        EndpointRefused: `base_url` is no http(s) url, or `api_key` is none that can be sent.
    """

    def __init__(self, base_url: str, api_key: str, timeout: float) -> None:
        url, api_key = _url(base_url), _checked(api_key)
        self.where = str(url.copy_with(userinfo=b"", query=None, fragment=None)).rstrip("/")
        self.query, self.timeout = url.query.decode("ascii"), timeout
        self.auth = None if api_key or not url.userinfo else (url.username, url.password)
        self.headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._keyed = bool(api_key or url.password)
        self._secrets = [secret.strip() for secret in (api_key, url.password, *_told(url)) if secret.strip()]

    def refusal(self, response: httpx.Response, words: str) -> Fault:
        """The fault of a response, already read, that is no answer; `words` are the server's own."""
        code = response.status_code
        cause = f"it answered {code} {response.reason_phrase}" + (f" ({words})" if words else "")
        if kind := self._not_taken(code, words):
            return Fault(kind, cause, _LONG if kind is TooLong else _OTHERWISE, final=True)
        if code in (401, 403):
            sent = "a key was sent" if self._keyed else "no key was sent"
            sent += ", and the url's query" if self.query else ""
            return Fault(EndpointRefused, f"{cause}; {sent}", _KEY, final=True)
        if code == 404:
            return Fault(EndpointRefused, cause, _MODEL, final=True)
        if code in (408, 409, 425, 429) or code >= 500:
            return Fault(EndpointRefused, cause, _BUSY, wait=retry_after(response.headers.get("retry-after")))
        return Fault(EndpointRefused, cause, _READ, final=True)

    def concession(self, body: Body, response: httpx.Response, words: str) -> Concession | None:
        """What to give up of `body` after such a refusal; None where that would not help: a conversation that is not
        taken is refused in every form."""
        code = response.status_code
        refused = code in (400, 422) or (code == httpx.codes.INTERNAL_SERVER_ERROR and refuses_roles(words))
        return concede(body, words) if refused and not self._not_taken(code, words) else None

    def _not_taken(self, code: int, words: str) -> type[ModelError] | None:
        """What it is called that the server refuses this one conversation, for its length or for what it says."""
        if code in (400, 413, 422, 500) and _NO_ROOM.search(words):
            return TooLong
        return ContentRefused if code in (400, 403, 422) and _UNWELCOME.search(words) else None

    def whole(self, response: httpx.Response) -> Chunk:
        """A whole answer, of a response that was read. Raises Fault."""
        chunk = self.chunk(response.text)
        if not chunk.choices:
            raise self.garbled("it answered without any choices")
        if not chunk.finish:
            chunk.choices[0].finish_reason = "stop"
        return chunk

    def chunk(self, data: str) -> Chunk:
        """One event's data; `[DONE]` is the end. Raises Fault."""
        if data.strip() == "[DONE]":
            return Chunk.model_validate({"choices": [{"finish_reason": "stop"}]})
        try:
            chunk = Chunk.model_validate_json(paired(data))
        except ValidationError:
            raise self.garbled(f"it answered {self.safe(data)!r}, which is no chat completion") from None
        if chunk.error:
            raise self._reported(self.safe(str(chunk.error)))
        return chunk

    def _reported(self, words: str) -> Fault:
        """The fault of an error that stands where an answer would."""
        cause = f"it reported an error ({words})"
        if _UNWELCOME.search(words):
            return Fault(ContentRefused, cause, _OTHERWISE, final=True)
        return Fault(EndpointRefused, cause, _BUSY)

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Every way in which httpx fails, as a fault."""
        try:
            yield
        except httpx.TimeoutException:
            raise self.silent() from None
        except httpx.ConnectError as error:
            raise Fault(EndpointRefused, f"no connection ({self.safe(str(error))})", _DOWN) from None
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise self.garbled(f"the connection broke ({self.safe(str(error)) or type(error).__name__})") from None

    def silent(self) -> Fault:
        """The server says nothing."""
        return Fault(EndpointTimeout, f"no answer for {self.timeout:g} s", _SLOW)

    def garbled(self, cause: str) -> Fault:
        """The server says what cannot be read."""
        return Fault(EndpointGarbled, cause, _NO_SENSE)

    def words(self, response: httpx.Response) -> str:
        """What the server says of a failure, without markup: how it begins, and what a chat template raised, which
        stands behind the template's source. What is repeated of the request is left out: it may say anything."""
        whole = re.sub(r"<[^>]*>", " ", response.text.partition(_REPEATED)[0])
        source, raised, why = whole.partition(_RAISED)
        return f"{self.safe(source)} {self.safe(raised + why)}" if raised else self.safe(whole)

    def safe(self, text: str) -> str:
        """`text`, short and without the key, which some servers repeat."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        text = " ".join(text.split())
        return text if len(text) <= _QUOTE else f"{text[:_QUOTE]}…"


def _told(url: httpx.URL) -> list[str]:
    """What a url's query says, as it was written and as it is meant."""
    written = [pair.partition("=")[2] for pair in url.query.decode("ascii").split("&")]
    meant = [value for _, value in url.params.multi_items()]
    return [value for value in (*written, *meant) if len(value) >= _TELLING]


def names_user(base_url: str) -> bool:
    """Whether a url says itself who asks. Raises EndpointRefused where it is no http(s) url."""
    return bool(_url(base_url).userinfo)


def _checked(api_key: str) -> str:
    """`api_key` as a header can hold it; keys that are read from files end in a line break, mostly."""
    key = api_key.strip()
    if not (key.isascii() and key.isprintable()):
        raise EndpointRefused(
            "the key for an endpoint holds a character that is no printable ASCII, so that it cannot be sent. Remedy: "
            "copy it once more into api_key=, or into EUDAIMON_API_KEY or OPENAI_API_KEY in the environment."
        )
    return key


def _url(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise EndpointRefused("an endpoint's url must look like http://host:port/v1. Remedy: pass such a url.")
    return url
