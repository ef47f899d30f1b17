"""Verdicts read from free text and from log-probabilities."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.language.chunk import Likely, Token
from eudaimon.language.hearing import counted, hear, weighed

CHOICES = ("continue", "revise", "surrender")


@pytest.mark.parametrize(
    ("answer", "choice"),
    [
        ("A gate.\nVerdict: revise", "revise"),
        ("A gate.\nVERDICT: REVISE.", "revise"),
        ("A gate.\n**Verdict:** *Revise*", "revise"),
        ("### Verdict\n\n`surrender`", "surrender"),
        ("A gate. Verdict - I would say revise here, friend.", "revise"),
        ("Verdict: Revise (not surrender).", "revise"),
        ("Verdict: continue\n\nOn reflection:\nVerdict: surrender", "surrender"),
        ("Verdict: revise\nThis verdict is a gentle one.", "revise"),
        ("A lamp.\nVerdict: continue\n\nI give this verdict since there is nothing to revise.", "continue"),
        ("A lamp.\nVerdict: continue\nVerdict given since there is nothing to revise.", "continue"),
        ("A lamp.\n**Verdict**: continue\n\nMy verdict is not to surrender.", "continue"),
        ("### Verdict\ncontinue\n\nThis verdict leaves nothing to revise.", "continue"),
        ('{"comment": "A lamp.", "verdict": "continue", "why": "a verdict of revise asks too much"}', "continue"),
        ("A lamp. My verdict is revise.", "revise"),
        ("A gate.\n\nContinue.", "continue"),
        ("revise", "revise"),
        ("Verdict: continue, revise, surrender", ""),
        ("Verdict: either revise or surrender", ""),
        ("I would rather continue with revised words", ""),
        ("Verdict: maybe", ""),
        ("Verdict: discontinued", ""),
        ("", ""),
    ],
)
def test_the_verdict_is_read_through_case_markdown_and_extra_words(answer: str, choice: str):
    assert hear(answer, CHOICES).choice == choice


def test_the_comment_is_what_stands_before_the_verdict_without_markdown():
    assert hear('**"A closed\n gate."**\n\n**Verdict:** revise', CHOICES).comment == "A closed gate."
    assert hear("only a comment", CHOICES).comment == "only a comment"


@given(st.text() | st.lists(st.sampled_from(["verdict", ":", "\n", "ſurrender", "Revise", " ", "*", "K"])).map("".join))
def test_any_answer_is_heard_without_an_error_and_its_start_points_at_the_choice(answer: str):
    heard = hear(answer, CHOICES)
    assert heard.choice in ("", *CHOICES)
    assert (heard.start >= 0) == bool(heard.choice)
    if heard.choice and answer.isascii():
        assert answer[heard.start :].lower().startswith(heard.choice)


def test_counts_are_smoothed_by_a_half_and_unread_ones_are_left_out():
    assert counted(["revise"] * 5, CHOICES) == pytest.approx((0.5 / 6.5, 5.5 / 6.5, 0.5 / 6.5))
    assert counted(["revise", "", ""], CHOICES) == pytest.approx((0.2, 0.6, 0.2))
    assert counted(["", ""], CHOICES) == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def written(*pieces: str, **alternatives: float) -> list[Token]:
    """Tokens, each certain; the alternatives stand in the place of the last."""
    top = [Likely(token=token.replace("_", " "), logprob=math.log(p)) for token, p in alternatives.items()]
    tokens = [Token(token=piece, logprob=0.0) for piece in pieces]
    tokens[-1] = Token(token=pieces[-1], logprob=top[0].logprob if top else 0.0, top_logprobs=top)
    return tokens


def test_chances_are_read_at_the_verdicts_first_token_and_begun_words_count():
    tokens = written("A", " gate", ".\n", "Verdict", ":", " rev", _rev=0.5, _continue=0.2, Continue=0.1, _surr=0.1)
    tokens.append(Token(token="ise", logprob=0.0))
    assert weighed(tokens, CHOICES) == pytest.approx((0.3 / 0.9, 0.5 / 0.9, 0.1 / 0.9))


def test_a_choice_that_is_not_listed_gets_no_more_than_what_is_left_over():
    tokens = written("Verdict", ":", " revise", _revise=0.9, _continue=0.09)
    assert weighed(tokens, CHOICES) == pytest.approx((0.09, 0.9, 0.01))


def test_chances_that_cannot_be_read_are_none():
    assert weighed([], CHOICES) is None
    assert weighed(written("no", " verdict"), CHOICES) is None
    assert weighed(written("Verdict", ":", " s", _s=1.0), ("surrender", "stop")) is None


@given(st.lists(st.tuples(st.sampled_from(["Verdict", ":", " rev", "ise", "c", "\n", ""]), st.floats(-50, 0))))
def test_chances_are_none_or_a_distribution(pieces: list[tuple[str, float]]):
    top = [Likely(token=token, logprob=logprob) for token, logprob in pieces]
    tokens = [Token(token=token, logprob=logprob, top_logprobs=top) for token, logprob in pieces]
    chances = weighed(tokens, CHOICES)
    assert chances is None or (sum(chances) == pytest.approx(1) and all(chance > 0 for chance in chances))
