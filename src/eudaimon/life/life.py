"""A life: days with a council, nights that train, mornings that decide; resumable at any moment."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from shlex import quote
from types import TracebackType
from typing import Self

from eudaimon import memory
from eudaimon.dialogue import Conversation, Episode, PersonaRecord, Stage
from eudaimon.dialogue.plainjson import from_json
from eudaimon.errors import LifeError
from eudaimon.gold import Family, Hidden
from eudaimon.language import LanguageModel
from eudaimon.life import hidden, keeping
from eudaimon.life.authority import Authority, Rule, agree, unlearned
from eudaimon.life.forgetting import FORGETTING
from eudaimon.life.founding import Opened, clear, found, found_again, record_of
from eudaimon.life.guides import Guides
from eudaimon.life.holding import Holding
from eudaimon.life.limits import greet, limits, price, undecided, unopposed, unread, unseated, voiceless
from eudaimon.life.lineage import let_speak
from eudaimon.life.living import living
from eudaimon.life.manner import Manner
from eudaimon.life.nights import nights_from_json, reporting
from eudaimon.life.people import PeopleWorld
from eudaimon.life.probing import answered_before
from eudaimon.life.step import Chapter, Doing, Moment, Progress, Step, counting, steps
from eudaimon.life.tidings import of_night, told
from eudaimon.life.village import VillageWorld
from eudaimon.life.watching import Settled, Watch, answered
from eudaimon.life.world import World, recreated
from eudaimon.memory.place import directory_of, place_of
from eudaimon.night import Settings as NightSettings
from eudaimon.night import as_persona, sleep
from eudaimon.psyche import (
    Reply,
    Settings,
    Talk,
    check_undertone,
    converse,
    derived_seed,
    seal_of,
    speak,
)

TURNS = 64
"""Replies in one conversation, at most; people leave earlier."""


def _quiet(moment: Moment) -> None:
    """Nobody looks on."""


class Life:
    """A life in a directory of its own. Begin one with `Life.begin`, go on with `Life.open`.

    One process at a time lives it (`life.lock`); others may look on, talk to it and let another persona speak.
    Whatever is lived is stored at once, in pieces: a day by cohorts of conversations (against an endpoint by single
    ones), a night by stages. A life that is
    killed, opened again and lived on has the same rows as one that was never interrupted.

    Attributes:
        directory: holds `life.db` (or `store.url`, which says where the rows are), `personas/`, `gold/` and, without
            gradients, `packs/`.
        model: what speaks and judges.
        store: its rows.
        record: what it was begun with.
        world: who talks to it.
        manner: how it speaks and who judges.
        nights: how its nights are spent.
        rule: the authority that it is under, which is asked before every turn, night and charter; None for none.
    """

    def __init__(
        self,
        directory: Path,
        model: LanguageModel,
        store: memory.Store,
        record: memory.Life,
        greeting: Sequence[str] = (),
    ) -> None:
        settings = record.settings
        guides = from_json(Guides, settings["guides"])
        self.directory, self.model, self.store, self.record = directory, model, store, record
        self._greeting = greeting
        self._asked: int | None = None  # the last round of probes that this process saw whole
        self.world: World = recreated(record.world, settings["world"])
        self.manner = from_json(Manner, settings["manner"])
        under = settings.get("authority")
        self.rule = Rule(from_json(Authority, under), directory) if under else None
        self.charter = self.rule.charter() if self.rule else guides.read_charter()
        self.archetypes = guides.read_archetypes()
        store.put_seals(seal_of(archetype) for archetype in self.archetypes.values())  # raises where one was changed
        self.nights = nights_from_json(settings["nights"], self.speech())
        self.council = self.manner.council(model, self.archetypes)
        self._speak_as(self.persona())
        self._catch_up()

    @classmethod
    def begin(
        cls,
        directory: str | Path,
        model: LanguageModel,
        *,
        seed: int = 1,
        world: World | None = None,
        manner: Manner | None = None,
        nights: NightSettings | None = None,
        charter: str | Path | None = None,
        archetypes: str | Path | None = None,
        authority: Authority | None = None,
        family: Family | None = None,
        hidden_seed: int | None = None,
        opened: Opened | None = None,
        store: str | None = None,
        fresh: bool = False,
    ) -> Self:
        """Begin a life, or go on with the one that was begun in `directory` with the same arguments.

        Args:
            directory: the life's own; it is made.
            model: what speaks and judges.
            seed: of everything that is drawn; the same seed and model give the same life.
            world: who talks to it; by default the village of this seed.
            manner: how it speaks and who judges.
            nights: how its nights are spent; their `speech` is the manner's.
            charter, archetypes: YAML files of a person's own, instead of the shipped charter and beside the shipped
                archetypes.
            authority: a ledger that rules over it: the charter is the one in force there, now and at every later step,
                and a `charter` that is given has to be that one.
            family, hidden_seed: the hidden half of a village, by which gold is computed. Nothing else depends on it.
            opened: how the model was opened, kept so that it can be opened again.
            store: the URL of a PostgreSQL database in which its rows are kept (`postgresql://user@host/name`), instead
                of the directory. It holds this life alone, and is remembered in the directory.
            fresh: remove the life that is there first, once nothing that can be known beforehand stands in the way of
                the new one.

        Raises:
            LifeError: another life was begun here, or in that database; says what differs.
            StoreError: the database cannot be used.
            InputError: a file that a person wrote cannot be used, or the directory is a URL.
            EndpointError: the model does not answer, or without a word that can be read.
            ActRefused: the authority does not let this charter be loaded, or this persona speak.
        """
        place, world, manner = directory_of(directory), world or VillageWorld(village=seed % 100), manner or Manner()
        guides = Guides.read(charter, archetypes)
        sealed = guides.read_archetypes()
        manner.council(model, sealed)  # raises before anything is made, as the next two do
        check_undertone(model, manner.speech(seed, guides.read_charter(), sealed).undertone)
        if authority:
            agree(authority, charter)
        if store is not None:
            keeping.agree(place, store, fresh=fresh)
        greeting = greet(model, next(iter(sealed.values())))
        if fresh:
            clear(place)
        record = record_of(model, seed, world, manner, nights or NightSettings(), guides, opened or {}, authority)
        buried = Hidden(derived_seed(seed, "hidden") if hidden_seed is None else hidden_seed, family or Family())
        rows = found(place, record, model, sealed, buried if world.name == VillageWorld.name else None, store)
        return cls(place, model, rows, record, greeting)

    @classmethod
    def open(cls, directory: str | Path, model: LanguageModel) -> Self:
        """Go on with the life in `directory`.

        Raises:
            StoreError: there is no store in it.
            LifeError: no life has begun in it, or it was begun with another model, version, charter or people's file.
            InputError: it is a URL.
        """
        place = directory_of(directory)
        return cls(place, model, *found_again(place, model))

    # What is to come, and what was.

    @property
    def next(self) -> Step:
        """The first step that is not done."""
        slept = sum(night.stage is Stage.MORNING for night in self.store.nights())
        coming = (Step(Doing.PROBES, slept), Step(Doing.DAY, slept + 1), Step(Doing.NIGHT, slept + 1))
        return next(step for step in coming if not self.done(step))

    def remaining(self, days: int) -> list[Step]:
        """What is left of a life of `days` days and nights."""
        return [step for step in steps(days) if not self.done(step)]

    def done(self, step: Step) -> bool:
        """Whether a step is done to its end. What somebody let it forget is missing, and is not asked for again: a day
        whose night has begun is done, and so is one of which something was forgotten."""
        night = self.store.night(step.number)
        if step.doing is Doing.NIGHT:
            return night is not None and night.stage is Stage.MORNING
        held = {episode.id for episode in self._episodes(step)}
        if all(talk.id in held for talk in self._talks(step)) or (night and step.doing is Doing.DAY):
            return True
        ends = {str(step.doing)} | ({FORGETTING} if step.doing is Doing.DAY else set())
        return any(event.kind in ends and event.day == step.number for event in self.store.events())

    def persona(self) -> PersonaRecord:
        """The persona that speaks."""
        return self.store.current_persona()

    @property
    def voice(self) -> LanguageModel:
        """What the persona speaks with: the model, with its adapter or lessons."""
        return self._voice

    @property
    def lessons(self) -> str:
        """What the persona has learned where weights cannot be trained: a text before every conversation."""
        return self._lessons

    def speech(self, *, greedy: bool = False, undertone: Mapping[str, float] | None = None) -> Settings:
        """How the persona speaks, as the life's manner (or, instead of its own, this undertone) and its charter now
        have it."""
        manner = self.manner if undertone is None else replace(self.manner, undertone=undertone)
        return manner.speech(self.record.seed, self.charter, self.archetypes, greedy=greedy)

    def refresh(self) -> PersonaRecord:
        """The persona that speaks, also where another process let it: its weights or lessons are then taken up."""
        record = self.persona()
        if record.id != self._speaking:
            self._speak_as(record)
        return record

    def writer(self, wait: float) -> memory.Store:
        """The life's rows once more, for whoever writes beside it in haste: waits `wait` seconds for others, at most,
        and not for the disk."""
        return memory.Store.open(place_of(self.directory), create=False, wait=wait, flush=False)

    def limits(self) -> list[str]:
        """What the model can and cannot do, and what it costs; one line each."""
        costs = price(self.model, self.archetypes, self.manner.pool, self.manner.seats)
        return [*limits(self.model), *costs]

    def warnings(self) -> list[str]:
        """What will not be as a person may expect: that no verdict of the model's could be read when the life began,
        or that it said nothing or thought aloud, whose words it cannot read, who does not come, a gate at which nothing
        can be adopted, which archetype of their own sits in no council of this life or means nothing to the model, and
        whom nobody pulls against. One line each, mostly none."""
        never = self.world.unasked() if isinstance(self.world, PeopleWorld) else ""
        return [
            *self._greeting,
            *unread(self.model, self.world),
            *([never] if never else []),
            *undecided(self.world, self.nights.confidence),
            *unseated(self.archetypes, self.manner.pool),
            *voiceless(self.model, self.archetypes, self.manner.pool),
            *unopposed(self.archetypes, self.manner.pool),
        ]

    # Living.

    def live(self, days: int = 3, progress: Progress = _quiet) -> Iterator[Chapter]:
        """Live until there were `days` days and nights in all; a chapter for every step that was left, as it is done.

        Raises:
            EndpointError, StoreError: as they come. What was lived before stays; call `live` again to go on.
        """
        for step in self.remaining(days):
            yield self.take(step, progress)

    def day(self, progress: Progress = _quiet) -> list[Chapter]:
        """Live the next day, to its end if it was begun. LifeError where a night comes first."""
        return [self.take(step, progress) for step in self.due(Doing.DAY)]

    def sleep(self, progress: Progress = _quiet) -> list[Chapter]:
        """Sleep the next night, to its end if it was begun, and ask the probes. LifeError where a day comes first."""
        return [self.take(step, progress) for step in self.due(Doing.NIGHT)]

    def due(self, doing: Doing) -> list[Step]:
        """The steps that the next day, or the next night, is made of: probes belong to the night before.

        Raises:
            LifeError: the other one comes first.
        """
        first = self.next
        asked = [first] if first.doing is Doing.PROBES else []
        then = Step(Doing.DAY, first.number + 1) if asked else first
        if asked and first.number and doing is Doing.NIGHT:
            return asked  # the night is over but for them
        if then.doing is not doing:
            how = "sleep" if then.doing is Doing.NIGHT else "day"
            raise LifeError(f"{then} comes first; go on with: eudaimon {how} --directory {quote(str(self.directory))}")
        return [*asked, then] if doing is Doing.DAY else [then, Step(Doing.PROBES, then.number)]

    def take(self, step: Step, progress: Progress = _quiet) -> Chapter:
        """Do what is left of a step; `next` says which one is due.

        Raises:
            LifeError: another process does one just now.
        """
        with living(self.directory):
            self.refresh()
            self._obey()
            start, left = time.monotonic(), not self.done(step)
            if step.doing is Doing.NIGHT:
                chapter = self._sleep(step, progress)
            else:
                if left:
                    self._converse(step, progress)
                chapter = told(step, self._episodes(step), self._valued(step))
            if left:
                seconds = time.monotonic() - start
                self.store.log(memory.PROCESS, f"{step} took {seconds:.1f} s", **step.place)
        return chapter

    def reply(
        self,
        conversation: Conversation,
        watch: Watch = lambda decision: None,
        settled: Settled = lambda text: None,
        *,
        person: str | None = "",
        undertone: Mapping[str, float] | None = None,
    ) -> Reply:
        """What the persona says next in a conversation that is no part of the life; nothing of it is stored.

        Whoever speaks by now says it, also where another process let them. Where the model can, it speaks ahead of its
        council.

        Args:
            conversation: up to what was said last.
            watch: told every decision.
            settled: told what stands of the reply and will not be taken back, as often as that grows.
            person: who talks, by public key: under an authority, what they consented to. Empty: somebody unknown; None:
                nobody, a generated villager.
            undertone: colours the speech instead of the life's own; see `Manner`.

        Raises:
            ActRefused: the authority does not let it speak.
            InputError: the undertone names somebody who is no archetype here.
            CapabilityError: the model takes no undertone.
        """
        self.refresh()
        settings = self.terms(person, self.speech(undertone=undertone))
        settings = replace(settings, seed=derived_seed(settings.seed, "aside", [m.content for m in conversation]))
        return answered(speak(conversation, settings), self._voice, self.council, watch, settled)

    def terms(self, person: str | None, settings: Settings) -> Settings:
        """How the next turn to a person is spoken, where it would be as `settings` say. What the authority has changed
        is taken in.

        Args:
            person: see `reply`.

        Raises:
            ActRefused: the authority does not let the persona speak.
        """
        self._obey()
        return self.rule.terms(person, settings) if self.rule else settings

    def rollback(self, persona: str) -> PersonaRecord:
        """Let another persona speak from now on: the one whose id begins with `persona`.

        Raises:
            LifeError: there is none, or several.
        """
        record = let_speak(self.store, persona)
        self._speak_as(record)
        return record

    def report(self, out: str | Path | None = None) -> Path:
        """Write the report of this life to `out`; by default to `report.html` in its directory."""
        from eudaimon.report import write_report

        return write_report(self.directory, Path(out or self.directory / "report.html"), store=self.store)

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _speak_as(self, record: PersonaRecord) -> None:
        self._voice, self._speaking = as_persona(self.model, record, self.directory), record.id
        self._lessons = record.lessons

    def _converse(self, step: Step, progress: Progress) -> None:
        """Hold what is left of a day's conversations or of the probes."""
        talks, held = self._talks(step), {episode.id for episode in self._episodes(step)}
        hold = partial(
            converse,
            model=self._voice,
            settings=self.speech(greedy=step.doing is Doing.PROBES),
            day=step.number,
            persona=self._speaking,
            source=self._source(step),
            max_turns=TURNS,
        )
        over, keep = counting(step, len(talks), progress), partial(self._keep, step)
        whole = step.doing is Doing.PROBES and not held
        holding = Holding(hold, self.council, self._terms, keep, self.manner.cohort, over)
        if known := self._known(step, talks) if whole else []:
            over(len(known))
            keep(known, True)
            self.store.log(memory.PROCESS, f"{step}: the same persona as before, and so are its answers", **step.place)
        elif self.model.capabilities.remote:
            holding.one_by_one(talks, held)
        else:
            holding.by_cohorts(talks, held, self.model, apart=self.rule is None)  # its ledger is read in one process
        if whole:
            self._asked = step.number

    def _known(self, step: Step, talks: Sequence[Talk]) -> list[Episode]:
        """The last round's answers, where they would be this one's: asked by this process, of a model that repeats
        itself, and under no authority, which may have changed its charter."""
        if self.rule or self.model.capabilities.remote or self._asked != step.number - 1:
            return []
        return answered_before(self._episodes(Step(Doing.PROBES, step.number - 1)), talks, self._speaking, step)

    def _keep(self, step: Step, episodes: Sequence[Episode], last: bool) -> None:
        """Store episodes, and with the last ones of a step that the step is done."""
        with self.store.transaction():
            self.store.add_episodes(episodes)
            if last:
                self.store.log(str(step.doing), told(step, self._episodes(step)).text, **step.place)

    def _valued(self, step: Step) -> float | None:
        """Write gold's page on a step that is done; its mean gold, or None where there is none."""
        return hidden.write_page(self.directory, step, self._episodes(step)) if self._golden else None

    def _catch_up(self) -> None:
        """Write the pages of gold that a killed process left unwritten: they come after the rows that they value."""
        for step in steps(len(self.store.nights()) + 1) if self._golden else ():
            missing = step.doing is not Doing.NIGHT and not hidden.page(self.directory, step).exists()
            if missing and self._talks(step) and self.done(step):
                self._valued(step)

    @property
    def _golden(self) -> bool:
        """Whether gold is computed: of the village alone."""
        return self.world.name == VillageWorld.name

    def _obey(self) -> None:
        """Take in what the authority has changed: the charter in force, and who may not be learned from any more."""
        if self.rule is None:
            return
        self.charter = self.rule.charter()
        self.nights = replace(self.nights, speech=self.speech())
        if before := unlearned(self.store, self.rule):
            let_speak(self.store, before.id, "somebody lets it learn from them no longer")
            self._speak_as(self.persona())

    def _terms(self, talk: Talk, settings: Settings) -> Settings:
        if self.rule is None:
            return settings
        return self.rule.terms(None if self._golden else str(talk.visible.get("person", "")), settings)

    def _sleep(self, step: Step, progress: Progress) -> Chapter:
        if self.rule:
            self.rule.require("learn")
        self.model.forget()
        night = sleep(
            self.store,
            self.model,
            self.council,
            self.charter,
            self.nights,
            number=step.number,
            directory=self.directory,
            gate_talks=self._gate(step.number),
            progress=reporting(step, progress),
            learns=self.rule.learns if self.rule else lambda episode: True,
        )
        self._speak_as(self.persona())
        return of_night(step, night)

    def _gate(self, night: int) -> list[Talk]:
        """Who stands at the gate: of people, those who let the persona learn from what they say."""
        talks = self.world.gate(night)
        return self.rule.learnable(talks) if self.rule and not self._golden else talks

    def _talks(self, step: Step) -> list[Talk]:
        """The conversations of a day, or the probes under the names that they have after a night."""
        if step.doing is Doing.DAY:
            return self.world.talks(step.number)
        return [replace(talk, id=f"probe-{step.number}/{talk.id}") for talk in self.world.probes()]

    def _episodes(self, step: Step) -> list[Episode]:
        return self.store.episodes(step.number, self._source(step))

    def _source(self, step: Step) -> str:
        return self.world.name if step.doing is Doing.DAY else "probe"
