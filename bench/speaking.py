"""Speaking 120 tokens behind 1024 with a council of six every 40 tokens, against speaking them without one.

The council lets everything go on, which is what speculation bets on; what a revision costs is what it takes back.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bench.models import LARGE, VOICES, Size, conversation, random_model
from bench.table import Row, Table, either, seconds
from eudaimon.dialogue import Verdict
from eudaimon.language import Extend, LocalModel
from eudaimon.psyche import (
    Council,
    Everyone,
    Heard,
    Persona,
    Rule,
    Ruling,
    Settings,
    drive,
    drive_ahead,
    load_archetypes,
    speak,
)

PREFIX, REPLY, APART, REPEATS = either((1024, 120, 40, 3), (32, 12, 4, 1))


class Nod(Rule):
    """Lets everything go on."""

    def decide(self, cast: Sequence[Heard]) -> Ruling:
        return Ruling(Verdict.CONTINUE, ("it may go on",))


def main(fresh: bool = False) -> None:
    table = Table(
        "speaking", fresh, prefix=PREFIX, reply_tokens=REPLY, apart=APART, voices=len(VOICES), repeats=REPEATS,
        trunk_encoded_before=True, seed=0,
    )  # fmt: skip
    for size in LARGE:
        for comment in (0, 12):
            table.measure({"model": size.name, "comment_tokens": comment}, partial(_rows, size, comment))


def _rows(size: Size, comment: int) -> Iterator[Row]:
    """Without a council, speaking ahead and waiting, in turn."""
    model = random_model(size)
    council = _council(model, comment)
    ways = {"none": (drive, False), "speaking ahead": (drive_ahead, True), "waiting": (drive, True)}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(REPEATS + 1):
        for name, (driver, reflect) in ways.items():
            times[name].append(_timed(model, partial(_driven, driver, model, council), reflect))
    medians = {name: statistics.median(some[1:]) for name, some in times.items()}  # the first round warms up
    plain = medians.pop("none")
    for name, ours in medians.items():
        yield {
            "council": name, "ours_s": ours, "peer": "the same words without a council", "peer_s": plain,
            "times_plain": ours / plain, "tokens_s": REPLY / ours,
        }  # fmt: skip


def _driven(driver: Callable[..., object], model: LocalModel, council: Council, persona: Persona) -> None:
    driver([persona], model, council)


def _timed(model: LocalModel, run: Callable[[Persona], object], reflect: bool) -> float:
    """Seconds of one reply, the prefix being read before the clock starts."""
    settings = Settings(max_tokens=REPLY, passage_tokens=APART, temperature=0.0, reflect=reflect)
    model.forget()
    model.extend([Extend(conversation(PREFIX)[:1], max_tokens=1)])
    start = seconds()
    run(speak(conversation(PREFIX)[:1], settings))
    return seconds() - start


def _council(model: LocalModel, comment: int) -> Council:
    return Council(model, load_archetypes(), Everyone(VOICES), rule=Nod(), comment_tokens=comment)


if __name__ == "__main__":
    main()
