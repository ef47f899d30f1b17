"""Any Hugging Face causal language model with a chat template, run here: batched, with caches, with an adapter.

Models born with voices render a council's turns themselves and choose among single tokens; all others are asked in
plain English (`dialect`). A persona's adapter lives in a copy of the modules, so that the base weights, by which
archetypes judge, are never touched.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch

from eudaimon.dialogue import Conversation, open_reply
from eudaimon.errors import InputError, TooLong
from eudaimon.language.admission import Lane, Scheduler
from eudaimon.language.batching import Job, batches
from eudaimon.language.blending import Undertone
from eudaimon.language.decoding import Lockstep, Task, Written, noise_key
from eudaimon.language.model import Branch, Capabilities, Extend, Extension, Score, Usage, Voice, Weighed
from eudaimon.language.network import Network
from eudaimon.language.opening import adapted, end_ids, fingerprint, load, most_read, name_of, template_text
from eudaimon.language.reading import Ids, Reader, read_on
from eudaimon.language.state import State, load_state
from eudaimon.language.template import Template, agreeing
from eudaimon.language.track import Track, right_padded
from eudaimon.language.verdict import asking, heard

CACHE_BYTES = 2**30
MOST_TOKENS = 2**17
"""Batches are cut so that their caches stay below both, unless `batch_tokens` says otherwise. As much again is kept of
what was read last, by the base weights and by a persona's."""

CPU_TOKENS = 2**16
"""On a CPU batches stay below this, too: rows are counted with all that they have read, and with twice as many the
embedded model says no more in a second."""

SPARE = 16
"""Positions of the model's context that are kept free for the words that close a comment."""


