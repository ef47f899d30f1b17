"""What is told of a day, of a night and of the probes, from what is stored of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from eudaimon.dialogue import VERDICTS, Episode, Night
from eudaimon.life.step import Chapter, Doing, Step
from eudaimon.psyche import REFUSED, TOO_LONG


def told(step: Step, episodes: Sequence[Episode], gold: float | None = None) -> Chapter:
    """What is told of a day or of a round of probes, with their mean gold where that is known."""
    chapter = (_of_day if step.doing is Doing.DAY else _of_probes)(step, episodes)
    if gold is None:
        return chapter
    return replace(chapter, text=f"{chapter.text}; gold {gold:.3f}", figures={**chapter.figures, "gold": gold})


def _of_day(step: Step, episodes: Sequence[Episode]) -> Chapter:
    """How many spoke, how often the persona paused, what was decided, how often somebody dissented, how often nobody
    could be heard, how many had to end, being longer than the model reads or refused by it, and why nobody could be
    answered at all."""
    decisions = [one.decision for episode in episodes for one in episode.reflections]
    counts = Counter(decision.verdict for decision in decisions)
    dissent = sum(bool(decision.dissent) for decision in decisions)
    pauses = ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS)
    unheard = sum(decision.unheard for decision in decisions)
    text = f"{len(episodes)} conversations, {len(decisions)} pauses ({pauses}), dissent at {dissent}"
    text += f"; at {unheard} of these pauses nobody could be read, so the council looked at nothing" if unheard else ""
    long = [episode for episode in episodes if TOO_LONG in episode.visible]
    text += f"; {len(long)} ended, being longer than the model reads" if long else ""
    refused = [episode for episode in episodes if REFUSED in episode.visible]
    text += f"; {len(refused)} ended, being refused for what was said in them" if refused else ""
    if not any(message.role == "assistant" for episode in episodes for message in episode.messages):
        if long:
            text += f"; nobody was answered, as they would be by a model that reads more ({long[0].visible[TOO_LONG]})"
        elif refused:
            text += f"; nobody was answered ({refused[0].visible[REFUSED]})"
    figures = {"conversations": len(episodes), "pauses": len(decisions), "dissent": dissent, "unheard": unheard}
    return Chapter(step, text, figures | {str(verdict): counts[verdict] for verdict in VERDICTS})


def _of_probes(step: Step, episodes: Sequence[Episode]) -> Chapter:
    """How many questions were asked again."""
    return Chapter(step, f"{len(episodes)} questions that no night learns from", {"conversations": len(episodes)})


def of_night(step: Step, night: Night) -> Chapter:
    """What the morning decided, and why."""
    gate = night.gate
    if gate is None:
        return Chapter(step, f"came as far as {night.stage}", dict(night.figures))
    decided = f"{night.candidate} {'adopted' if gate.adopted else 'rolled back'}: " if night.candidate else ""
    return Chapter(step, f"{decided}{'; '.join(gate.reasons)}", {**night.figures, **gate.figures})
