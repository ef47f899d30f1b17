"""What the council decided, counted: by situation, by day, and by who agreed with whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from eudaimon.dialogue import VERDICTS, Comment, Decision, Episode, Verdict
from eudaimon.report.said import is_read


@dataclass(slots=True)
class Verdicts:
    """How often each verdict was given."""

    counts: Counter[Verdict] = field(default_factory=Counter)
    conversations: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.counts.total()

    @property
    def shares(self) -> tuple[float, ...]:
        """Of continue, revise and surrender; zeros where there is none."""
        return tuple(self.counts[verdict] / max(1, self.total) for verdict in VERDICTS)


def verdicts(groups: Iterable[tuple[str, Episode]]) -> dict[str, Verdicts]:
    """The council's verdicts on all passages (drafts too) of each group's episodes, the largest group first."""
    found: dict[str, Verdicts] = defaultdict(Verdicts)
    for group, episode in groups:
        found[group].conversations += 1
        found[group].counts.update(reflection.decision.verdict for reflection in episode.reflections)
    return dict(sorted(found.items(), key=lambda one: (-one[1].total, one[0])))


@dataclass(slots=True)
class Stance:
    """How one role stood to the council it sat in.

    Attributes:
        heard: decisions in which it could be read.
        unread: decisions in which it could not.
        agreed: how often its own verdict was the council's.
        verdicts: its own.
    """

    heard: int = 0
    unread: int = 0
    agreed: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)

    def share(self, count: int) -> float:
        """`count` as a share of what it was heard about."""
        return count / max(1, self.heard)

    @property
    def dissented(self) -> int:
        """How often its own verdict was another."""
        return self.heard - self.agreed


@dataclass(slots=True)
class Parted:
    """Two roles: decisions that both were heard about, and in how many of them their verdicts differed."""

    together: int = 0
    apart: int = 0

    @property
    def share(self) -> float:
        """How often they differed."""
        return self.apart / max(1, self.together)


@dataclass(frozen=True, slots=True)
class Stances:
    """Everybody's stance, in the order of first being heard, and how far each two were apart."""

    roles: Mapping[str, Stance]
    pairs: Mapping[frozenset[str], Parted]


def stances(decisions: Iterable[Decision]) -> Stances:
    """Who agreed and who dissented, over all decisions."""
    roles: dict[str, Stance] = defaultdict(Stance)
    pairs: dict[frozenset[str], Parted] = defaultdict(Parted)
    for decision in decisions:
        for comment in decision.comments:
            _stand(roles[comment.archetype], comment, decision)
        for one, other in combinations(filter(is_read, decision.comments), 2):
            pair = pairs[frozenset((one.archetype, other.archetype))]
            pair.together += 1
            pair.apart += one.verdict is not other.verdict
    return Stances(dict(roles), dict(pairs))


def _stand(stance: Stance, comment: Comment, decision: Decision) -> None:
    if not is_read(comment):
        stance.unread += 1
        return
    stance.heard += 1
    stance.agreed += comment.verdict is decision.verdict
    stance.verdicts[comment.verdict] += 1


def decisions(episodes: Iterable[Episode]) -> list[Decision]:
    """Every decision in these episodes, in order."""
    return [reflection.decision for episode in episodes for reflection in episode.reflections]
