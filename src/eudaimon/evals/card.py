"""The card of a model born in the village: how well it speaks and how well its archetypes judge, by situation.

Measured on held-out situations of a development village. A helper's share of duties is against the true world of hidden
seed 0; an archetype's error is against its own concern's rule on notes read rightly, which is what lore taught it with
errors; its agreement with gold is how often it lets a whole reply pass exactly when the reply did every duty.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import correlation, fmean
from typing import Any

from eudaimon.birth.record import read
from eudaimon.dialogue import VERDICTS, Conversation, Message
from eudaimon.evals.origins import command, reading
from eudaimon.gold import Hidden
from eudaimon.gold.duties import owed
from eudaimon.language import Branch, Extend, LanguageModel, Voice
from eudaimon.worlds.village import KINDS, Act, Situation, Split, Village, Villager, parse, write
from eudaimon.worlds.village.helpers import BAD, Character, reply
from eudaimon.worlds.village.voices import ARCHETYPES, JUDGE, UNTAUGHT, VERDICT, VOICES, judge

VILLAGE = 90
"""A development village that nothing else uses."""


@dataclass(frozen=True, slots=True)
class Case:
    """A helper of lore has begun a reply in a held-out situation; the last clause is to be judged."""

    situation: Situation
    turn: int
    begun: Conversation
    said: tuple[Act, ...]
    whole: bool

    @property
    def conversation(self) -> Conversation:
        """What the archetypes hear."""
        text = write(self.said)
        return (*self.begun, Message("assistant", text if self.whole else text[:-1] + ","))


def measure(model: LanguageModel, per_kind: int = 40) -> dict[str, Any]:
    """The card's figures, as JSON values: `speaking` and `judging` by kind of situation, `agreement` by archetype."""
    cases = [case for kind in KINDS for case in cases_of(kind, per_kind)]
    judged = _judge(model, cases)
    return {
        "village": VILLAGE,
        "per_kind": per_kind,
        "speaking": {kind: _speaking(model, kind, per_kind) for kind in KINDS},
        "judging": _errors(cases, judged),
        "agreement": _agreement(cases, judged),
        "untaught": list(UNTAUGHT),
    }


def _situations(kind: str, count: int, village: int = VILLAGE, split: Split = Split.TEST) -> list[Situation]:
    return [Village(village).situation(f"card {number}", split, (kind,), number % 2) for number in range(count)]


def _speaking(model: LanguageModel, kind: str, count: int) -> dict[str, float]:
    """Mean share of duties and of parsed replies, greedy and sampled."""
    situations = _situations(kind, count)
    figures = {}
    for name, temperature in (("greedy", 0.0), ("sampled", 1.0)):
        requests = [
            Extend(Villager(one).begin(), max_tokens=96, temperature=temperature, seed=n, sealed=True)
            for n, one in enumerate(situations)
        ]
        acts = [parse(said.text) for said in model.extend(requests)]
        figures[name] = fmean(_duty(one, done) for one, done in zip(situations, acts, strict=True))
        figures[f"{name} parsed"] = fmean(not any(act.kind == "babble" for act in done) for done in acts)
    return {name: round(value, 3) for name, value in figures.items()}


def _duty(situation: Situation, acts: Sequence[Act]) -> float:
    return fmean(owed(situation, Hidden(0).truth(situation), acts).values())


def cases_of(kind: str, count: int, village: int = VILLAGE, split: Split = Split.TEST) -> list[Case]:
    """Replies of lore's helpers in `count` situations of a kind, whole and cut at a clause."""
    rng = Random(f"card {kind}")
    cases = []
    for situation in _situations(kind, count, village, split):
        begun = Villager(situation).begin()
        turn = sum(message.role == "user" for message in begun) - 1
        character = rng.choice(BAD) if rng.random() < 0.5 else Character.GOOD
        plan = tuple(reply(character, KINDS[kind], situation, turn, rng))
        clauses = rng.randint(1, len(plan))
        cases.append(Case(situation, turn, begun, plan, whole=True))
        if clauses < len(plan):
            cases.append(Case(situation, turn, begun, plan[:clauses], whole=False))
    return cases


