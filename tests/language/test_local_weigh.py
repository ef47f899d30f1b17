"""The tokens of a text, weighed one by one."""

from __future__ import annotations

from types import ModuleType

import pytest

from eudaimon.dialogue import Message
from eudaimon.language import LocalModel, Score


@pytest.mark.parametrize("family", ["llama", "lfm2"])
def test_the_tokens_of_a_text_add_up_to_its_score_and_spell_it(tiny: ModuleType, family: str) -> None:
    model: LocalModel = tiny.local(family)
    heard = (Message("user", "who sells bread?"), Message("assistant", "Tom"))
    for text in (" sells bread, so no.", " and honey", ""):
        weighed = model.weigh(heard, text, top=3)
        ((score,),) = model.score([Score(heard, (text,))]) if text else ((0.0,),)
        assert sum(one.logprob for one in weighed) == pytest.approx(score, abs=1e-4)
        assert "".join(one.token for one in weighed).strip() == text.strip()
        for one in weighed:
            chances = [chance for _, chance in one.instead]
            assert chances == sorted(chances, reverse=True)
            assert one.logprob <= chances[0] + 1e-6
