"""What each night learned from, how it trained, what the gate measured and why it decided as it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from eudaimon.dialogue import Episode, Night, Signal, SignalKind, Stage, open_reply
from eudaimon.report.gates import Gate, gate
from eudaimon.report.record import Record
from eudaimon.report.said import Said, said
from eudaimon.report.wording import Shown, clipped, count, number, plain, seconds, sentences

MOST = 7
"""Nights that are told in full: the latest."""
EXAMPLES = 2
"""Signals of each kind, and dreams, that are shown of a night."""
LONGEST = 400
"""Characters that are shown of a signal's texts."""
SECONDS = "seconds"
"""Figures whose name ends so say how long something took (`memory.fingerprint` goes by the same rule)."""
TITLES = {
    SignalKind.LABEL: "Labels: passages that the council let pass, to be learned",
    SignalKind.PAIR: "Preference pairs: one completion over another",
    SignalKind.LETTING_GO: "Letting go: a graceful surrender over going on",
    SignalKind.MARK: "Marks: where to wish to reflect, and where not",
}
STAGES = {
    Stage.DUSK: "At dusk",
    Stage.REPLAYED: "Replay",
    Stage.COMMENTED: "Commentary",
    Stage.DREAMT: "Dreams",
    Stage.SIGNALLED: "Signals",
    Stage.CONSOLIDATED: "Training",
    Stage.JUDGED: "Morning gate",
    Stage.MORNING: "Morning",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A signal, as it is shown."""

    asked: str
    begun: str
    chosen: str
    rejected: str
    margin: str
    reason: str
    episode: str


@dataclass(frozen=True, slots=True)
class Learned:
    """The signals of one kind."""

    title: str
    total: int
    shown: Shown[Example]


@dataclass(frozen=True, slots=True)
class NightView:
    """A night, as it is shown.

    Attributes:
        outcome: `adopted`, `rolled-back` or `unfinished`.
        steps: every stage, and whether it was reached.
        figures: by stage, those that came with it.
        reasons: what the gate said.
        drawn: from how many conversations and dreams its signals were drawn.
        learned: signals by kind.
        dreams: some dreams.
        gate: how both personas stood there; None where nothing of it is stored.
    """

    number: int
    outcome: str
    stage: str
    persona: str
    candidate: str
    steps: tuple[tuple[str, bool], ...]
    figures: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    reasons: tuple[str, ...]
    drawn: str
    learned: tuple[Learned, ...]
    dreams: Shown[Said]
    gate: Gate | None


@dataclass(frozen=True, slots=True)
class Timed:
    """How long the steps of a night took, in seconds; None for what it did not log."""

    number: int
    steps: dict[str, float | None]


def nights(record: Record) -> Shown[NightView]:
    """The latest nights."""
    shown = Shown.last(record.nights, MOST)
    return Shown([_view(record, stages) for stages in shown.items], shown.hidden)


def outcome(night: Night) -> str:
    """`adopted`, `rolled-back` or `unfinished`."""
    if night.gate is None:
        return "unfinished"
    return "adopted" if night.gate.adopted else "rolled-back"


def took(record: Record) -> Shown[Timed]:
    """How long each step of the latest nights took, in the order of the steps, where that was logged."""
    shown = Shown.last(record.nights, MOST)
    steps = {name: _step(name) for stages in shown.items for night in stages for name in night.figures if _timed(name)}
    timed = [
        Timed(stages[-1].number, {step: stages[-1].figures.get(name) for name, step in steps.items()})
        for stages in shown.items
        if any(map(_timed, stages[-1].figures))
    ]
    return Shown(timed, shown.hidden)


def _view(record: Record, stages: Sequence[Night]) -> NightView:
    last = stages[-1]
    order = list(Stage)
    signals = [signal for signal in record.signals if signal.night == last.number]
    dreams = [e for e in record.episodes if e.source == "dream" and e.day == last.number]
    return NightView(
        number=last.number,
        outcome=outcome(last),
        stage=last.stage.value,
        persona=last.persona,
        candidate=last.candidate,
        steps=tuple((STAGES[stage], order.index(stage) <= order.index(last.stage)) for stage in order),
        figures=tuple(_figures(stages)),
        reasons=tuple(sentences(reason) for reason in last.gate.reasons) if last.gate else (),
        drawn=_drawn(record, signals),
        learned=tuple(_learned(signals, record.lower_case)),
        dreams=_dreams(dreams, record.lower_case),
        gate=gate(record, last.number),
    )


def _figures(stages: Sequence[Night]) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """For every stage the figures that it added or changed; the gate's own are those of its stage."""
    found: dict[Stage, list[tuple[str, str]]] = {}
    known = dict[str, float]()
    for night in stages:
        fresh = {name: value for name, value in night.figures.items() if known.get(name) != value}
        known |= fresh
        found[night.stage] = [_figure(name, value) for name, value in fresh.items()]
    if gate := stages[-1].gate:
        found.setdefault(Stage.JUDGED, []).extend(_figure(name, value) for name, value in gate.figures.items())
    return [(STAGES[stage], tuple(figures)) for stage, figures in found.items() if figures]


def _figure(name: str, value: float) -> tuple[str, str]:
    if _timed(name):
        return f"{_step(name)} took", seconds(value)
    return plain(name), number(value)


def _timed(name: str) -> bool:
    return name.endswith(SECONDS)


def _step(name: str) -> str:
    """What the figure of this name timed: `replay_seconds` the replay, `seconds` all of the night."""
    return plain(name.removesuffix(SECONDS)).strip() or "all of it"


def _learned(signals: Sequence[Signal], lower_case: bool) -> list[Learned]:
    counts = Counter(signal.kind for signal in signals)
    return [
        Learned(TITLES[kind], counts[kind], _examples([s for s in signals if s.kind is kind], lower_case))
        for kind in SignalKind
        if counts[kind]
    ]


def _drawn(record: Record, signals: Sequence[Signal]) -> str:
    drawn = {signal.episode for signal in signals}
    dreamt = sum(episode.id in drawn for episode in record.episodes if episode.source == "dream")
    talks = f"{count(len(signals), 'signal')} from {count(len(drawn) - dreamt, 'conversation')}"
    return f"{talks} and {count(dreamt, 'dream')}."


def _examples(signals: Sequence[Signal], lower_case: bool) -> Shown[Example]:
    """Those with the largest margins."""
    ranked = sorted(signals, key=lambda signal: (-abs(signal.margin), signal.id))
    shown = Shown.first(ranked, EXAMPLES)
    return Shown([_example(signal, lower_case) for signal in shown.items], shown.hidden)


def _example(signal: Signal, lower_case: bool) -> Example:
    asked = next((message.content for message in reversed(signal.prompt) if message.role == "user"), "")
    begun = open_reply(signal.prompt)

    def show(text: str, before: str = "") -> str:
        return clipped(sentences(text, before) if lower_case else text, LONGEST)

    return Example(
        asked=show(asked),
        begun=show(begun),
        chosen=show(signal.chosen, begun),
        rejected=show(signal.rejected, begun),
        margin=number(signal.margin),
        reason=sentences(signal.reason),
        episode=signal.episode,
    )


def _dreams(dreams: Sequence[Episode], lower_case: bool) -> Shown[Said]:
    shown = Shown.first(dreams, EXAMPLES)
    return Shown([said(dream, lower_case) for dream in shown.items], shown.hidden)
