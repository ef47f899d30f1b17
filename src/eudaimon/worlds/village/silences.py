"""Silences: a game by which a newborn learns to see that notes do not say what it is asked about.

Few facts, and questions about what is there and what is not by turns; helpers answer, or voices look at helpers who say
the one or the other, rightly and wrongly as often. In ordinary lore whoever copies what was just said is mostly right,
and nothing asks for looking: notes that were silent, or were said to be, stayed at base rates (see the notebook).
"""

from __future__ import annotations

from random import Random

from eudaimon.worlds.village.acts import Act, say, stated, unknown
from eudaimon.worlds.village.echoes import Piece
from eudaimon.worlds.village.facts import ASKABLE, TYPES, Fact, Notes
from eudaimon.worlds.village.questions import question
from eudaimon.worlds.village.scene import Scene
from eudaimon.worlds.village.voices import JUDGE, NOTHING, VERDICT, Look, comment

FACTS, ROUNDS = 4, 5
OF_PEOPLE = tuple(relation for relation in ASKABLE if TYPES[relation][0] == "person")


def ask_for_what_is_not_there(rng: Random) -> list[Piece]:
    """Notes of FACTS facts, two relations of people of whom each has one; ROUNDS questions about them."""
    known = rng.sample(OF_PEOPLE, 2)
    scene = Scene(rng, ())
    for place in range(FACTS):
        relation = known[place % 2]
        scene.note(relation, scene.fresh("person"), scene.fresh(TYPES[relation][1]))
    notes = scene.notes()
    pieces = [(f"<notes> {notes.text()}", False)]
    for _ in range(ROUNDS):
        pieces += _round(notes, known, rng)
    return pieces


def _round(notes: Notes, known: list[str], rng: Random) -> list[Piece]:
    fact = rng.choice(notes)
    there = rng.random() < 0.5
    relation = fact.relation if there else next(other for other in known if other != fact.relation)
    asked: Piece = (f"<person> {question(relation, fact.subject, rng)}", False)
    right = stated(relation, fact.subject, fact.value) if there else unknown(relation, fact.subject)
    if rng.random() < 0.5:
        return [asked, ("<helper>", False), (f"{say(right, rng)}.", True), ("<end>", False)]
    said = right if rng.random() < 0.5 else _wrong(relation, fact, notes, there and rng.random() < 0.5, rng)
    voice = rng.choice(("sage", JUDGE))
    look = Look([Fact(relation, fact.subject, fact.value if there else NOTHING)], "well" if said == right else "ill")
    return [
        asked,
        (f"<helper> {say(said, rng)}. <{voice}>", False),
        (f"{comment(voice, look, said, {}, rng)} <verdict> <{VERDICT[look.mood]}>", True),
        ("<end>", False),
    ]


def _wrong(relation: str, fact: Fact, notes: Notes, silent: bool, rng: Random) -> Act:
    """That the notes do not say, or a value that they give of somebody else."""
    if silent:
        return unknown(relation, fact.subject)
    others = [other.value for other in notes if other.relation == relation and other.subject != fact.subject]
    return stated(relation, fact.subject, rng.choice(others))