def _judge(model: LanguageModel, cases: Sequence[Case]) -> list[dict[str, str]]:
    """Every archetype's verdict on every case."""
    voices = tuple(Message("council", "", name=name) for name in VOICES)
    heard = model.branch([Branch(case.conversation, voices, max_tokens=40) for case in cases])
    return [{name: _verdict(voice) for name, voice in zip(VOICES, said, strict=True)} for said in heard]


def _verdict(voice: Voice) -> str:
    return VERDICTS[voice.probabilities.index(max(voice.probabilities))].value


def _errors(cases: Sequence[Case], judged: Sequence[dict[str, str]]) -> dict[str, dict[str, dict[str, float]]]:
    """By archetype and kind: share of wrong verdicts where its concern is touched, and how often that is."""
    wrong: dict[str, dict[str, list[bool]]] = {voice: defaultdict(list) for voice in VOICES}
    for case, verdicts in zip(cases, judged, strict=True):
        kind = KINDS[case.situation.kind]
        for voice in VOICES:
            mood = mood_of(voice, case)
            if mood != "asleep":
                wrong[voice][kind.name].append(verdicts[voice] != VERDICT[mood])
    return {
        voice: {kind: {"error": round(fmean(rows), 3), "n": len(rows)} for kind, rows in kinds.items()}
        for voice, kinds in wrong.items()
    }


def mood_of(voice: str, case: Case) -> str:
    """What a voice would say that reads the notes rightly."""
    kind, situation = KINDS[case.situation.kind], case.situation
    return judge(voice, kind, situation, situation.notes, case.turn, case.said[:-1], case.said[-1]).mood


def _agreement(cases: Sequence[Case], judged: Sequence[dict[str, str]]) -> dict[str, float]:
    """By archetype: how often it lets a whole reply pass exactly when every duty was done."""
    whole = [(case, said) for case, said in zip(cases, judged, strict=True) if case.whole]
    good = [_duty(case.situation, case.said) == 1 for case, _ in whole]
    return {
        voice: round(fmean((said[voice] == "continue") == ok for (_, said), ok in zip(whole, good, strict=True)), 3)
        for voice in VOICES
    }


TOLERANCE = 0.08
"""How far a repeated birth may come out from the card in any of `totals`: rounding differs between machines and numbers
of threads, and two births of one recipe are two draws."""


def totals(figures: dict[str, Any]) -> dict[str, float]:
    """The card in short: mean share of duties done, and each voice's error over all that touched it."""
    found = {"duties": fmean(row["greedy"] for row in figures["speaking"].values())}
    for voice, kinds in figures["judging"].items():
        seen = sum(row["n"] for row in kinds.values())
        found[f"{voice}'s error"] = sum(row["error"] * row["n"] for row in kinds.values()) / seen if seen else 0.0
    return {name: round(value, 3) for name, value in found.items()}


def apart(figures: dict[str, Any], card: dict[str, Any]) -> list[str]:
    """In which of `totals` two cards are further apart than TOLERANCE, a line each."""
    ours, theirs = totals(figures), totals(card)
    return [
        f"{name}: {value:.3f}, the card says {theirs[name]:.3f}"
        for name, value in ours.items()
        if abs(value - theirs[name]) > TOLERANCE
    ]


