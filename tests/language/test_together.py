"""Words and voices asked for at once are those that are asked for apart, and what was spoken is not read again."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eudaimon.dialogue import Message
from eudaimon.language import LanguageModel, ScriptedModel, together
from eudaimon.language.batching import Job, rooted
from eudaimon.language.local import LocalModel
from eudaimon.language.model import Branch, Extend, Usage

FAMILIES = ("llama", "gemma2", "lfm2", "mamba2")
TALK = (
    Message("system", "Tom sells bread."),
    Message("user", "does Tom sell bread?"),
    Message("assistant", "yes, Tom"),
)
OTHER = (Message("user", "who keeps salt?"), Message("assistant", "Ida keeps"))
VOICES = tuple(Message("council", f"You are {name}.", name) for name in ("sage", "fool", "mother"))


def model_of(tiny: ModuleType, family: str, native: bool = True, share: bool = True) -> Any:
    tokenizer = tiny.native_tokenizer() if native else tiny.chatml_tokenizer()
    return LocalModel(tiny.random_model(family, tokenizer), tokenizer, share=share)


@pytest.mark.parametrize("native", [True, False])
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("limit", [0, 5])
def test_at_once_is_as_one_after_the_other(tiny: ModuleType, family: str, native: bool, limit: int) -> None:
    model = model_of(tiny, family, native)
    extends = [Extend(talk, max_tokens=8, seed=seed) for talk in (TALK, OTHER) for seed in (1, 2)]
    branches = [Branch(talk, VOICES, max_tokens=limit, temperature=1.0, seed=5) for talk in (TALK, OTHER)]
    said, heard = model.together(extends, branches)
    model.forget()
    assert [one.text for one in said] == [one.text for one in model.extend(extends)]
    for once, apart in zip(heard, model.branch(branches), strict=True):
        for one, other in zip(once, apart, strict=True):
            assert one.text == other.text
            assert one.probabilities == pytest.approx(other.probabilities, abs=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("share", [True, False])
def test_a_reply_that_grows_beside_its_council_is_read_once(tiny: ModuleType, family: str, share: bool) -> None:
    model = model_of(tiny, family, share=share)
    prompt, reply, encoded = model._template.prompt(TALK).ids, TALK[-1].content, 0
    for seed in range(4):
        talk = (*TALK[:-1], Message("assistant", reply))
        model.usage = Usage()
        (said,), _ = model.together(
            [Extend(talk, max_tokens=8, seed=seed)], [Branch(talk, VOICES, max_tokens=3)] if seed else []
        )
        (alone,) = model_of(tiny, family).extend([Extend(talk, max_tokens=8, seed=seed)])
        assert said.text == alone.text
        assert said.logprob == pytest.approx(alone.logprob, abs=1e-4)
        encoded, reply = model.usage.encoded, reply + said.text
        # behind the trunk: the last token said, and for each voice its name, its last word and the verdict
        assert encoded <= (len(prompt) if seed == 0 else 1 + 3 * len(VOICES) + 1)
        if said.finish == "end":
            break


@pytest.mark.parametrize("family", FAMILIES)
def test_going_back_and_speaking_otherwise_forgets_what_was_said_ahead(tiny: ModuleType, family: str) -> None:
    model, fresh = model_of(tiny, family), model_of(tiny, family)
    texts = ("yes, Tom sells", "yes, Tom sells bread, so no", "yes, Tom sells", "yes, Tom sells salt", "yes, Tom")
    for seed, text in enumerate(texts):
        talk = (*TALK[:-1], Message("assistant", text))
        fresh.forget()
        (said,), (heard,) = model.together([Extend(talk, 6, seed=seed)], [Branch(talk, VOICES, max_tokens=4)])
        (alone,), (apart,) = fresh.together([Extend(talk, 6, seed=seed)], [Branch(talk, VOICES, max_tokens=4)])
        assert said.text == alone.text
        assert said.logprob == pytest.approx(alone.logprob, abs=1e-4)
        for one, other in zip(heard, apart, strict=True):
            assert one.text == other.text
            assert one.probabilities == pytest.approx(other.probabilities, abs=1e-4)


ids = st.lists(st.integers(0, 1), min_size=1, max_size=40).map(tuple)


@given(st.lists(st.tuples(ids, st.lists(ids, max_size=3), st.booleans()), max_size=6))
def test_rooted_jobs_read_the_same_tokens(drawn: list[Any]) -> None:
    jobs = [Job(prefix, tuple(suffixes), sealed=sealed) for prefix, suffixes, sealed in drawn]
    for job, root in zip(jobs, rooted(jobs), strict=True):
        assert root.sealed == job.sealed
        assert [root.prefix + s for s in root.suffixes] == [job.prefix + s for s in job.suffixes]
    alone = rooted([Job((1,) * 40, ((2,),)), Job((1,) * 3, ((2,),)), Job((1,) * 5, ((3,),))])
    assert [len(job.prefix) for job in alone] == [40, 3, 3], "what differs by much is no suffix"


def test_models_that_cannot_are_asked_one_after_the_other() -> None:
    model: LanguageModel = ScriptedModel(say=lambda request: "no.")
    said, heard = together(model, model, [Extend(TALK)], [Branch(TALK, VOICES)])
    assert said == model.extend([Extend(TALK)])
    assert heard == model.branch([Branch(TALK, VOICES)])
    assert together(model, model, [], []) == ([], [])
