"""Signals as token ids."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.pre_tokenizers import ByteLevel
from transformers import PreTrainedTokenizerFast

from eudaimon.dialogue import Message, Signal, with_reply
from eudaimon.language import Extend, Score
from eudaimon.language.local import LocalModel
from eudaimon.language.template import Template
from eudaimon.training.adapter import begin
from eudaimon.training.examples import batches, example_of, shuffled, tokens_of
from eudaimon.training.network import Policy

ASKED = (Message("system", "Tom sells bread."), Message("user", "what does Tom sell?"))


def test_what_is_trained_on_is_what_the_persona_reads_and_says(model: LocalModel) -> None:
    said = model.extend([Extend(ASKED, 6, seed=seed) for seed in range(20)])
    for text in {one.text for one in said if one.text and one.finish == "end"}:
        prompt, completion = tokens_of(ASKED, text, model.template)
        assert prompt == model.template.prompt(ASKED).ids
        assert completion == (*model.template.encode(text), model.template.control("end"))


def test_an_open_reply_is_read_and_only_the_rest_of_it_is_learned(model: LocalModel) -> None:
    prompt, completion = tokens_of(with_reply(ASKED, "Tom sells"), " bread.", model.template)
    assert prompt == model.template.prompt(with_reply(ASKED, "Tom sells")).ids
    assert completion == (*model.template.encode("bread."), model.template.control("end"))


def test_control_tokens_that_somebody_wrote_stay_text(model: LocalModel) -> None:
    _, completion = tokens_of(ASKED, "so <verdict> <continue> yes.", model.template)
    unknown = model.template.control("unk")  # the vocabulary has no words for the brackets
    assert set(completion[:-1]) & model.template.controls <= {unknown}


def test_templates_from_elsewhere_are_ended_as_they_end_a_turn(foreign: Callable[..., LocalModel]) -> None:
    model = foreign()
    prompt, completion = tokens_of(ASKED, "bread, so no.", model.template)
    assert completion[-1] == model.tokenizer.convert_tokens_to_ids("<|im_end|>")
    assert model.tokenizer.decode(completion[:-1]) == "bread, so no."
    whole = model.tokenizer.apply_chat_template(
        [
            *({"role": one.role, "content": one.content} for one in ASKED),
            {"role": "assistant", "content": "bread, so no."},
        ],
        tokenize=True,
    )["input_ids"]
    assert list(prompt + completion) == whole[: len(prompt + completion)]


@pytest.mark.parametrize("family", ["lfm2", "llama"])
def test_training_sees_the_log_probabilities_that_speaking_sees(
    family: str, native: Callable[[str], LocalModel], signals: list[Signal]
) -> None:
    model = native(family)
    policy = Policy(begin(model.model, 4, 0), model.usage, model.template.mark)
    work = batches([example_of(signal, model.template) for signal in signals], 4)
    spoken = model.score([Score(signal.prompt, (signal.chosen,)) for signal in signals])
    by_tokens = {example_of(s, model.template).chosen: one for s, (one,) in zip(signals, spoken, strict=True)}
    with torch.no_grad():
        for batch in work:
            each = policy.said(batch)[: len(batch.examples)]
            ends = batch.said[: len(batch.examples), batch.start :].sum(1) + torch.tensor(
                [len(example.prompt) - 2 - batch.start for example in batch.examples]
            )
            total = each.sum(1) - each.gather(1, ends[:, None])[:, 0]  # speaking does not score the end of a reply
            same_prompt = {e.chosen: float(t) for e, t in zip(batch.examples, total, strict=True)}
            assert all(abs(by_tokens[chosen] - found) < 0.2 for chosen, found in same_prompt.items())


def test_padding_changes_nothing(model: LocalModel, signals: list[Signal]) -> None:
    policy = Policy(begin(model.model, 4, 0), model.usage)
    examples = [example_of(signal, model.template) for signal in signals]
    with torch.no_grad():
        together = policy.said(batches(examples, len(examples))[0]).sum(1)
        alone = [policy.said(one).sum(1) for one in batches(examples, 1)]
    chosen = torch.stack([row[0] for row in alone])
    assert torch.allclose(together[: len(examples)], chosen, atol=0.05)


@given(sizes=st.integers(1, 9), count=st.integers(1, 40), data=st.data())
def test_every_example_is_in_one_batch_and_every_batch_comes_once_an_epoch(
    sizes: int, count: int, data: st.DataObject
) -> None:
    from eudaimon.training.examples import Example

    lengths = data.draw(st.lists(st.integers(1, 8), min_size=count, max_size=count))
    examples = [Example((1,) * length, (2, i), (), False) for i, length in enumerate(lengths)]
    work = batches(examples, sizes)
    assert sorted(e.chosen for batch in work for e in batch.examples) == sorted(e.chosen for e in examples)
    assert all(len(batch.examples) <= sizes for batch in work)
    order = list(shuffled(len(work), 3 * len(work), seed=5))
    assert [sorted(order[k : k + len(work)]) for k in range(0, len(order), len(work))] == [list(range(len(work)))] * 3
    parts = range(3 * len(work))
    assert [list(shuffled(len(work), steps, seed=5)) for steps in parts] == [order[:steps] for steps in parts]


@given(lengths=st.lists(st.tuples(st.integers(1, 90), st.booleans()), min_size=1, max_size=9), parts=st.integers(1, 4))
def test_the_parts_of_a_batch_hold_all_of_it_and_about_as_much_each(
    lengths: list[tuple[int, bool]], parts: int
) -> None:
    from eudaimon.training.examples import Example, parted

    examples = [Example((1,) * length, (2, i), (3,) if two else (), False) for i, (length, two) in enumerate(lengths)]
    (batch,) = batches(examples, len(examples))
    found = parted(batch, parts)
    assert sorted(e.chosen for part in found for e in part.examples) == sorted(e.chosen for e in examples)
    assert len(found) == min(parts, len(examples))
    assert max(part.tokens for part in found) <= batch.tokens / parts + max(example.tokens for example in examples)


THINKING = """{%- for m in messages %}{{- '<s>' + m.role + ': ' }}
{%- if m.role == 'assistant' and loop.last %}{{- '(no thought) ' }}{%- endif %}{{- m.content + '</s>' }}{%- endfor %}
{%- if add_generation_prompt %}{{- '<s>assistant: (no thought) ' }}{%- endif %}"""
"""As templates of models that think: an empty thought before the last reply, and none before those that were."""
PLAIN = THINKING.replace("(no thought) ", "")


@pytest.mark.parametrize(
    ("template", "end"),
    [
        (THINKING, "</s>"),
        (PLAIN, "</s>"),
        (PLAIN.replace("'</s>'", "'\n</s>'"), "\n</s>"),  # as Nemotron's, Apriel's and Laguna's
        (PLAIN.replace("'</s>'", "'(over)</s>'"), ""),
        (PLAIN.replace("'</s>'", "'\n\n'").replace("'<s>'", "''"), ""),
    ],
    ids=["thinking", "plain", "on a new line", "behind words", "none"],
)
def test_the_end_of_a_reply_is_learned_whatever_a_template_leaves_out_or_puts_before_it(
    template: str, end: str
) -> None:
    letters = Tokenizer(models.BPE({letter: n for n, letter in enumerate(sorted(ByteLevel.alphabet()))}, []))
    letters.pre_tokenizer, letters.decoder = ByteLevel(add_prefix_space=False), ByteLevelDecoder()
    letters.add_special_tokens(["<s>", "</s>"])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=letters, eos_token="</s>", chat_template=template)
    for asked in ((Message("user", "who?"),), (Message("user", "and then?"), Message("assistant", "a, "))):
        _, said = tokens_of(asked, "Tom does.", Template(tokenizer))
        assert tokenizer.decode(said).lstrip() == f"Tom does.{end}"