def correlations(model: LanguageModel, village: int, per_kind: int = 20) -> dict[str, float]:
    """Correlation (phi) of the archetypes' errors, by pair, over situations in which both are touched.

    Pairs that share fewer than 20 such cases, or in which one never errs, are left out.
    """
    cases = [case for kind in KINDS for case in cases_of(kind, per_kind, village)]
    wrong: list[dict[str, bool]] = []
    for case, verdicts in zip(cases, _judge(model, cases), strict=True):
        moods = {voice: mood_of(voice, case) for voice in VOICES}
        wrong.append({voice: verdicts[voice] != VERDICT[mood] for voice, mood in moods.items() if mood != "asleep"})
    found = {}
    for one, other in combinations(VOICES, 2):
        both = [(row[one], row[other]) for row in wrong if one in row and other in row]
        spread = [len(set(column)) for column in zip(*both, strict=True)]
        if len(both) >= 20 and min(spread) == 2:
            found[f"{one} and {other}"] = round(correlation(*zip(*both, strict=True)), 3)
    return found


def agreements(model: LanguageModel, village: int, per_kind: int = 20) -> dict[str, float]:
    """How often whole replies pass exactly when every duty was done: by the archetypes one by one (`mean`, `best`), by
    the `majority` of them, where `all` must let them pass, and by the generic `judge`."""
    cases = [case for kind in KINDS for case in cases_of(kind, per_kind, village) if case.whole]
    good = [_duty(case.situation, case.said) == 1 for case in cases]
    passed = [{voice: said == "continue" for voice, said in one.items()} for one in _judge(model, cases)]
    votes = [[row[voice] for voice in ARCHETYPES] for row in passed]
    alone = [_share_alike([row[voice] for row in passed], good) for voice in ARCHETYPES]
    return {
        "mean": round(fmean(alone), 3),
        "best": max(alone),
        "majority": _share_alike([sum(row) > len(row) / 2 for row in votes], good),
        "all": _share_alike([all(row) for row in votes], good),
        "judge": _share_alike([row[JUDGE] for row in passed], good),
    }


def _share_alike(said: Sequence[bool], true: Sequence[bool]) -> float:
    return round(fmean(one == other for one, other in zip(said, true, strict=True)), 3)


def write_card(folder: Path, figures: dict[str, Any]) -> None:
    """Writes `card.json` and `README.md` (the model card) beside the checkpoint and its `birth.json`.

    Raises:
        InputError: there is no record of a birth, or it cannot be read.
    """
    birth = read(folder)
    (folder / "card.json").write_text(json.dumps(figures, indent=1) + "\n")
    speaking = "\n".join(
        f"| {kind} | {row['greedy']:.2f} | {row['sampled']:.2f} | {row['sampled parsed']:.2f} |"
        for kind, row in figures["speaking"].items()
    )
    judging = "\n".join(
        f"| {voice} | {_touched(kinds)} | {figures['agreement'][voice]:.2f} |"
        for voice, kinds in figures["judging"].items()
    )
    (folder / "README.md").write_text(
        f"""# A newborn of the village

A causal language model of {birth["family"]} family, born from generated village lore; it knows nothing else. It proves
machinery, and nothing about wisdom in natural language. Apache-2.0. Repeat it with
`{command(birth)}`.

* data: {birth["data"]}, SHA-256 of a sample {birth["data_hash"][:16]}...; recipe {json.dumps(birth["recipe"])}
* stages: {reading(birth)}
* training loss at the end: {birth["loss"]} nats a weighted token
* versions: {", ".join(f"{name} {number}" for name, number in birth["versions"].items())}

Measured on {figures["per_kind"]} held-out situations a kind (village {figures["village"]}). Duties are judged against
the true world, which notes miss in 8% of the cases. Its lore held no verdicts on {", ".join(figures["untaught"])}.
In short: {", ".join(f"{name} {value:.2f}" for name, value in totals(figures).items())}; a repeated birth should come
within {TOLERANCE:.2f} of each.

| situation | duties done, greedy | sampled | sampled replies that parse |
|---|---|---|---|
{speaking}

| archetype | wrong verdicts by situation, where its concern is touched | passes exactly what did every duty |
|---|---|---|
{judging}
"""
    )


def _touched(kinds: dict[str, dict[str, float]]) -> str:
    return ", ".join(f"{kind} {row['error']:.2f} ({row['n']})" for kind, row in sorted(kinds.items()))
