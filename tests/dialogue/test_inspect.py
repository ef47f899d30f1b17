"""Episodes as Inspect samples."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from inspect_ai.dataset import MemoryDataset, Sample, json_dataset

from eudaimon.dialogue import Comment, Decision, Episode, Message, Passage, Reflection, Verdict
from eudaimon.dialogue.formats import inspect
from eudaimon.errors import FormatError

WORD = Comment("sage", "a dry well", (0.25, 0.5, 0.25), "seal")
PAUSE = Reflection(2, 0, Decision(0, Verdict.REVISE, Passage("yes.", "well, "), ("one floor",), (WORD,), (WORD,)))
ASKED = (Message("system", "notes"), Message("user", "is it raining?"))
EPISODE = Episode("day-1/1", 1, "newborn", "village", (*ASKED, Message("assistant", "no.")), (PAUSE,), {"a": [1, None]})

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
MESSAGES = st.builds(Message, content=TEXTS, name=TEXTS, verdict=TEXTS).map(
    lambda m: m if m.role == "council" else Message(m.role, m.content)
)
EPISODES = st.builds(
    Episode,
    id=TEXTS,
    messages=st.lists(MESSAGES, max_size=4).map(tuple),
    reflections=st.just((PAUSE,)),
    visible=st.just({}),
)


@given(episode=EPISODES)
@settings(max_examples=50, deadline=None)
def test_an_episode_comes_back_equal_from_its_sample_and_from_the_sample_s_json(episode: Episode) -> None:
    sample = inspect.sample_of(episode)
    assert inspect.episode_of(sample) == episode
    assert inspect.episode_of(Sample.model_validate_json(sample.model_dump_json())) == episode


def test_the_last_reply_is_the_target_and_what_came_before_is_the_input() -> None:
    sample = inspect.sample_of(EPISODE)
    assert [(chat.role, chat.text) for chat in sample.input] == [("system", "notes"), ("user", "is it raining?")]
    assert sample.target == "no."
    assert sample.id == "day-1/1"


def test_inspect_s_own_reader_gives_back_the_episodes(tmp_path: Path) -> None:
    other = Episode("day-1/2", 1, "newborn", "people", ASKED)
    made = inspect.samples([EPISODE, other])
    path = tmp_path / "samples.jsonl"
    path.write_text("".join(sample.model_dump_json() + "\n" for sample in made))
    assert [inspect.episode_of(sample) for sample in json_dataset(str(path))] == [EPISODE, other]
    assert len(MemoryDataset(made)) == 2


def test_two_episodes_of_one_id_are_refused() -> None:
    with pytest.raises(FormatError, match="found day-1/1 twice"):
        inspect.samples([EPISODE, EPISODE])


@pytest.mark.parametrize("sample", [Sample("is it raining?"), Sample([], id="x", metadata={"day": 1})])
def test_a_sample_that_was_not_made_of_an_episode_is_refused(sample: Sample) -> None:
    with pytest.raises(FormatError, match="expected an episode's sample"):
        inspect.episode_of(sample)
