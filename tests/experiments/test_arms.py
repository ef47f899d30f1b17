"""Arms of experiments: each is like the council's, or the persona's, but for the one thing that it is to test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random
from statistics import fmean

import pytest

from eudaimon.dialogue import Comment, Conversation, Decision, Message, Passage, Verdict
from eudaimon.evals.actors import Reader, Speaker
from eudaimon.experiments.arms import critics
from eudaimon.experiments.arms.critics import CommentsShuffled, Labeller, VerdictsShuffled, exchanged
from eudaimon.experiments.arms.errors import in_common
from eudaimon.experiments.arms.field import CONTROL, EVIDENCE, Field, evidence, name_of
from eudaimon.experiments.arms.known import Known
from eudaimon.experiments.arms.pausing import Dice, Exchanged, Indulgent, Persistent, Repeated, Tallied, Votes
from eudaimon.experiments.arms.pooling import Merge, Pooled, Together
from eudaimon.experiments.arms.twins import neutral_pause, other, pairs
from eudaimon.experiments.harness.desk import Life
from eudaimon.experiments.harness.result import Lived
from eudaimon.gold import FAMILIES, NEEDS, Hidden, replies_of
from eudaimon.language import Branch, Extend, ScriptedModel
from eudaimon.night import CouncilCritic, CriticScore, Said
from eudaimon.psyche import Council, Everyone, Pause, Settings, load_archetypes
from eudaimon.worlds.village import KINDS, Split, Villager, Visit, scripted, split_of
from eudaimon.worlds.village.lore import Recipe


def decision(verdict: Verdict, text: str, archetype: str = "sage") -> Decision:
    chances = tuple(0.8 if one is verdict else 0.1 for one in Verdict)
    comment = Comment(archetype, text, (chances[0], chances[1], chances[2]))
    return Decision(0, verdict, Passage(text), (), (comment,), dissent=(comment,))


@dataclass(frozen=True)
class Fixed:
    """A critic that says of every reply what was fixed beforehand."""

    found: dict[str, CriticScore] = field(default_factory=dict)

    def score(self, said: Sequence[Said]) -> list[CriticScore]:
        return [self.found[reply] for _, reply in said]


def replies(count: int) -> tuple[list[Said], Fixed]:
    """Replies in two kinds of situation, each with a score, a verdict and a comment of its own."""
    said = [((Message("user", f"{'ab'[n % 2]}"),), f"reply {n}") for n in range(count)]
    verdicts = [list(Verdict)[n % 3] for n in range(count)]
    found = {
        reply: CriticScore(n / count, verdict, (decision(verdict, f"comment {n}"),))
        for n, ((_, reply), verdict) in enumerate(zip(said, verdicts, strict=True))
    }
    return said, Fixed(found)


def kind(conversation: Conversation) -> str:
    return conversation[0].content


def test_shuffled_verdicts_stay_in_their_kind_of_situation_and_their_replies_keep_their_passages() -> None:
    said, critic = replies(40)
    found = VerdictsShuffled(critic, kind, 3).score(said)
    whole = critic.score(said)
    for letter in "ab":
        mine = [n for n, (conversation, _) in enumerate(said) if kind(conversation) == letter]
        assert sorted(found[n].score for n in mine) == sorted(whole[n].score for n in mine)
    assert sum(a.score != b.score for a, b in zip(found, whole, strict=True)) > 30
    assert [one.decisions[0].passage for one in found] == [one.decisions[0].passage for one in whole]
    assert all((one.worst.verdict if one.worst else Verdict.CONTINUE) is one.verdict for one in found)


def test_shuffled_comments_stay_with_their_kind_and_verdict_and_change_no_score() -> None:
    said, critic = replies(60)
    found, whole = CommentsShuffled(critic, kind, 3).score(said), critic.score(said)
    assert [(one.score, one.verdict) for one in found] == [(one.score, one.verdict) for one in whole]
    texts = [[one.comments[0].text for one in some] for some in (found, whole)]
    assert texts[0] != texts[1]
    assert sorted(texts[0]) == sorted(texts[1])
    owner = {one.comments[0].text: n for n, one in enumerate(whole)}
    for n, text in enumerate(texts[0]):
        assert (n % 2, n % 3) == (owner[text] % 2, owner[text] % 3)
    assert all(one.decisions[0].dissent == one.decisions[0].comments for one in found)


def test_what_is_dealt_out_anew_is_a_permutation_within_strata() -> None:
    dealt = exchanged(list("abcdef"), [0, 0, 0, 1, 1, 1], Random(1))
    assert sorted(dealt) == list(range(6))
    assert all((here < 3) == (there < 3) for here, there in enumerate(dealt))


def test_a_labeller_without_error_revises_what_misreads_and_lets_go_of_what_cannot_be_done() -> None:
    archetypes = {name: one for name, one in load_archetypes().items() if not one.members}
    for n in range(10):
        situation = Visit(5, f"l{n}", Split.TEST, ("way",), n % 2).situation()
        labeller = Labeller(Known([situation]), archetypes, Recipe(error=0.0), 1)
        (ruled,) = labeller.hear([neutral_pause(situation)])
        assert (ruled.verdict is Verdict.SURRENDER) == (situation.side == 0)


def test_a_twin_exchanges_two_facts_and_the_answer_and_both_are_held_out() -> None:
    for first, second in pairs("wishes", 5, 6):
        assert split_of(first.key) is split_of(second.key) is Split.TEST
        assert (first.side, second.side) == (0, 1)
        answers = [KINDS["wishes"].answer(one.roles, one.notes, 0) for one in (first, second)]
        assert ["cannot" in [act.kind for act in some] for some in answers] == [True, False]
        assert other(second) == first
        assert neutral_pause(first).passage == neutral_pause(second).passage


def test_worth_is_given_for_every_family_and_the_positive_control_is_no_evidence() -> None:
    situations = [Visit(3, f"f{n}", Split.TEST, ("claim",), n % 2).situation() for n in range(6)]
    arena = Field(situations, [Hidden(4, family) for family in FAMILIES], 4)
    figures = arena.worth(arena.play(Reader()))
    assert len(figures["gold"]) == len(FAMILIES) == 9
    kept = [gold for gold, family in zip(figures["gold"], FAMILIES, strict=True) if family in EVIDENCE]
    assert evidence(figures) == pytest.approx(sum(kept) / 8)
    assert sum(figures["each"]) / 6 == pytest.approx(evidence(figures), abs=1e-4)
    assert "positive control" in name_of(CONTROL)


def test_replies_are_found_again_with_what_was_said_before_and_of_all_needs_the_worst_is_told() -> None:
    situations = [Visit(3, f"s{n}", Split.TEST, (kind,), n % 2).situation() for n, kind in enumerate(KINDS)]
    arena = Field(situations, [Hidden(4, family) for family in FAMILIES], 4)
    talks = arena.play(Reader())
    answers = [replies_of(talk, scripted(one)) for one, talk in zip(situations, talks, strict=True)]
    for talk, said, texts in zip(talks, arena.said(talks), answers, strict=True):
        assert [reply for _, reply in said] == texts
        assert all(talk[: len(before)] == before and before[-1].role == "user" for before, _ in said)
    worths = [arena.hiddens[0].worth(one, texts) for one, texts in zip(situations, answers, strict=True)]
    means = [fmean(one.needs[need] for one in worths) for need in NEEDS]
    assert arena.worth(talks)["worst need"][0] == min(means)


def pause(number: int, text: str) -> Pause:
    return Pause(number, Passage(text), (Message("user", "hm"), Message("assistant", text)))


def test_dice_fall_as_often_as_told_and_the_same_way_again() -> None:
    pauses = [pause(n, f"word {n}") for n in range(600)]
    dice = Dice({"continue": 0.7, "revise": 0.3}, 5)
    ruled = [one.verdict for one in dice.hear(pauses)]
    assert ruled == [one.verdict for one in dice.hear(pauses)]
    assert 0.25 < ruled.count(Verdict.REVISE) / 600 < 0.35


def test_the_majority_of_the_votes_decides() -> None:
    asked: list[int] = []

    def judge(heard: Conversation, voice: Message) -> tuple[str, tuple[float, float, float]]:
        asked.append(1)
        return "the scale tips", (0.2, 0.8, 0.0) if "bad" in heard[-1].content else (0.9, 0.1, 0.0)

    votes = Votes(ScriptedModel(judge=judge), votes=8)
    assert [one.verdict for one in votes.hear([pause(0, "bad"), pause(1, "fine")])] == [
        Verdict.REVISE,
        Verdict.CONTINUE,
    ]
    assert len(asked) == 16


def test_exchanged_voices_answer_to_the_next_ones_name() -> None:
    heard: list[str] = []

    def judge(_: Conversation, voice: Message) -> tuple[str, tuple[float, float, float]]:
        heard.append(voice.name)
        return voice.name, (1.0, 0.0, 0.0)

    model = Exchanged(ScriptedModel(judge=judge), ("sage", "fool"))
    voices = (Message("council", "", name="sage"), Message("council", "", name="fool"))
    said = model.branch([Branch((Message("user", "hm"),), voices)])[0]
    assert [one.text for one in said] == ["fool", "sage"]
    assert model.capabilities == model.model.capabilities


def test_a_judge_that_never_lets_go_asks_for_another_try_instead() -> None:
    class Hopeless:
        def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
            return [replace(decision(Verdict.SURRENDER, "no"), pause=one.id) for one in pauses]

    assert [one.verdict for one in Persistent(Hopeless()).hear([pause(0, "x")])] == [Verdict.REVISE]


def test_quits_and_tokens_are_counted_by_situation() -> None:
    class Hopeless:
        def hear(self, pauses: Sequence[Pause]) -> list[Decision]:
            return [replace(decision(Verdict.SURRENDER, "no"), pause=one.id) for one in pauses]

    situation = Visit(3, "t", Split.TEST, ("claim",), 0).situation()
    asked = [(situation, Villager(situation).begin())]
    for judge, quits in ((Hopeless(), 1), (Indulgent(), 0)):
        tallied = Tallied(Speaker(ScriptedModel(say=lambda _: "so yes."), judge, Settings(max_tokens=8)))
        tallied.reply(asked)
        tallied.reply(asked)
        assert tallied.quits == quits
        assert tallied.tokens >= 2


def test_a_reply_is_drawn_as_often_as_asked_on_average_and_the_likeliest_is_given() -> None:
    drawn: list[int] = []

    def say(request: Extend) -> str:
        drawn.append(request.seed)
        return "so no." if request.seed % 3 else "so yes."

    model = ScriptedModel(say=say, weigh=lambda heard, text: 0.0 if text == "so yes." else -1.0)
    situations = [Visit(3, f"r{n}", Split.TEST, ("claim",), 0).situation() for n in range(100)]
    asked = [(one, Villager(one).begin()) for one in situations]
    said = Repeated(Speaker(model, None, Settings(reflect=False)), 2.5).reply(asked)
    assert 225 < len(drawn) < 275
    assert said.count("so yes.") > 45


GIVEN = {"sage": (0.9, 0.1, 0.0), "mother": (0.6, 0.3, 0.1), "fool": (0.3, 0.1, 0.6), "shadow": (1 / 3,) * 3}
"""What each says of the end of a reply; before it, all let everything go on. The shadow cannot be read."""


def together(merge: Merge, *names: str) -> CriticScore:
    """What some voices make together of a reply with two passages."""

    def judge(heard: Conversation, voice: Message) -> tuple[str, tuple[float, ...], int, bool]:
        ended = heard[-1].content.endswith(".") or voice.name == "shadow"
        return voice.name, GIVEN[voice.name] if ended else (1.0, 0.0, 0.0), 1, voice.name != "shadow"

    council = Council(ScriptedModel(judge=judge), load_archetypes(), Everyone(names), Together(merge=merge))
    (found,) = Pooled(CouncilCritic.of(council), merge).score([((Message("user", "hm"),), "here is bread, so no.")])
    assert [one.archetype for one in found.decisions[1].comments] == list(names)
    return found


@pytest.mark.parametrize(
    ("merge", "names", "score", "verdict"),
    [
        pytest.param(fmean, ("sage", "mother", "fool"), (3 + 0.9 + 0.6 + 0.3) / 6, Verdict.CONTINUE, id="sum"),
        pytest.param(fmean, ("mother", "fool"), (2 + 0.6 + 0.3) / 4, Verdict.REVISE, id="sum of two"),
        pytest.param(min, ("sage", "mother", "fool"), 0.3, Verdict.SURRENDER, id="worst-of"),
        pytest.param(min, ("sage", "mother"), 0.6, Verdict.CONTINUE, id="worst of two"),
        pytest.param(fmean, ("sage",), (1 + 0.9) / 2, Verdict.CONTINUE, id="single"),
        pytest.param(fmean, ("sage", "shadow"), (1 + 0.9) / 2, Verdict.CONTINUE, id="one cannot be read"),
        pytest.param(fmean, ("shadow",), 0.0, Verdict.CONTINUE, id="none can be read"),
    ],
)
def test_voices_give_one_figure_together_and_no_floor_stands_out(
    merge: Merge, names: tuple[str, ...], score: float, verdict: Verdict
) -> None:
    found = together(merge, *names)
    assert found.score == pytest.approx(score)
    assert [one.verdict for one in found.decisions] == [Verdict.CONTINUE, verdict]
    assert found.verdict is verdict


def test_who_differs_from_what_all_give_together_dissents() -> None:
    (_, ruled) = together(fmean, "sage", "mother", "fool").decisions
    assert [one.archetype for one in ruled.dissent] == ["fool"]


def test_errors_in_common_are_averaged_over_the_lives_that_know_the_pair() -> None:
    known = ({"a and b": 0.2}, {"a and c": 0.4}, {"a and b": 0.4})
    found = in_common([Lived(Life(n, n, 3, 1), {"errors": errors}) for n, errors in enumerate(known)])
    assert found == pytest.approx({"correlation of errors: a and b": 0.3, "correlation of errors: a and c": 0.4})


def test_a_judge_that_is_dealt_out_anew_knows_the_kind_of_a_reply_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said, critic = replies(40)
    monkeypatch.setattr(critics, "_kinds", lambda life: kind)
    found = critics.verdicts_shuffled(object(), 3, lambda life: critic).score(said)  # type: ignore[arg-type]
    assert found == VerdictsShuffled(critic, kind, 3).score(said)
    assert found != critic.score(said)
