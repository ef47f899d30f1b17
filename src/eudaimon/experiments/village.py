"""The village's own evidence: that reading is needed, that labels are not gold, that twins look alike.

python -m eudaimon.experiments.village             audit it again, to `results/village.json` (minutes)

With it goes what is true of the births that lives start from: how far their archetypes err together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eudaimon.experiments.tables import table

Page = Mapping[str, Any]


def village_section(page: Page | None) -> str:
    """The audit as a section of the evidence."""
    if page is None:
        return "## The village\n\nNot audited yet: `python -m eudaimon.experiments.village`.\n"
    faults = [f"- {fault}" for fault in page["faults"]] or ["- none"]
    parts = [
        "## The village\n",
        f"Audited at {page['code']}, hidden seed {page['seed']}. Mean duty (gold without needs, in [0, 1]) of replies "
        f"on {page['sizes']['each']} held-out visits of every kind. *reader*: answers by the notes, the best that can "
        "be seen. *retriever* and *classifier*: nearest neighbour and bag of words over the first "
        f"{page['sizes']['lessons']:,} replies of good helpers in lore. *constant*: the best fixed reply of one or two "
        "acts that name nothing. *random*: a good helper's reply from elsewhere.\n",
        _scores(page),
        *_born(page),
        "Rule 2, by situation, over lore's helpers in lore's situations. *I*: information of lore's gravest label "
        "about gold given the act, in nats above chance, and as a share of the label's entropy. *R²*: of gold from a "
        "bag of words, out of sample. *opposite*: share of clauses whose gold lies across the median from most "
        "with the same act (asked: 30%). *random* and *reader*: the anchors' gold.\n",
        _labels(page),
        "Rule 8, AUROC of twins told apart by a bag of words and by length (asked: at most .55), when they are first "
        "asked and over all turns (with a helper who does not know the side); and rule 7, test situations with their "
        "key in lore, those in lore but for the name "
        "of their side, and the share of masked 8-grams that lore holds, mean and highest. *asks*: different first "
        "asks of the test situations, names masked; *unheard*: the share of test situations whose first ask, so "
        "masked, no situation of lore holds.\n",
        _twins(page),
        *_composed(page),
        *_casting(page),
        *_coupled(page),
        *_together(page),
        "What breaks the rules:\n",
        *faults,
        "",
    ]
    return "\n".join(parts)


def _scores(page: Page) -> str:
    actors = list(next(iter(page["kinds"].values()))["scores"])
    rows = [[kind, *(f"{one['scores'][actor]['duty']:.2f}" for actor in actors)] for kind, one in page["kinds"].items()]
    return table(("situation", *actors), rows)


def _born(page: Page) -> list[str]:
    found = page.get("births")
    if not found:
        return []
    from eudaimon.evals.baselines import RIVALS, too_easy

    rows = []
    for kind, duties in found.items():
        rivals = {name: page["kinds"][kind]["scores"][name] for name in RIVALS}
        easy = {birth: too_easy({**rivals, birth: {"duty": duty}}, birth) for birth, duty in duties.items()}
        told = (f"{duty:.2f}{' (!)' if easy[birth] else ''}" for birth, duty in duties.items())
        rows.append([kind, f"{max(one['duty'] for one in rivals.values()):.2f}", *told])
    return [
        "The same for every birth that lives start from, beside the best of the three rivals that cannot read; (!) "
        "where that comes within ten points. Birth 1 is the newborn.\n",
        table(("situation", "best rival", *(f"birth {birth}" for birth in next(iter(found.values())))), rows),
    ]


def _labels(page: Page) -> str:
    rows = []
    for kind, one in page["kinds"].items():
        labels, gold = one["labels"], {actor: scores["gold"] for actor, scores in one["scores"].items()}
        rows.append(
            [
                kind,
                f"{labels['information']:.3f}",
                f"{labels['share']:.2f}",
                f"{labels['p']:.3f}",
                f"{labels['r_squared']:.2f}",
                f"{labels['opposite']:.2f}",
                f"{gold['random']:.2f}",
                f"{gold['reader']:.2f}",
            ]
        )
    return table(("situation", "I", "share", "p", "R²", "opposite", "random", "reader"), rows)


def _twins(page: Page) -> str:
    rows = []
    for kind, one in page["kinds"].items():
        twins, shared = [one["twins"].get(when) for when in ("opening", "later")], one["overlap"]
        areas = [f"{twin[by]['value']:.3f}" if twin else "no twin" for twin in twins for by in ("words", "length")]
        counts = [f"{shared[name]} of {shared['test']}" for name in ("duplicates", "sideless")]
        likeness = [f"{shared['grams']:.3f}", f"{shared['highest']:.3f}"]
        asks = [f"{shared['asks']} of {shared['test']}", f"{shared['unheard']:.2f}"] if "asks" in shared else ["", ""]
        rows.append([kind, *areas, *counts, *likeness, *asks])
    head = (
        "words", "length", "words, all turns", "length, all turns", "keys", "but for side", "8-grams", "highest",
        "asks", "unheard",
    )  # fmt: skip
    return table(("situation", *head), rows)


def _composed(page: Page) -> list[str]:
    found = page.get("compositions")
    if not found:
        return []
    rows = [
        [
            name,
            str(one["situations"]),
            f"{one['held']:.3f}",
            f"{one['kept']:.3f}",
            f"{one['lost']['value']:.3f} [{one['lost']['low']:.3f}, {one['lost']['high']:.3f}]",
        ]
        for name, one in found.items()
    ]
    return [
        "Held-out compositions: mean duty of first replies to the same held-out situations, asked in two clauses or "
        "more put together in ways that lore holds, and in ways that it is kept from.\n",
        table(("who", "situations", "held", "kept", "lost"), rows),
    ]


def _casting(page: Page) -> list[str]:
    casts = page.get("casting")
    if casts is None:
        return []
    rows = [[name, f"{recall:.3f}"] for name, recall in casts.items()]
    return [
        "Casting, five seats of eight: share of the archetypes whose concern a clause touches that are summoned, by "
        "their own account (touched), by a bag of words fitted on lore, and by chance.\n",
        table(("caster", "recall"), rows),
    ]


def _coupled(page: Page) -> list[str]:
    found = page.get("couplings")
    if found is None:
        return []
    return [
        "Correlation of flourishing and approval as it comes out, over replies of all lore's helpers and twelve hidden "
        "halves; the prior mixes the two by .5, 0 and -.5, of parts that do not vary alike.\n",
        table(("family", "correlation"), [[family, f"{value:.2f}"] for family, value in found.items()]),
    ]


def _together(page: Page) -> list[str]:
    """Rule 3: the realised correlation of errors that belongs to every claim about a council."""
    found = page.get("errors")
    if not found:
        return []
    pairs = list(dict.fromkeys(pair for errors in found.values() for pair in errors))
    rows = [[pair, *(f"{errors[pair]:.2f}" if pair in errors else "" for errors in found.values())] for pair in pairs]
    return [
        "Rule 3, for every claim about a council (those marked confirmatory start from births 2 to 5): realised "
        "correlation (phi) of two voices' errors where both are touched; pairs in which one never errs, or with fewer "
        "than 20 such cases, are left out.\n",
        table(("pair", *(f"birth {birth}" for birth in found)), rows),
    ]


def audit_village(
    results: Path = Path("results"), embedded: bool | None = None, births: Path = Path("results/births")
) -> Path:
    """Audits the village and writes `village.json` below `results`.

    Args:
        results: where.
        births: those of experiments, where there are any.
        embedded: whether the embedded model's scores are printed beside the rivals'; by default where there is one.

    Raises:
        ModelError: there is none.
    """
    from eudaimon.evals.actors import Actor, Speaker
    from eudaimon.evals.audit import audit
    from eudaimon.evals.baselines import scores
    from eudaimon.evals.card import VILLAGE, correlations
    from eudaimon.evals.casting import recalls
    from eudaimon.experiments.harness.desk import write_json
    from eudaimon.experiments.harness.provenance import code_version
    from eudaimon.experiments.harness.watching import steps
    from eudaimon.gold import Hidden
    from eudaimon.language.backend import NEWBORN, open_model
    from eudaimon.psyche import load_archetypes, read_pools

    wanted = (NEWBORN / "config.json").is_file() if embedded is None else embedded
    models: dict[str, Actor] = {"newborn": Speaker(open_model())} if wanted else {}
    with steps("audit") as progress:
        page = audit(models, progress=progress)
    if wanted:
        archetypes = load_archetypes()
        page["casting"] = recalls(open_model(), archetypes, read_pools(archetypes)["village"])
    born = sorted(births.glob("*/birth.json"))
    page["errors"] = {one.parent.name: correlations(open_model(one.parent), VILLAGE, 40) for one in born}
    speakers = {one.parent.name: Speaker(open_model(one.parent)) for one in born}
    duties = scores(speakers, Hidden(page["seed"]), page["sizes"]["each"]) if speakers else {}
    page["births"] = {kind: {birth: one["duty"] for birth, one in by.items()} for kind, by in duties.items()}
    write_json(results / "village.json", {"code": code_version(Path(__file__)), **page})
    return results / "village.json"


def main(words: Sequence[str] | None = None) -> None:
    """The command line."""
    from eudaimon.experiments.harness.look import parser_of

    said = parser_of("village", __doc__, kept="").parse_args(words)
    print(audit_village(said.results, births=said.births))


if __name__ == "__main__":
    main()