class LocalModel:
    """A model in this process.

    Args:
        model: a `transformers` causal language model.
        tokenizer: its fast tokenizer.
        template: a Jinja chat template instead of the tokenizer's own: its text, or the path of a file.
        name: what to call it; the content hash of its weights is appended.
        batch_tokens: at most so many tokens (rows x length) share a batch, and as many are kept of what was read last;
            by default as many as 1 GiB of cache holds, states included, and on a CPU smaller batches.
        share: False copies what voices have in common, a copy for each; for measuring what sharing saves.

    Raises:
        TemplateError: there is no chat template, or one that cannot be used.
        ModelError: the tokenizer or the model is of a kind that cannot be used here.
    """

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        *,
        template: str | Path | None = None,
        name: str = "model",
        batch_tokens: int | None = None,
        share: bool = True,
    ) -> None:
        voices = frozenset((getattr(model.config, "eudaimon", None) or {}).get("voices", ()))
        self.model, self.tokenizer, self.usage = model, tokenizer, Usage()
        self._template = Template(tokenizer, template_text(template), voices, name)
        network, self._share = Network(model, share), share
        self._kept_tokens = batch_tokens or min(MOST_TOKENS, CACHE_BYTES // max(1, network.traits.bytes_per_token))
        few = batch_tokens is None and network.device.type == "cpu"
        self._batch_tokens = min(CPU_TOKENS, self._kept_tokens) if few else self._kept_tokens
        self._most = math.inf if batch_tokens else CACHE_BYTES
        self._base = Reader(network, self._kept_tokens, self._most)
        self._persona, self._adapter, self._bare = self._base, "", False
        self._ends = self._template.ends | end_ids(model, tokenizer)
        self.name = f"{name}@{fingerprint(model)[:12]}"
        self.capabilities = Capabilities(
            gradients=True,
            logprobs=True,
            scores=True,
            state=True,
            blend=True,
            together=True,
            admits=True,
            voices=voices,
        )

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        threads: int | None = None,
        dtype: str = "float32",
        device: str = "cpu",
        template: str | Path | None = None,
        batch_tokens: int | None = None,
    ) -> LocalModel:
        """Load a directory, or a hub id where the hub may be reached.

        Args:
            threads: of the CPU, for the whole process; None leaves them as they are.
            dtype: `float32`, `bfloat16` or `float16`.

        Raises:
            InputError: there is no such directory, dtype or device, or the directory holds no model.
            ModelError: it cannot be loaded.
            TemplateError: it has no chat template, or one that cannot be used.
        """
        if threads:
            torch.set_num_threads(threads)
        model, tokenizer = load(path, dtype, device)
        return cls(model, tokenizer, template=template, name=name_of(path), batch_tokens=batch_tokens)

    @property
    def template(self) -> Template:
        """How conversations become tokens here. Training reads by it too, so that what is learned is what is said."""
        return self._template

    @contextmanager
    def base(self) -> Iterator[None]:
        """Within it every request is answered by the base weights, also those that are not sealed."""
        before, self._bare = self._bare, True
        try:
            yield
        finally:
            self._bare = before

    def load_adapter(self, path: str | Path | None) -> None:
        """Speak with the LoRA adapter in this directory (PEFT's format) from now on; with None, as born.

        Raises:
            InputError: there is no adapter.
            ModelError: it was made for another model.
        """
        if path is None:
            self._persona, self._adapter = self._base, ""
            return
        weights = Path(path) / "adapter_model.safetensors"
        if not weights.is_file():
            raise InputError("here is no adapter_model.safetensors. Give a directory that PEFT wrote.", path=path)
        self._persona = Reader(Network(adapted(self.model, path), self._share), self._kept_tokens, self._most)
        self._adapter = hashlib.sha256(weights.read_bytes()).hexdigest()[:12]

    def forget(self) -> None:
        """Drop what is kept of earlier prompts. Answers stay the same (up to rounding); whoever changes the weights of
        `model` in place must call it."""
        self._base.forget()
        self._persona.forget()

    @torch.inference_mode()
    def extend(self, requests: list[Extend]) -> list[Extension]:
        """Continue each conversation; see `LanguageModel.extend`. Equal conversations of a batch are read once."""
        written = self._work([self._extending(request) for request in requests])
        return [Extension(said.text, said.finish, said.tokens, said.logprob) for (said,) in written]

    @torch.inference_mode()
    def branch(self, requests: list[Branch]) -> list[tuple[Voice, ...]]:
        """Hear each conversation's voices; see `LanguageModel.branch`. What they share is read once a conversation."""
        written = self._work([self._branching(request) for request in requests])
        return [tuple(heard(said) for said in voices) for voices in written]

    @torch.inference_mode()
    def together(
        self, extends: list[Extend], branches: list[Branch]
    ) -> tuple[list[Extension], list[tuple[Voice, ...]]]:
        """`extend` and `branch` at once: rows on the same weights share their forward passes and, where one
        conversation is asked for words and for voices, its trunk."""
        written = self._work([*map(self._extending, extends), *map(self._branching, branches)])
        said = [Extension(said.text, said.finish, said.tokens, said.logprob) for (said,) in written[: len(extends)]]
        return said, [tuple(heard(said) for said in voices) for voices in written[len(extends) :]]

    def scheduler(self) -> Scheduler:
        """Answers requests that come in while others are under way; see `Scheduler`. Several share nothing but what
        was read. An adapter that is loaded meanwhile speaks from the next request on."""
        return Scheduler(self._prepared, self._lanes())

    @torch.inference_mode()
    def score(self, requests: list[Score]) -> list[tuple[float, ...]]:
        """Summed log-probabilities of the continuations; see `LanguageModel.score`. A prompt is read once."""
        jobs = [self._scoring(request) for request in requests]
        answers: list[tuple[float, ...]] = [()] * len(requests)
        for reader, batch in self._batches(jobs):
            track = self._read(reader, [jobs[i] for i in batch])
            suffixes = [suffix for i in batch for suffix in jobs[i].suffixes]
            padded = right_padded(suffixes, reader.network.device)
            totals = iter(track.follow(*padded, mute=self._template.mark).tolist())
            self.usage.encoded += sum(map(len, suffixes))
            for i in batch:
                answers[i] = tuple(next(totals) for _ in jobs[i].suffixes)
        return answers

    @torch.inference_mode()
    def weigh(self, conversation: Conversation, text: str, *, top: int = 0, sealed: bool = False) -> list[Weighed]:
        """The tokens of `text` as the next part of the open reply, each with its log-probability and those of the `top`
        most probable tokens in its place. Their sum is what `score` gives."""
        prompt, reader = self._template.prompt(conversation), self._reader(sealed)
        ids = self._template.encode(prompt.held + text)
        self._fitting(len(prompt.ids) + len(ids), 0)
        if not ids:
            return []
        track, answer = reader.read([prompt.ids], len(ids), self.usage), list[Weighed]()
        for start, part, known in track.weighed(torch.tensor([ids], device=reader.network.device), self._template.mark):
            for place, token in enumerate(part[0].tolist(), start):
                said = [self._template.decode(ids[:end], prompt) for end in (place, place + 1)]
                best = known[0, place - start].topk(top) if top else None
                pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True) if best else ()
                instead = tuple((self.tokenizer.decode([other]), chance) for other, chance in pairs)
                answer.append(Weighed(said[1][len(said[0]) :], known[0, place - start, token].item(), instead))
        self.usage.encoded += len(ids)
        return answer

    @torch.inference_mode()
    def remember(self, conversation: Conversation, *, after: State | None = None, sealed: bool = False) -> State:
        """Read a conversation and keep what that leaves in the model; `after` a state, only what is new in it is read.

        Raises:
            ModelError: `after` is of other weights, or has read something else.
        """
        ids, reader = self._template.prompt(conversation).ids, self._reader(sealed)
        track = reader.read([ids], 0, self.usage) if after is None else self._resumed(after, ids, sealed)
        return State(self._owner(sealed), ids, track.cache, track.logits)

    def recall(self, path: str | Path, *, sealed: bool = False) -> State:
        """A state that was saved with `State.save`, by this model with this adapter.

        Raises:
            InputError: there is none.
            ModelError: another model, or another adapter, made it.
        """
        network = self._reader(sealed).network
        return load_state(path, self._owner(sealed), network.cache(0), network.device)

    @torch.inference_mode()
    def resume(self, state: State, request: Extend) -> Extension:
        """`extend` for a conversation that begins with what `state` has read; only what is new in it is read."""
        job = self._extending(request)
        talk = self._talk()
        talk.admit(self._resumed(state, job.prefix, request.sealed), job.tasks)
        while not (over := talk.step()):
            talk.advance()
        said = over[0].written
        return Extension(said.text, said.finish, said.tokens, said.logprob)

    def _resumed(self, state: State, ids: Ids, sealed: bool) -> Track:
        state.check(self._owner(sealed))
        network, rest = self._reader(sealed).network, state.rest(ids)
        known = Track.resumed(network, self.usage, state.cache, len(state.ids), state.logits)
        return read_on(known.fork(torch.tensor([0], device=network.device)), [rest], 0, self.usage)

    def _reader(self, sealed: bool) -> Reader:
        return self._base if sealed or self._bare else self._persona

    def _on_base(self, sealed: bool) -> bool:
        """Whether the base weights answer: always, where no adapter is loaded."""
        return self._reader(sealed) is self._base

    def _owner(self, sealed: bool) -> str:
        adapter = "" if self._on_base(sealed) else f"+{self._adapter}"
        return self.name + adapter

    def _batches(self, jobs: Sequence[Job]) -> Iterator[tuple[Reader, list[int]]]:
        """Batches of indices, each for one set of weights."""
        for sealed in (True, False):
            alike = [i for i, job in enumerate(jobs) if job.suffixes and job.sealed == sealed]
            reader = self._reader(sealed)
            for batch in batches(jobs, alike, partial(self._fits, reader)):
                yield reader, batch

    def _fits(self, reader: Reader, rows: int, tokens: int) -> bool:
        return tokens <= self._batch_tokens and reader.fits(rows, tokens)

    def _read(self, reader: Reader, jobs: Sequence[Job]) -> Track:
        """A row for each suffix of each job, which has read the job's prefix."""
        prefixes = [job.prefix for job in jobs for _ in job.suffixes]
        return reader.read(prefixes, max(job.room for job in jobs), self.usage)

    def _work(self, jobs: Sequence[Job]) -> list[list[Written]]:
        """What the rows of each job write; the like lengths come in together."""
        answers: list[list[Written]] = [[] for _ in jobs]
        scheduler = self.scheduler()
        for number in sorted(range(len(jobs)), key=lambda i: len(jobs[i].prefix)):
            scheduler.submit(jobs[number], partial(answers.__setitem__, number))
        scheduler.run()
        return answers

    def _prepared(self, request: Extend | Branch) -> Job:
        return self._branching(request) if isinstance(request, Branch) else self._extending(request)

    def _lanes(self) -> Callable[[Job], Lane]:
        """Where each job speaks: one lane for each set of weights, with and without undertones."""
        known: dict[tuple[Reader, bool], Lane] = {}

        def lane(job: Job) -> Lane:
            reader, coloured = self._reader(job.sealed), bool(job.hidden)
            if (reader, coloured) not in known:
                for old in [one for one in known if one[0] not in (self._base, self._persona)]:
                    if not known[old].busy:  # nobody speaks by those weights any more
                        del known[old]
                colour = self._coloured if coloured else None
                known[reader, coloured] = Lane(reader, self._batch_tokens, self._talk(), self.usage, colour)
            return known[reader, coloured]

        return lane

    def _talk(self) -> Lockstep:
        return Lockstep(self._template, self._ends, self.usage)

    def _coloured(self, persona: Track, jobs: Sequence[Job]) -> Undertone:
        """The rows of `persona` with their undertones."""
        hidden = [(row, ids, weight) for row, job in enumerate(jobs) for ids, weight in job.hidden]
        room = max(job.room for job in jobs)
        beside = self._base.read([ids for _, ids, _ in hidden], room, self.usage)
        return Undertone(persona, beside, [row for row, *_ in hidden], [weight for *_, weight in hidden])

    def _extending(self, request: Extend) -> Job:
        prompt = self._template.prompt(request.conversation)
        limit = self._fitting(len(prompt.ids), request.max_tokens)
        task = Task(
            prompt,
            limit,
            tuple(filter(None, request.stop)),
            request.temperature,
            noise_key(request.seed),
            begins=not open_reply(request.conversation).strip(),
        )
        hidden: list[tuple[Ids, float]] = []
        if request.blend:
            hidden.append((prompt.ids, -sum(request.blend.weight)))
            for voice, weight in zip(request.blend.voices, request.blend.weight, strict=True):
                coloured = self._template.coloured(request.conversation, voice)
                hidden.append((self._template.prompt(coloured).ids, weight))
        return Job(prompt.ids, tasks=(task,), sealed=self._on_base(request.sealed), hidden=tuple(hidden))

    def _branching(self, request: Branch) -> Job:
        if not request.voices:
            return Job((), ())
        asked = [asking(self._template, request, voice) for voice in request.voices]
        prompts = [task.prompt.ids for task in asked]
        # What is shared ends with the conversation, so that the next prompt of the same conversation begins with it.
        trunk = agreeing(self._template.prompt(request.conversation).ids, *prompts)
        limit = self._fitting(max(map(len, prompts)), request.max_tokens)
        tasks = tuple(replace(task, limit=limit) for task in asked)
        return Job(
            prompts[0][:trunk], tuple(prompt[trunk:] for prompt in prompts), tasks, self._on_base(request.sealed)
        )

    def _scoring(self, request: Score) -> Job:
        prompt = self._template.prompt(request.conversation)
        suffixes = tuple(self._template.encode(prompt.held + text) for text in request.continuations)
        self._fitting(len(prompt.ids) + max(map(len, suffixes), default=0), 0)
        return Job(prompt.ids, suffixes, sealed=self._on_base(request.sealed))

    def _fitting(self, length: int, limit: int) -> int:
        """How many of `limit` tokens the model's context has room for behind `length` others."""
        most = most_read(self._base.network.config) or length + limit + SPARE
        if length + SPARE > most:
            raise TooLong(
                f"this conversation takes {length} tokens, and {self.name} reads {most} at most ({SPARE} kept free). "
                "Shorten its notes, or begin a new conversation."
            )
        return min(limit, most - length - SPARE)
