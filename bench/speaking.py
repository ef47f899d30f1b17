"""Speaking 120 tokens behind 1024 with a council of six every 40 tokens, against speaking them without one.

The council lets everything go on, which is what speculation bets on; what a revision costs is what it takes back.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import torch

from bench.models import LARGE, VOICES, Size, conversation, random_model
from bench.table import Row, Table, at_most, either, seconds
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
ASKED = {0: 1.08, 12: 1.3}
"""How many times as long as without a council, by the length of a comment, where the persona speaks ahead."""
GPU = Size("600M", 1536, 20, 16, 4, 4608, 32000)
"""Measured in bfloat16 where there is a GPU."""


class Nod(Rule):
    """Lets everything go on."""

    def decide(self, cast: Sequence[Heard], act: bool = False) -> Ruling:
        return Ruling(Verdict.CONTINUE, ("it may go on",))


def main(fresh: bool = False) -> None:
    table = Table(
        "speaking", fresh, prefix=PREFIX, reply_tokens=REPLY, apart=APART, voices=len(VOICES), repeats=REPEATS,
        trunk_encoded_before=True, seed=0,
    )  # fmt: skip
    where = [(size, torch.float32, "cpu") for size in LARGE]
    if torch.cuda.is_available():
        where.append((GPU, torch.bfloat16, "cuda"))
    for size, dtype, device in where:
        for comment in (0, 12):
            case = {"model": size.name, "device": device, "comment_tokens": comment}
            table.measure(case, partial(_rows, partial(random_model, size, dtype, device), comment))


def _rows(made: Callable[[], LocalModel], comment: int) -> Iterator[Row]:
    """Without a council, speaking ahead and waiting, in turn."""
    model = made()
    council = _council(model, comment)
    ways = {"none": (drive, False), "speaking ahead": (drive_ahead, True), "waiting": (drive, True)}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(REPEATS + 1):
        for name, (driver, reflect) in ways.items():
            times[name].append(_timed(model, partial(_driven, driver, model, council), reflect))
    medians = {name: statistics.median(some[1:]) for name, some in times.items()}  # the first round warms up
    plain = medians.pop("none")
    for name, ours in medians.items():
        row = {
            "council": name, "ours_s": ours, "peer": "the same words without a council", "peer_s": plain,
            "times_plain": ours / plain, "tokens_s": REPLY / ours, "plain_tokens_s": REPLY / plain,
        }  # fmt: skip
        yield at_most(row, times_plain=ASKED[comment]) if name == "speaking ahead" else row


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
