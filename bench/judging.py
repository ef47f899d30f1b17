"""Which weights should judge by day: the base (sealed, a trunk of its own) or the persona's (the trunk is there)?

For each persona of a life: how far the two councils agree on the same passages, verdicts alone, and what each costs
where the persona has just spoken, so that its trunk is read and the base's is not. `make live` leaves such a life in
runs/first; without one there is nothing to measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import fmean

from bench.council import VOICES, spoken
from bench.table import Table, either, median_seconds
from eudaimon import open_model
from eudaimon.dialogue import Message
from eudaimon.language import Branch, Extend, LocalModel, Voice
from eudaimon.psyche import Rule

PASSAGES, LIFE = either(96, 2), Path("runs/first")


def main(fresh: bool = False, life: Path = LIFE) -> None:
    adapters, model = sorted((life / "personas").glob("*/adapter_model.safetensors")), open_model()
    if adapters:
        table = Table("judging", fresh, life=life.name, passages=PASSAGES, voices=len(VOICES))
    for path in adapters:
        model.load_adapter(path.parent)
        table.measure({"persona": path.parent.name}, partial(_compared, model))
    if not adapters:
        print(f"\njudging\n  no persona in {life}: run `make live` first")


def _compared(model: LocalModel) -> dict[str, object]:
    said = spoken(PASSAGES)
    voices = tuple(Message("council", "", name=name) for name in VOICES)
    sealed, worn = ([Branch(talk, voices, max_tokens=0, sealed=base) for talk in said] for base in (True, False))
    model.forget()
    base, persona = model.branch(sealed), model.branch(worn)
    pairs = [pair for one, other in zip(base, persona, strict=True) for pair in zip(one, other, strict=True)]
    return {
        "voices_agree": fmean(_verdict(one) == _verdict(other) for one, other in pairs),
        "decisions_agree": fmean(_good(one) == _good(other) for one, other in zip(base, persona, strict=True)),
        "mean_change_of_continue": fmean(
            abs(one.probabilities[0] - other.probabilities[0]) for one, other in pairs
        ),
        "base_s": _cost(model, sealed[:16]),
        "persona_s": _cost(model, worn[:16]),
    }  # fmt: skip


def _cost(model: LocalModel, requests: Sequence[Branch]) -> float:
    """Seconds of a council, the persona's trunk being read before; those of reading it are measured alone and left
    out."""
    read = [Extend(request.conversation, max_tokens=1) for request in requests]
    both = median_seconds(lambda: (model.forget(), model.extend(read), model.branch(list(requests))))
    return both - median_seconds(partial(_read, model, read))


def _read(model: LocalModel, read: list[Extend]) -> None:
    model.forget()
    model.extend(read)


def _verdict(voice: Voice) -> int:
    return voice.probabilities.index(max(voice.probabilities))


def _good(voices: Sequence[Voice]) -> bool:
    """Whether the passage is good enough, by the mean of continue."""
    return fmean(voice.probabilities[0] for voice in voices) >= Rule().aspiration


if __name__ == "__main__":
    main()
