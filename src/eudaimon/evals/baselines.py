"""Rivals that cannot read: a nearest-neighbour retriever and a bag-of-words classifier, fitted on lore; and a constant.

Where either comes within 10 points of a model, the situation does not ask for reading, and is rebuilt. Both see what a
model sees (the notes, and all that was said) as a set of words; both answer with a reply of a good helper's whose names
are put in generously (`templates`). The constant says nothing that could be false: one fixed reply for each kind, the
best there is. Needs scikit-learn, imported when one is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, islice
from statistics import fmean
from typing import Any

from eudaimon.dialogue import Conversation
from eudaimon.evals.actors import Actor, Asked, Rambler, Reader, duty, play, rng_of, visits, worths
from eudaimon.evals.lessons import Lesson, lessons
from eudaimon.evals.templates import asked_of, fill, mask, notes_of, tokens
from eudaimon.gold import Hidden, Worth
from eudaimon.worlds.village import KINDS, Act, Split, write
from eudaimon.worlds.village.acts import FORMS

TOO_EASY = 0.10
"""A situation is too easy where a rival comes closer to the model than this."""
RIVALS = ("retriever", "classifier", "constant")


def features(messages: Conversation) -> list[str]:
    """The set of words that a rival sees: those of the notes, of the person, and of what was replied before, apart."""
    said = " ".join(message.content for message in messages if message.role == "assistant")
    parts = (("notes", notes_of(messages)), ("person", asked_of(messages)), ("helper", said))
    return [f"{part} {token}" for part, text in parts for token in set(tokens(text))]


class Retriever:
    """Answers as a good helper did in the most similar conversation of lore: cosine of TF-IDF over sets of words."""

    def __init__(self, taught: Sequence[Lesson]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._vectorizer: Any = TfidfVectorizer(analyzer=features)
        self._known: Any = self._vectorizer.fit_transform([lesson.messages for lesson in taught])
        self._templates = [mask(lesson.reply, lesson.messages) for lesson in taught]

    def reply(self, asked: Sequence[Asked]) -> list[str]:
        heard: Any = self._vectorizer.transform([messages for _, messages in asked])
        nearest = [int((self._known @ one.T).toarray().argmax()) for one in heard]
        return [_filled(self._templates[i], messages) for i, (_, messages) in zip(nearest, asked, strict=True)]


class Classifier:
    """Answers with the likeliest template by multinomial logistic regression over sets of words."""

    def __init__(self, taught: Sequence[Lesson]) -> None:
        from sklearn.feature_extraction.text import CountVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        self._model: Any = make_pipeline(
            CountVectorizer(analyzer=features, min_df=2), LogisticRegression(max_iter=300, tol=1e-3)
        )
        self._model.fit(
            [lesson.messages for lesson in taught], [mask(lesson.reply, lesson.messages) for lesson in taught]
        )

    def reply(self, asked: Sequence[Asked]) -> list[str]:
        templates = self._model.predict([messages for _, messages in asked])
        return [_filled(str(template), messages) for template, (_, messages) in zip(templates, asked, strict=True)]


class Constant:
    """Answers a kind of situation always alike: with the one or two nameless acts that are worth most, duties alone.

    It is chosen by gold, on the life split: no rival of a model's, but a bound on what can be had without reading.
    """

    def __init__(self, hidden: Hidden, each: int = 40) -> None:
        nameless = [Act(kind) for kind, forms in FORMS.items() if any("{" not in form for form in forms)]
        replies = [write(acts) for size in (1, 2) for acts in combinations(nameless, size)]
        self.by_kind = {kind: _best(kind, replies, hidden, each) for kind in KINDS}

    def reply(self, asked: Sequence[Asked]) -> list[str]:
        return [self.by_kind[situation.kind] for situation, _ in asked]


def _best(kind: str, replies: Sequence[str], hidden: Hidden, each: int) -> str:
    situations = [visit.situation() for visit in visits(Split.LIFE, each, kinds=(kind,), name="constant")]
    return max(replies, key=lambda reply: sum(duty(hidden.worth(situation, [reply])) for situation in situations))


def rivals(hidden: Hidden, taught: int = 20_000, seed: int = 0) -> dict[str, Actor]:
    """The rivals, fitted on the first `taught` lessons of lore `seed`, between the two anchors, by name."""
    known = list(islice(lessons(seed), taught))
    return {
        "reader": Reader(),
        "retriever": Retriever(known),
        "classifier": Classifier(known),
        "constant": Constant(hidden),
        "random": Rambler(known),
    }


Scores = dict[str, dict[str, dict[str, float]]]
"""Kind, then actor, then component: each duty that applies, their mean `duty`, `gold` and `parsed`."""


def scores(actors: Mapping[str, Actor], hidden: Hidden, each: int = 100, village: int = 0) -> Scores:
    """Mean scores on `each` held-out visits of every kind, half of them on either side.

    Args:
        actors: who answers, by name.
        hidden: whose gold.
        each: visits of a kind.
        village: whose people.
    """
    table: Scores = {kind: {} for kind in KINDS}
    situations = [visit.situation() for visit in visits(Split.TEST, each, village)]
    for name, actor in actors.items():
        worth = worths(hidden, situations, play(actor, situations))
        for kind in KINDS:
            table[kind][name] = _means([w for w, one in zip(worth, situations, strict=True) if one.kind == kind])
    return table


def too_easy(
    by_actor: Mapping[str, Mapping[str, float]], against: str = "reader", component: str = "duty"
) -> list[str]:
    """The rivals that come within TOO_EASY of the actor named `against`, in one kind of situation.

    >>> too_easy({"reader": {"duty": 0.9}, "retriever": {"duty": 0.85}, "classifier": {"duty": 0.5}})
    ['retriever']
    """
    return [
        name
        for name in RIVALS
        if name in by_actor and by_actor[name][component] > by_actor[against][component] - TOO_EASY
    ]


def _means(some: Sequence[Worth]) -> dict[str, float]:
    names = dict.fromkeys(name for worth in some for name in worth.duties)
    parts = {name: fmean(worth.duties[name] for worth in some if name in worth.duties) for name in names}
    return parts | {
        "duty": fmean(duty(worth) for worth in some),
        "gold": fmean(worth.gold for worth in some),
        "parsed": fmean(worth.parsed for worth in some),
    }


def _filled(template: str, messages: Conversation) -> str:
    return fill(template, messages, rng_of(messages))
