"""Viewpoints found in what people wrote: clusters of statements, each with its share, and which of them are reasonable.

No labels are used. Statements become vectors, of words by default or by a sentence encoder (`vectors`); average-linkage
clustering by cosine finds groups, and the number of groups is the one with the best silhouette (Rousseeuw 1987). Copies
of one text count once, so that nobody makes a viewpoint larger by saying it often. A viewpoint is set aside, never
silently, where it breaks a floor of the charter, where a judge that is handed in finds it unreasonable, where it is not
about the topic (an encoder alone can tell), where it is hardly more than one text that was handed in many times over
(near copies, such as an advertisement's), or where too few hold it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eudaimon.dialogue import Message
from eudaimon.errors import InputError
from eudaimon.values.charter import Charter, floors
from eudaimon.values.pluralism.vectors import Array, Embed, words

ABOUT = 0.4
"""A viewpoint is about the topic if it is as near to it as this share of what all statements are on average."""
COPY, WAYS, VARIED = 0.7, 0.07, 0.5
"""Statements are near copies from this cosine of their words on. A viewpoint that is said in less than this share of
all ways, and in no more ways than this share of its statements, is a text and not what people hold. Chosen on planted
crowds of seeds 300 to 305 and 500 to 504; who say it each in their own words are not struck, however few they are."""


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """What some people hold.

    Attributes:
        id: `v1`, `v2`, ... by size.
        statements: distinct statements, the most typical first.
        share: of all distinct statements.
        aside: why it is set aside; empty where it is not.
        few: whether that is only because few hold it; it is not unreasonable then.
    """

    id: str
    statements: tuple[str, ...]
    share: float
    aside: str = ""
    few: bool = False


def viewpoints(
    statements: Sequence[str],
    charter: Charter | None = None,
    *,
    most: int = 10,
    least: float = 0.03,
    unreasonable: Callable[[Sequence[str]], str] = lambda some: "",
    embed: Embed = words,
    topic: str = "",
) -> tuple[Viewpoint, ...]:
    """The viewpoints in `statements`, the largest first.

    Args:
        statements: one a person, in any language whose words are set apart by spaces.
        charter: whose floors no viewpoint may break: half of its statements breaking one set it aside.
        most: viewpoints at most.
        least: the smallest share that is kept; a minority of this size still counts.
        unreasonable: why a group of statements is unreasonable, or nothing: a judge, a person, a list.
        embed: how texts become vectors.
        topic: what was asked, in the statements' language; with an encoder, what is not about it is set aside.

    Raises:
        InputError: fewer than six distinct statements.
    """
    distinct = list(dict.fromkeys(" ".join(one.split()) for one in statements if one.strip()))
    if len(distinct) < 6:
        raise InputError(f"{len(distinct)} distinct statements are too few to find viewpoints in; give six at least")
    vectors = embed(distinct, distinct)
    about = vectors @ embed([topic], distinct)[0] if topic and embed is not words else np.ones(len(distinct))
    labels = _clusters(vectors, min(most, len(distinct) // 3))
    groups = sorted((np.where(labels == one)[0] for one in np.unique(labels)), key=len, reverse=True)
    ways = _ways(vectors if embed is words else words(distinct, distinct), groups)
    found = []
    for number, members in enumerate(groups, start=1):
        some = tuple(distinct[i] for i in _typical(vectors, members))
        share = len(members) / len(distinct)
        why = _broken(some, charter) or unreasonable(some)
        if not why and float(about[members].mean()) < ABOUT * float(about.mean()):
            why = f"is not about {topic}"
        if not why and ways[number - 1] < WAYS * sum(ways) and ways[number - 1] <= VARIED * len(members):
            why = f"is one text in {ways[number - 1]} wordings, handed in {len(members)} times over"
        few = not why and share < least
        found.append(Viewpoint(f"v{number}", some, share, f"held by {share:.1%} alone" if few else why, few))
    return tuple(found)


def _clusters(vectors: Array, most: int) -> npt.NDArray[np.int64]:
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.decomposition import TruncatedSVD
    from sklearn.metrics import silhouette_score

    size = min(40, *(side - 1 for side in vectors.shape))
    reduced = TruncatedSVD(size, random_state=0).fit_transform(vectors) if size > 1 else vectors
    reduced = reduced / np.maximum(np.linalg.norm(reduced, axis=1, keepdims=True), 1e-9)
    best, score = np.zeros(len(vectors), dtype=np.int64), -1.0
    for number in range(2, most + 1):
        labels = AgglomerativeClustering(number, metric="cosine", linkage="average").fit_predict(reduced)
        value = float(silhouette_score(reduced, labels, metric="cosine"))
        if value > score:
            best, score = labels, value
    return np.asarray(best)


def _ways(vectors: Array, groups: Sequence[npt.NDArray[np.int64]]) -> list[int]:
    """In how many ways each group says what it says: its statements, near copies counted once."""
    found = []
    for members in groups:
        kept: list[int] = []
        for i in members:
            if not kept or float((vectors[kept] @ vectors[i]).max()) < COPY:
                kept.append(int(i))
        found.append(len(kept))
    return found


def _typical(vectors: Array, members: npt.NDArray[np.int64]) -> list[int]:
    centre = vectors[members].mean(0)
    return [int(i) for i in members[np.argsort(-(vectors[members] @ centre), kind="stable")]]


def _broken(statements: Sequence[str], charter: Charter | None) -> str:
    if charter is None:
        return ""
    broken = floors(charter)
    counts: dict[str, int] = {}
    for one in statements:
        for article in broken((Message("assistant", one),)):
            counts[article.id] = counts.get(article.id, 0) + 1
    worst = max(counts, key=lambda name: counts[name], default="")
    return f"breaks the floor '{worst}'" if worst and counts[worst] * 2 >= len(statements) else ""
