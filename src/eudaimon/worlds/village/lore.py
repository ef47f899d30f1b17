"""Lore: the documents that a model is born from, without end, by seed.

A document holds notes, and several situations that share them: what people ask, what a helper says (good ones and bad
ones, in a stated proportion), and now and then the words of archetypes on the clause just said. Everything is written
from what can be seen; a voice misreads the notes in a stated share of cases, together with the others in a stated
correlation (Gaussian copula), and then both its comment and its verdict follow the misreading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import NormalDist

from eudaimon.worlds.village import words
from eudaimon.worlds.village.acts import Act, say
from eudaimon.worlds.village.echoes import echo_facts, echo_words
from eudaimon.worlds.village.facts import ASKABLE, CUSTOM, READABLE, ROLLED, TYPES, Fact, Notes, values
from eudaimon.worlds.village.helpers import BAD, Character, reply
from eudaimon.worlds.village.scene import Scene, exchange
from eudaimon.worlds.village.silences import ask_for_what_is_not_there
from eudaimon.worlds.village.situation import Begun, Situation
from eudaimon.worlds.village.split import Split, split_of
from eudaimon.worlds.village.village import KINDS, VILLAGERS, scripted, situations, utter
from eudaimon.worlds.village.voices import ARCHETYPES, JUDGE, UNTAUGHT, VERDICT, comment, judge


@dataclass(frozen=True, slots=True)
class Recipe:
    """What lore is made of.

    Attributes:
        bad: share of bad helpers.
        error: how often a voice misreads the notes.
        correlation: of the voices' misreadings, 0 (each its own) to 1 (all together).
        tagged: share of documents that carry `<kindly>` or `<careless>` before the helper speaks.
        commented: how often an archetype speaks at a clause's end, in documents where any does.
        mended: how often a revised helper then does what is right.
        kinds: what people come with.
        asides: up to so many further questions about whatever the notes hold.
        phrased: whether helpers use all their forms of words, or each act's first.
        rolls: share of documents whose notes are a roll: six facts of one or two relations, and all talk is about them.
            With several subjects to a relation, only who looks at the subject finds the value, or that there is none.
        relations: that rolls hold facts of.
        shared: how often a roll of two relations tells both of the same subjects.
        absent: how often a roll is asked about somebody of whom it does not say that.
        alike: share of the other documents in which two people come with the same kind of thing, for the same reason.
        brief: how often a voice gives its verdict without a comment. Where it would have to look, it cannot be sure
            then, and that is how it tells that it is touched (see `psyche.casting`).
        echoed_words, echoed_facts: shares of documents that are games of echo (see `echoes`).
        silences: share of documents that are games of silence (see `silences`).
        framed: how often an ask has clauses around it (see `speech`), where it would have them in life.
    """

    bad: float = 0.5
    error: float = 0.08
    correlation: float = 0.5
    tagged: float = 0.2
    commented: float = 0.5
    mended: float = 0.95
    kinds: tuple[str, ...] = tuple(KINDS)
    asides: int = 2
    phrased: bool = True
    rolls: float = 0.25
    relations: tuple[str, ...] = READABLE
    shared: float = 0.5
    absent: float = 0.25
    alike: float = 0.5
    brief: float = 0.15
    echoed_words: float = 0.03
    echoed_facts: float = 0.1
    silences: float = 0.08
    framed: float = 1.0


ROLL = 6
"""Facts in a roll."""
ECHOES = Recipe(echoed_words=1.0, echoed_facts=0.0, silences=0.0)
"""Before all else: whether two words are the same."""
INFANCY = Recipe(
    bad=0.0,
    error=0.0,
    tagged=0.1,
    commented=0.0,
    phrased=False,
    rolls=1.0,
    relations=ROLLED,
    shared=0.0,
    absent=0.0,
    echoed_words=0.1,
    echoed_facts=0.25,
    silences=0.0,
    framed=0.0,
)
"""First words: looking things up, over and over, in one form of words, and comparing what is said."""
CHILDHOOD = Recipe(bad=0.4, error=0.0, tagged=0.8, commented=0.6, asides=4, rolls=0.5)
"""Then all kinds of situations, with helpers that are mostly told apart and voices that read without error."""


class Document:
    """A document under way."""

    def __init__(self) -> None:
        self.pieces: list[tuple[str, bool]] = []

    def read(self, text: str) -> None:
        """Adds text that is only read."""
        self.pieces.append((text, False))

    def learn(self, text: str) -> None:
        """Adds text that is learned."""
        self.pieces.append((text, True))


class Errors:
    """Who misreads the notes of one situation: correlated across voices, the same for the whole situation."""

    def __init__(self, recipe: Recipe, rng: Random) -> None:
        self._rng, self._rho = rng, recipe.correlation
        self._bound = NormalDist().inv_cdf(recipe.error) if recipe.error > 0 else float("-inf")
        self._shared = rng.gauss(0, 1)
        self._own: dict[str, bool] = {}

    def misreads(self, voice: str) -> bool:
        """Whether this voice misreads: Phi^-1(error) > sqrt(rho) * shared + sqrt(1 - rho) * own."""
        if voice not in self._own:
            z = self._rho**0.5 * self._shared + (1 - self._rho) ** 0.5 * self._rng.gauss(0, 1)
            self._own[voice] = z < self._bound
        return self._own[voice]


def write_document(rng: Random, recipe: Recipe, situations_each: int = 3) -> list[tuple[str, bool]]:
    """One document; situations outside the lore split are drawn again."""
    games = (echo_words, echo_facts, ask_for_what_is_not_there)
    draw = rng.random()
    for game, share in zip(games, (recipe.echoed_words, recipe.echoed_facts, recipe.silences), strict=True):
        if (draw := draw - share) < 0:
            return game(rng)
    while True:
        rolled = rng.random() < recipe.rolls
        drawn = (
            roll(rng, recipe.absent, recipe.relations, recipe.shared)
            if rolled
            else _scene(recipe, situations_each, rng)
        )
        if kept := [situation for situation in drawn if split_of(situation.key) is Split.LORE]:
            break
    document = Document()
    character = rng.choice(BAD) if rng.random() < recipe.bad else Character.GOOD
    document.read(f"<notes> {kept[0].notes.text()}")
    commented = recipe.commented if rng.random() < 0.75 else 0.0
    if rng.random() < recipe.tagged:
        document.read("<kindly>" if character is Character.GOOD else "<careless>")
    asides = [] if rolled else _asides(kept[0].notes, rng.randint(0, recipe.asides), rng)
    for situation in [*kept, *asides]:
        _converse(document, situation, character, recipe, commented, rng)
    return document.pieces


def _scene(recipe: Recipe, situations_each: int, rng: Random) -> list[Situation]:
    villagers, kinds = tuple(rng.sample(words.PEOPLE, VILLAGERS)), rng.sample(recipe.kinds, situations_each)
    if rng.random() < recipe.alike:
        kinds[-1] = kinds[0]
    return situations(rng, villagers, kinds)


def roll(rng: Random, absent: float = 0.0, among: Sequence[str] = ROLLED, shared: float = 0.0) -> list[Situation]:
    """Notes of ROLL facts in one or two of some relations, and a plain question or a claim about each; of relations
    that nobody asks for claims alone, and none where all facts say the same. Two relations of the same kind of subject
    are told of the same subjects in a `shared` part of the rolls: then a subject alone finds nothing."""
    scene = Scene(rng, ())
    chosen = rng.sample(among, rng.choice((1, 2)))
    relations = [rng.choice(words.CUSTOMS) if relation == CUSTOM else relation for relation in chosen]
    alike = len({TYPES[relation][0] for relation in relations}) < len(relations) and rng.random() < shared
    facts: list[Fact] = []
    for place in range(ROLL):
        relation = relations[place % len(relations)]
        subject, value = TYPES[relation]
        known = scene.fresh(value) if relation in ASKABLE or value == "person" else rng.choice(values(value))
        whose = facts[-1].subject if alike and place % 2 else scene.fresh(subject)
        facts.append(scene.note(relation, whose, known))
    notes, asked = scene.notes(), []
    for fact in rng.sample(facts, ROLL):
        strangers = [
            f
            for f in facts
            if TYPES[f.relation][0] == TYPES[fact.relation][0] and notes.find(fact.relation, f.subject) is None
        ]
        if strangers and fact.relation in ASKABLE and rng.random() < absent:
            stranger = rng.choice(strangers)
            roles = {"relation": fact.relation, "subject": stranger.subject}
            asked.append(Situation("plain", 0, "", roles, notes, exchange(notes, fact, stranger), (fact,)))
            continue
        others = [f for f in facts if f.relation == fact.relation and f.value != fact.value]
        if not others:
            continue
        other = rng.choice(others)
        twin = exchange(notes, fact, other)
        roles = {"relation": fact.relation, "subject": fact.subject}
        if fact.relation in ASKABLE and rng.random() < 0.5:
            asked.append(Situation("plain", 1, "", roles, notes, twin, (fact,)))
        else:
            side = rng.randrange(2)
            roles["claimed"] = fact.value if side else other.value
            asked.append(Situation("claim", side, "", roles, notes, twin, (fact, other)))
    return asked


def _asides(notes: Notes, count: int, rng: Random) -> list[Situation]:
    """Plain questions about facts that the notes hold anyway; those of another split are left out."""
    facts = [fact for fact in notes if fact.relation in ASKABLE]
    asked = []
    for fact in rng.sample(facts, min(count, len(facts))):
        others = [f for f in facts if f.relation == fact.relation and f.value != fact.value]
        twin = exchange(notes, fact, rng.choice(others)) if others else notes
        roles = {"relation": fact.relation, "subject": fact.subject}
        aside = Situation("plain", 1, "", roles, notes, twin, (fact,))
        if split_of(aside.key) is Split.LORE:
            asked.append(aside)
    return asked


def _converse(
    document: Document, situation: Situation, character: Character, recipe: Recipe, commented: float, rng: Random
) -> None:
    kind, errors = KINDS[situation.kind], Errors(recipe, rng)
    start = scripted(situation)
    for turn in range(situation.turns):
        framed = rng.random() < recipe.framed
        said = utter(situation, turn, rng, lore=True) if framed else kind.utter(situation.roles, turn, rng)
        document.read(f"<person> {said}")
        if turn < start:
            assert isinstance(kind, Begun)
            document.read(f"<helper> {kind.opening(situation.roles, situation.notes, rng)} <end>")
            continue
        acts = _speak(
            document, situation, turn, reply(character, kind, situation, turn, rng), errors, recipe, commented, rng
        )
        if kind.content(acts):
            return


def _speak(
    document: Document,
    situation: Situation,
    turn: int,
    plan: Sequence[Act],
    errors: Errors,
    recipe: Recipe,
    commented: float,
    rng: Random,
) -> list[Act]:
    """Says the plan clause by clause; where a voice revises, what is right is said instead. Where it surrenders too:
    why something cannot or should not be done, that it is let go of, a word for the person; nobody interrupts that."""
    document.read("<helper>")
    said: list[Act] = []
    rest = list(plan)
    while rest:
        act = rest.pop(0)
        document.learn(say(act, rng if recipe.phrased else None) + ("," if rest else "."))
        said.append(act)
        if situation.kind in UNTAUGHT or rng.random() >= commented:
            continue
        voice = _voice(situation, turn, said, rng)
        notes = situation.twin if errors.misreads(voice) else situation.notes
        mood = _comment(document, voice, situation, turn, said, notes, rng.random() < recipe.brief, rng)
        document.read("<helper>")
        if mood == "hopeless" or (mood == "ill" and rng.random() < recipe.mended):
            said.pop()
            rest = mend(situation, turn, said, notes)
        if mood == "hopeless":
            rest, commented = list(dict.fromkeys((*rest, Act("here")))), 0.0
    document.learn("<end>")
    return said


def _voice(situation: Situation, turn: int, said: Sequence[Act], rng: Random) -> str:
    """Who speaks: mostly one whose concern is touched, since the others have nothing to learn here; or the judge."""
    if rng.random() < 1 / (1 + len(ARCHETYPES)):
        return JUDGE
    voice = rng.choice(list(ARCHETYPES))
    for _ in range(3):
        if judge(voice, KINDS[situation.kind], situation, situation.notes, turn, said[:-1], said[-1]).mood != "asleep":
            break
        voice = rng.choice(list(ARCHETYPES))
    return voice


def _comment(
    document: Document,
    voice: str,
    situation: Situation,
    turn: int,
    said: Sequence[Act],
    notes: Notes,
    brief: bool,
    rng: Random,
) -> str:
    look = judge(voice, KINDS[situation.kind], situation, notes, turn, said[:-1], said[-1])
    document.read(f"<{voice}>")
    if brief:
        document.read("<verdict>")
        document.learn(f"<{VERDICT[look.mood]}>")
    else:
        document.learn(f"{comment(voice, look, said[-1], situation.roles, rng)} <verdict> <{VERDICT[look.mood]}>")
    return look.mood


def mend(situation: Situation, turn: int, said: Sequence[Act], notes: Notes) -> list[Act]:
    """What is still to be said so that the reply becomes right by `notes`: those that the voice read which objected, so
    that a helper who is told why does better or worse by what it is told."""
    right = KINDS[situation.kind].answer(situation.roles, notes, turn)
    return [act for act in right if act not in said] or [Act("here")]
