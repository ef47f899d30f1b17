"""Speaking 120 tokens behind 1024 with a council of six every 40 tokens, against speaking them without one.

The council lets everything go on, which is what speculation bets on; what a revision costs is what it takes back.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from functools import partial

from bench.models import SIZES, VOICES, Size, conversation, random_model
from bench.table import seconds, write
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

PREFIX, REPLY, APART, REPEATS = 1024, 120, 40, 3


class Nod(Rule):
    """Lets everything go on."""

    def decide(self, cast: Sequence[Heard]) -> Ruling:
        return Ruling(Verdict.CONTINUE, ("it may go on",))


def main(sizes: tuple[Size, ...] = SIZES[1:]) -> None:
    rows: list[dict[str, object]] = []
    for size in sizes:
        model = random_model(size)
        plain = _timed(model, partial(_driven, drive, model, _council(model, 0)), reflect=False)
        for comment in (0, 12):
            council = _council(model, comment)
            for name, driver in (("speaking ahead", drive_ahead), ("waiting", drive)):
                ours = _timed(model, partial(_driven, driver, model, council), reflect=True)
                rows.append({
                    "model": size.name, "prefix": PREFIX, "reply_tokens": REPLY, "apart": APART,
                    "comment_tokens": comment, "council": name, "trunk_encoded_before": True, "ours_s": ours,
                    "peer": "the same words without a council", "peer_s": plain, "times_plain": ours / plain,
                    "tokens_s": REPLY / ours,
                })  # fmt: skip
    write("speaking", rows, voices=len(VOICES), seed=0, repeats=REPEATS)


def _driven(driver: Callable[..., object], model: LocalModel, council: Council, persona: Persona) -> None:
    driver([persona], model, council)


def _timed(model: LocalModel, run: Callable[[Persona], object], reflect: bool) -> float:
    """Median seconds of one reply, the prefix being read before the clock starts."""
    settings = Settings(max_tokens=REPLY, passage_tokens=APART, temperature=0.0, reflect=reflect)
    times = []
    for _ in range(REPEATS):
        model.forget()
        model.extend([Extend(conversation(PREFIX)[:1], max_tokens=1)])
        start = seconds()
        run(speak(conversation(PREFIX)[:1], settings))
        times.append(seconds() - start)
    return statistics.median(times)


def _council(model: LocalModel, comment: int) -> Council:
    return Council(model, load_archetypes(), Everyone(VOICES), rule=Nod(), comment_tokens=comment)


if __name__ == "__main__":
    main()
