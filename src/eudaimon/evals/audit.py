"""The village's audit: is it built so that reading is needed, labels are not gold, and nothing is learned by heart?

>>> from eudaimon.evals.audit import audit
>>> page = audit(each=2, lessons=60, draws=40, documents=20, labelled=30)  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from eudaimon.evals.actors import Actor
from eudaimon.evals.baselines import RIVALS, rivals, scores, too_easy
from eudaimon.evals.compositions import compositions
from eudaimon.evals.couplings import couplings
from eudaimon.evals.labels import OPPOSITE, labels
from eudaimon.evals.overlap import overlaps
from eudaimon.evals.twins import LIMIT, separability
from eudaimon.gold import Hidden
from eudaimon.worlds.village import KINDS

Page = dict[str, Any]
Progress = Callable[[int, int, str], None]
"""Told how many steps are done, of how many, and what comes next."""
_ALL = ("duty", "gold", "parsed")
TURNS = ("opening", "later")
"""When twins are compared: at the first words, and over all turns."""


def audit(
    models: Mapping[str, Actor] | None = None,
    *,
    each: int = 100,
    lessons: int = 20_000,
    draws: int = 4000,
    documents: int = 20_000,
    labelled: int = 1500,
    seed: int = 0,
    progress: Progress = lambda done, total, what: None,
) -> Page:
    """Every check of every kind of situation, as JSON values, with what fails in plain English under `faults`.

    Args:
        models: actors to be printed beside the rivals; the first one is what rivals are held against, else the reader.
        each: held-out visits of every kind for the scores.
        lessons: of lore, that the rivals are fitted on.
        draws: situations of every kind for the twins.
        documents: of lore, for the overlap.
        labelled: replies of every kind for the labels.
        seed: of the hidden village and of the labels.
        progress: told after every step.
    """
    models, hidden, total = models or {}, Hidden(seed), 2 * len(KINDS) + 2
    progress(0, total, "fit the rivals, and let them speak")
    table = scores({**models, **rivals(hidden, lessons)}, hidden, each)
    progress(1, total, "compare lore with what is held out")
    shared = overlaps(KINDS, documents)
    kinds: Page = {}
    for place, kind in enumerate(KINDS):
        progress(2 + 2 * place, total, f"tell twins apart: {kind}")
        twins = {when: separability(kind, draws, when == "later") for when in TURNS if KINDS[kind].twinned}
        progress(3 + 2 * place, total, f"what labels say of gold: {kind}")
        kinds[kind] = {
            "scores": table[kind],
            "twins": {when: asdict(twin) for when, twin in twins.items()},
            "overlap": asdict(shared[kind]),
            "labels": asdict(labels(kind, hidden, labelled)),
        }
    against = next(iter(models), "reader")
    sizes = {"each": each, "lessons": lessons, "draws": draws, "documents": documents, "labelled": labelled}
    return {
        "against": against,
        "seed": seed,
        "sizes": sizes,
        "kinds": kinds,
        "couplings": couplings(each=max(1, each // 10)),
        "compositions": {name: asdict(compositions(one, hidden, each)) for name, one in models.items()},
        "faults": faults(kinds, against),
    }


def faults(kinds: Mapping[str, Page], against: str = "reader") -> list[str]:
    """What breaks the rules, a line each; most telling first within a kind."""
    return [fault for kind, page in kinds.items() for fault in _faults(kind, page, against)]


def _faults(kind: str, page: Page, against: str) -> list[str]:
    scored, shared, opposite = page["scores"], page["overlap"], page["labels"]["opposite"]
    duties = [part for part in scored[against] if part not in _ALL]
    free = [part for part in duties if len(too_easy(scored, against, part)) == len(RIVALS)]
    told = [(when, by, twin[by]["value"]) for when, twin in page["twins"].items() for by in ("words", "length")]
    lines = [
        *(f"the {rival} comes within 10 points of the {against} in duty" for rival in too_easy(scored, against)),
        *(f"all rivals come within 10 points of the {against} in {part}: it asks for no reading" for part in free),
        *(f"twins are told apart by {by} ({when} turns), AUROC {v:.3f}" for when, by, v in told if v > LIMIT),
        *(f"{n} of {shared['test']} test situations have their key in lore" for n in [shared["duplicates"]] if n),
        *(f"{n} of {shared['test']} are in lore under the other side's name" for n in [shared["sideless"]] if n),
        *([f"acts have opposite gold in {opposite:.2%} of their mass, needed are 30%"] if opposite < OPPOSITE else []),
    ]
    return [f"{kind}: {line}" for line in lines]
