"""Judges who choose among the same tries differ in what they choose, and in nothing else."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from eudaimon.dialogue import Message, SignalKind, Verdict
from eudaimon.experiments.arms import critics
from eudaimon.experiments.arms.rejudging import judges_of, rejudged
from eudaimon.experiments.harness.desk import Desk, Life
from eudaimon.gold import FAMILIES, Hidden
from eudaimon.night import CriticScore, Said, Settings
from eudaimon.night.signals import Tries, draw
from eudaimon.night.trying import Tried
from eudaimon.night.turns import Turn
from eudaimon.values import Standard

HEARD = ((Message("user", "what does Tom sell?"),), (Message("user", "where is Ann?"),))
SETTINGS = Settings(standard=Standard(0.5, 0.6), margin=0.1)


class Worth:
    """A critic that knows what replies are worth, and was asked for them `calls` times."""

    def __init__(self, **worth: float) -> None:
        self.worth, self.calls = worth, 0

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        self.calls += 1
        return [CriticScore(self.worth[reply], Verdict.CONTINUE) for _, reply in said]


def tried(text: str, score: float, fit: bool = True) -> Tried:
    return Tried(text, CriticScore(score, Verdict.SURRENDER), fit)


def tries() -> list[Tries]:
    bread, salt, rude = tried("bread", 0.9), tried("salt", 0.1), tried("rude", 0.2, fit=False)
    away = tried("away", 0.1)
    return [
        Tries(Turn("one", 1, HEARD[0]), (salt, bread, rude)),
        Tries(Turn("two", 1, HEARD[1]), (away,), away, tried("let_go", 0.9)),
    ]


def test_another_judge_chooses_otherwise_among_the_same_replies() -> None:
    theirs = Worth(salt=0.9, bread=0.1, rude=1.0, away=0.9, let_go=0.1)
    found = rejudged(tries(), theirs)
    assert theirs.calls == 1
    assert [[reply.text for reply in one.replies] for one in found] == [["salt", "bread", "rude"], ["away"]]
    ours, others = (
        [(one.kind, one.chosen, one.rejected) for one in draw(some, SETTINGS, 1)] for some in (tries(), found)
    )
    assert set(ours) == {
        (SignalKind.LABEL, "bread", ""),
        (SignalKind.PAIR, "bread", "rude"),  # not fit, so worth nothing
        (SignalKind.LETTING_GO, "let_go", "away"),
    }
    assert set(others) == {
        (SignalKind.LABEL, "salt", ""),
        (SignalKind.PAIR, "salt", "rude"),
        (SignalKind.LABEL, "away", ""),
    }


def test_the_reply_that_was_let_go_of_stays_the_same_one_and_is_judged_anew() -> None:
    [_, last] = rejudged(tries(), Worth(salt=0.5, bread=0.5, rude=0.5, away=0.3, let_go=0.7))
    assert last.gone_on is last.replies[0]
    assert (last.gone_on.score, last.parting and last.parting.score) == (0.3, 0.7)


def test_who_judges_alike_chooses_alike() -> None:
    same = rejudged(tries(), Worth(salt=0.1, bread=0.9, rude=0.2, away=0.1, let_go=0.9))
    assert [(one.chosen, one.margin) for one in draw(same, SETTINGS, 1)] == [
        (one.chosen, one.margin) for one in draw(tries(), SETTINGS, 1)
    ]


class Felt:
    """Scores a reply by the number that it ends in, over a hundred and in `part`."""

    def __init__(self, part: float) -> None:
        self.part = part

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        return [CriticScore(self.part + int(reply.split()[-1]) / 1000, Verdict.CONTINUE) for _, reply in said]


def test_in_the_null_all_primary_arms_get_the_councils_scores_in_another_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(critics, "council", lambda life: Felt(0.1))
    monkeypatch.setattr(critics, "approving", lambda life, hidden: Felt(0.5))
    monkeypatch.setattr(critics, "_kinds", lambda life: lambda heard: heard[0].content)
    said = [((Message("user", "ab"[n % 2]),), f"reply {n}") for n in range(80)]
    ours = [one.score for one in Felt(0.1).score(said)]
    hiddens = [Hidden(1, family) for family in FAMILIES]
    for null in (True, False):
        judges = judges_of(Desk(Life(0, 0, 3, 77), tmp_path, tmp_path, 14, null=null), hiddens)
        primary = [arm for arm in judges if arm.startswith(("council", "approval"))]
        scores = {arm: [one.score for one in judges[arm](None).score(said)] for arm in primary}  # type: ignore[arg-type]
        if not null:
            assert scores["council"] == ours
            assert all(min(some) >= 0.5 for arm, some in scores.items() if arm != "council")
            continue
        assert len({tuple(some) for some in scores.values()}) == len(primary) == 10
        for some in scores.values():
            assert [sorted(some[kind::2]) for kind in (0, 1)] == [ours[kind::2] for kind in (0, 1)]
            assert sum(a == b for a, b in zip(some, ours, strict=True)) < 20
