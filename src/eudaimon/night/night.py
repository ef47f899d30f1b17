"""A night: replay, commentary, dreams, signals, consolidation, the morning gate.

Each stage reads only what is stored, and its product is stored, with the stage, in one transaction, before the next
begins. What a stage computes follows from what is stored, and from seeds made of the life's seed, the night's number
and the name of the thing at hand. So a night that was killed at any moment, and is called again, comes to the same end:
nothing is lost, nothing is learned from twice, and no persona is half-written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, cast

from eudaimon.dialogue import Episode, GateReport, Night, PersonaRecord, SignalKind, Stage
from eudaimon.errors import LifeError
from eudaimon.language import LanguageModel
from eudaimon.language.shares import shared_out
from eudaimon.night import consolidation, dreams, gate, replay
from eudaimon.night.commentary import comment, known_from
from eudaimon.night.critic import CouncilCritic, Critic
from eudaimon.night.marks import mark
from eudaimon.night.settings import Settings
from eudaimon.night.signals import Tries, draw, try_all
from eudaimon.night.speaking import as_persona
from eudaimon.night.trying import Bench
from eudaimon.night.turns import turns
from eudaimon.psyche import Council, Progress, Talk, derived_seed
from eudaimon.values import Charter

if TYPE_CHECKING:
    from eudaimon.language.local import LocalModel
    from eudaimon.memory import Store

Learns = Callable[[Episode], bool]
"""Whether an episode may be learned from; asked anew before every stage that reads the day."""

Watch = Callable[[Sequence[Tries]], None]
"""Told what was tried, before anything is made of it."""

Report = Callable[[str, int, int], None]
"""Told what the night is at, how much of it is done, and of how much."""


def sleep(
    store: Store,
    model: LanguageModel,
    council: Council | Critic,
    charter: Charter,
    settings: Settings,
    *,
    number: int,
    directory: Path,
    gate_talks: Sequence[Talk],
    progress: Report = lambda what, done, total: None,
    until: Stage = Stage.MORNING,
    seed: int | None = None,
    learns: Learns = lambda episode: True,
    watch: Watch = lambda tries: None,
) -> Night:
    """Spend night `number`, which follows the day of that number, or go on with it where it was left.

    Afterwards `model` speaks as the persona that the morning adopted or kept (where that is a matter of lessons, use
    `as_persona`).

    Args:
        store: the life's; its life has begun, and a persona speaks in it.
        model: whose persona sleeps.
        council: who judges: the council itself, or any critic in its place.
        charter: its floors on visible text bound what is learned, and the gate.
        settings: the same at every call of one night.
        number: 1-based.
        directory: the life's; adapters are written to `personas/`, data packs to `packs/`.
        gate_talks: held-out conversations for the morning; never replayed, dreamt or tested on.
        progress: told about every stage.
        until: the stage after which to stop; another call goes on from there.
        seed: of all that is drawn tonight, the same at every call; by default it follows from the life's seed.
        learns: which episodes may be learned from.
        watch: told what was tried tonight, if that is not stored already.

    Raises:
        LifeError: no life has begun in the store.
    """
    life = store.life()
    if life is None:
        raise LifeError(f"no life has begun in {store.name}, so no night can follow; begin one")
    critic = (
        CouncilCritic.of(council, settings.speech.points, settings.whole) if isinstance(council, Council) else council
    )
    drawn = derived_seed(life.seed, "night", number) if seed is None else seed
    sleeper = _Sleeper(
        store, model, critic, charter, settings, number, directory, gate_talks, progress, drawn, learns, watch
    )
    night = store.night(number) or sleeper.fall_asleep()
    stages = list(Stage)
    while stages.index(night.stage) < stages.index(until):
        night = sleeper.go_on(night)
    as_persona(model, store.current_persona(), directory)
    return night


@dataclass(frozen=True, slots=True)
class _Product:
    """What a stage has made: `write` stores it, inside the transaction that stores the stage."""

    write: Callable[[], None] = lambda: None
    figures: dict[str, float] = field(default_factory=dict)
    candidate: str = ""
    gate: GateReport | None = None


@dataclass(frozen=True, slots=True)
class _Sleeper:
    """A night under way: everything that its stages need."""

    store: Store
    model: LanguageModel
    critic: Critic
    charter: Charter
    settings: Settings
    number: int
    directory: Path
    gate_talks: Sequence[Talk]
    progress: Report
    seed: int
    learns: Learns
    watch: Watch

    def fall_asleep(self) -> Night:
        """The night at dusk."""
        night = Night(self.number, Stage.DUSK, self.store.current_persona().id)
        self.store.put_night(night)
        return night

    def go_on(self, night: Night) -> Night:
        """The night one stage later."""
        started, stage = time.monotonic(), night.stage.next
        self.progress(stage, 0, 1)
        self.model.forget()
        product = self._stages()[stage](night)
        took = {f"{stage} seconds": time.monotonic() - started}
        later = replace(
            night,
            stage=stage,
            candidate=product.candidate or night.candidate,
            figures={**night.figures, **product.figures, **took},
            gate=product.gate or night.gate,
        )
        with self.store.transaction():
            product.write()
            self.store.put_night(later)
        self.progress(stage, 1, 1)
        return later

    def _stages(self) -> dict[Stage, Callable[[Night], _Product]]:
        return {
            Stage.REPLAYED: self._replay,
            Stage.COMMENTED: self._comment,
            Stage.DREAMT: self._dream,
            Stage.SIGNALLED: self._signal,
            Stage.CONSOLIDATED: self._consolidate,
            Stage.JUDGED: self._judge,
            Stage.MORNING: self._wake,
        }

    def _replay(self, night: Night) -> _Product:
        day = [one for one in self.store.unconsumed(self.number) if one.source not in replay.LEFT_OUT]
        day = [one for one in day if self.learns(one)]
        model = self._persona(night.persona)
        surprise, regret = replay.surprises(model, day), [0.0] * len(day)
        if len(day) > self.settings.replays:
            regret = replay.regrets(model, self.critic, day, self.settings, self.seed)
        chosen = replay.choose(day, surprise, regret, self.settings, self.seed)

        def write() -> None:
            self.store.mark_consumed([one.episode.id for one in chosen], self.number)
            for one in chosen:
                self._log("replay", f"{one.episode.id}: {one.why}")

        figures = {"episodes": len(day), "replayed": len(chosen), "surprise": _mean(surprise)}
        if len(day) > self.settings.replays:  # a night with room for the whole day has no need to ask
            figures["regret"] = _mean(regret)
        return _Product(write, figures)

    def _day(self) -> list[Episode]:
        """What was chosen of the day and may still be learned from."""
        return [one for one in self.store.consumed(self.number) if self.learns(one)]

    def _dreamt(self, day: Sequence[Episode]) -> list[Episode]:
        """The night's dreams, if all that they may mix may still be learned from."""
        whole = len(day) == len(self.store.consumed(self.number))
        return self.store.episodes(self.number, "dream") if whole else []

    def _commented(self, day: Sequence[Episode]) -> list[Episode]:
        """The commentary on these episodes."""
        names = {one.id for one in day}
        return [one for one in self.store.episodes(self.number, "commentary") if one.visible["of"] in names]

    def _comment(self, night: Night) -> _Product:
        commented = comment(self.critic, self._day(), self.number)
        scores = [one.score for one in known_from(commented).values()]
        figures = {"replies commented on": len(scores), "score of the day": _mean(scores)}
        return _Product(lambda: self.store.add_episodes(commented), figures)

    def _dream(self, night: Night) -> _Product:
        day, many = self._day(), self.settings.dreams
        dreamt = dreams.dream(
            day,
            len(day) if many is None else many,
            self.settings.dream_notes,
            number=self.number,
            persona=night.persona,
            seed=self.seed,
        )
        return _Product(lambda: self.store.add_episodes(dreamt), {"dreams": len(dreamt)})

    def _signal(self, night: Night) -> _Product:
        bench = Bench(self._persona(night.persona), self.critic, self.charter, self.settings, self.seed)
        day = self._day()
        places = [turn for episode in (*day, *self._dreamt(day)) for turn in turns(episode)]
        commented = self._commented(day)
        tries = try_all(bench, places, known_from(commented), self._within(Stage.SIGNALLED))
        self.watch(tries)
        signals = draw(tries, self.settings, self.number)
        if self.settings.speech.points.marks and self.model.capabilities.gradients:
            signals = [*signals, *mark(day, commented, signals, self.settings.marks, self.number)]
        counts = {f"{kind} signals": sum(one.kind is kind for one in signals) for kind in SignalKind}
        return _Product(lambda: self.store.add_signals(signals), {"turns": len(places), **counts})

    def _consolidate(self, night: Night) -> _Product:
        parent, day = self._record(night.persona), self._day()
        learned = {one.id for one in (*day, *self._dreamt(day))}
        signals = [one for one in self.store.signals(self.number) if one.episode in learned]
        if self.model.capabilities.gradients:
            candidate, figures = consolidation.by_weights(
                cast("LocalModel", self.model),
                signals,
                parent,
                self.settings,
                number=self.number,
                seed=self.seed,
                life=self.directory,
                progress=self._within(Stage.CONSOLIDATED),
            )
        else:
            candidate, figures = consolidation.by_lessons(
                self.model,
                signals,
                self._commented(day),
                parent,
                self.settings,
                number=self.number,
                life=self.directory,
            )
        if candidate is None:
            return _Product(figures=figures)
        proposed = candidate
        return _Product(lambda: self.store.add_persona(proposed), figures, proposed.id)

    def _judge(self, night: Night) -> _Product:
        if not night.candidate:
            return _Product(gate=GateReport(False, ("nothing was learned tonight, so there is no candidate",)))
        seed, progress = derived_seed(self.seed, "gate"), self._within(Stage.JUDGED)

        def held(record: PersonaRecord, progress: Progress) -> gate.Held:
            persona = as_persona(self.model, record, self.directory)
            return gate.hold(persona, self.gate_talks, self.settings, seed, progress)

        stood = {gate.CURRENT: night.persona, gate.CANDIDATE: night.candidate}
        both = shared_out(self.model, [partial(held, self._record(name)) for name in stood.values()], progress)
        answers = gate.compare(both[0], both[1], self.critic, self.charter)
        said = [
            episode
            for (who, name), one, found in zip(stood.items(), both, answers, strict=True)
            for episode in gate.kept(one, found, who, name, self.number)
        ]
        return _Product(lambda: self.store.add_episodes(said), gate=gate.decide(*answers, self.settings))

    def _wake(self, night: Night) -> _Product:
        gate, speaks = night.gate, self.store.current_persona().id
        if gate and gate.adopted and speaks != night.persona:
            why = f"{speaks} was let speak in the night, and this candidate grew from {night.persona}"
            gate = replace(gate, adopted=False, reasons=(why, *gate.reasons))

        def write() -> None:
            if gate and gate.adopted:
                self.store.adopt(night.candidate)
            outcome = "adopted" if gate and gate.adopted else "rolled back" if night.candidate else "no candidate"
            self._log("gate", f"{outcome}: {'; '.join(gate.reasons) if gate else ''}")

        return _Product(write, gate=gate)

    def _persona(self, name: str) -> LanguageModel:
        return as_persona(self.model, self._record(name), self.directory)

    def _record(self, name: str) -> PersonaRecord:
        return next(record for record in self.store.personas() if record.id == name)

    def _within(self, stage: Stage) -> Progress:
        return lambda done, total: self.progress(stage, done, total)

    def _log(self, kind: str, text: str) -> None:
        self.store.log(kind, text, night=self.number)


def _mean(numbers: Sequence[float]) -> float:
    return fmean(numbers) if numbers else 0.0
