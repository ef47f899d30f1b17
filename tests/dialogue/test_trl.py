"""Signals as TRL's columns: read back equal, and understood by TRL's own functions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import pytest
from datasets import Dataset, load_dataset
from hypothesis import HealthCheck, given, settings
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast
from trl.data_utils import _tokenize, common_prefix_length, is_conversational, maybe_apply_chat_template

from eudaimon.dialogue import Message, Signal, SignalKind
from eudaimon.dialogue.formats import trl
from eudaimon.errors import FormatError, InputError

FORMS: tuple[trl.Form, ...] = ("preference", "completion", "messages")
ASKED = (Message("system", "tom sells bread"), Message("user", "does tom sell milk ?"))
PAIR = Signal("night-1/1", 1, SignalKind.PAIR, "day-1/1", ASKED, "no , bread .", "yes .", 0.5, "said by the sage")
OPEN = replace(PAIR, prompt=(*ASKED, Message("assistant", "well , ")))
REVISED = replace(OPEN, prompt=(*ASKED, Message("council", "a dry well", "sage", "revise"), OPEN.prompt[-1]))

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
MESSAGES = st.builds(Message, st.sampled_from(["system", "user", "council"]), TEXTS, TEXTS, TEXTS).map(
    lambda m: m if m.role == "council" else Message(m.role, m.content)
)
PROMPTS = st.tuples(
    st.lists(MESSAGES, min_size=1, max_size=3), st.lists(st.builds(Message, st.just("assistant"), TEXTS), max_size=1)
).map(lambda parts: (*parts[0], *parts[1]))
MARGINS = st.floats(-1, 1)
SIGNALS = st.builds(Signal, TEXTS, prompt=PROMPTS, chosen=TEXTS, rejected=TEXTS.filter(bool), margin=MARGINS)


@given(signals=st.lists(SIGNALS, max_size=3))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_preferences_come_back_equal_with_their_open_replies(tmp_path: Path, signals: list[Signal]) -> None:
    trl.write(tmp_path / "pairs.jsonl", signals, "preference")
    assert trl.read(tmp_path / "pairs.jsonl") == signals
    for form in ("completion", "messages"):
        trl.write(tmp_path / "learn.jsonl", signals, form)
        assert trl.read(tmp_path / "learn.jsonl") == [replace(signal, rejected="") for signal in signals]


@pytest.mark.parametrize("form", FORMS)
def test_rows_come_back_from_a_dataset_that_was_loaded_from_the_file(tmp_path: Path, form: trl.Form) -> None:
    signals = (
        [PAIR, OPEN, REVISED] if form == "preference" else [replace(s, rejected="") for s in (PAIR, OPEN, REVISED)]
    )
    trl.write(tmp_path / "rows.jsonl", signals, form)
    cache = str(tmp_path / "cache")
    loaded = load_dataset("json", data_files=str(tmp_path / "rows.jsonl"), split="train", cache_dir=cache)
    assert [trl.signal_of(row) for row in loaded] == signals
    assert [trl.signal_of(row) for row in Dataset.from_list(trl.rows(signals, form))] == signals


@pytest.mark.parametrize("form", FORMS)
def test_trl_sees_conversations_and_applies_the_template_to_them(form: trl.Form) -> None:
    (row,) = trl.rows([OPEN], form)
    assert is_conversational(row)
    text = maybe_apply_chat_template(row, tokenizer())
    begun = "<notes> tom sells bread <person> does tom sell milk ? <helper> "
    assert (
        "".join(text.get(c, "") for c in ("text", "prompt", "chosen", "completion"))
        == f"{begun}well , no , bread . <end> "
    )
    if form == "preference":
        assert text["prompt"] + text["rejected"] == f"{begun}well , yes . <end> "
    if form != "messages":
        assert text["prompt"].startswith(begun)


def test_in_what_dpo_trains_on_an_open_reply_is_gone_on_with_and_lies_outside_the_difference() -> None:
    """As DPOTrainer tokenizes: prompt with a generation prompt, then prompt and completion together."""
    words, (row,) = tokenizer(), trl.rows([OPEN], "preference")
    prompt = _tokenize(words, row["prompt"], add_generation_prompt=True)["input_ids"]
    chosen, rejected = (_tokenize(words, row["prompt"] + row[side])["input_ids"] for side in ("chosen", "rejected"))
    assert chosen[: len(prompt)] == rejected[: len(prompt)] == prompt
    assert words.decode(chosen[len(prompt) :]) == "well , no , bread . <end>"
    shared = common_prefix_length(chosen, rejected)
    assert words.decode(chosen[len(prompt) : shared]) == "well ,"


def test_council_turns_keep_their_name_and_verdict_for_templates_that_know_them() -> None:
    (row,) = trl.rows([REVISED], "preference")
    text = maybe_apply_chat_template({"messages": row["prompt"] + row["chosen"]}, tokenizer())["text"]
    assert "<sage> a dry well <verdict> <revise> <helper> well , no" in text
    assert {tuple(turn) for turn in row["prompt"]} == {("role", "content", "name", "verdict")}
    assert {tuple(turn) for turn in trl.rows([OPEN], "preference")[0]["prompt"]} == {("role", "content")}


def test_a_preference_needs_a_rejected_side() -> None:
    label = replace(PAIR, kind=SignalKind.LABEL, rejected="")
    with pytest.raises(FormatError, match=r"signal night-1/1: expected a rejected side.*write it as a completion"):
        trl.rows([label], "preference")
    assert trl.signal_of(trl.rows([label], "completion")[0]) == label


@pytest.mark.parametrize("prompt", [(), (Message("assistant", "well, "),)])
def test_a_signal_without_a_turn_before_the_reply_is_refused(prompt: tuple[Message, ...]) -> None:
    with pytest.raises(FormatError, match="signal night-1/1: expected a turn before the reply"):
        trl.rows([replace(PAIR, prompt=prompt)], "messages")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"chosen": None}, "expected chosen to be a list of messages, found None"),
        ({"prompt": "does tom sell milk?"}, "expected prompt to be a list of messages"),
        ({"prompt": [{"role": "tool", "content": "x"}]}, "field 0.role"),
        ({"kind": "gold"}, "Signal, field kind"),
        ({"open_reply": "so "}, "expected a completion to begin with open_reply 'so '"),
        ({"open_reply": 7}, "expected open_reply to be a text or null, found 7"),
    ],
)
def test_a_row_that_is_not_in_order_is_named_with_its_line(
    tmp_path: Path, change: dict[str, object], expected: str
) -> None:
    path = tmp_path / "pairs.jsonl"
    (row,) = trl.rows([OPEN], "preference")
    path.write_text(json.dumps(row) + "\n" + json.dumps(row | change))
    with pytest.raises(FormatError, match=expected) as caught:
        trl.read(path)
    assert caught.value.line == 2


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"chosen": [], "prompt": []}')
    with pytest.raises(FormatError, match=r"pairs\.jsonl:1: expected"):
        trl.read(path)
    with pytest.raises(InputError, match="cannot be read"):
        trl.read(tmp_path / "nothing.jsonl")


TEMPLATE = (
    "{% for m in messages %}"
    "{% if m.role == 'system' %}<notes> {{ m.content }} {% elif m.role == 'user' %}<person> {{ m.content }} "
    "{% elif m.role == 'assistant' %}<helper> {{ m.content }} <end> "
    "{% else %}<{{ m.name }}> {{ m.content }} {% if m.verdict %}<verdict> <{{ m.verdict }}> {% endif %}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<helper> {% endif %}"
)


def tokenizer() -> PreTrainedTokenizerFast:
    """Word by word, with the chat template of born models."""
    said = "<notes> <person> <helper> <end> <sage> <verdict> <revise> tom sells bread does milk ? sell well , no . yes"
    known = Tokenizer(models.WordLevel({word: number for number, word in enumerate(["<unk>", *said.split()])}, "<unk>"))
    known.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=known, unk_token="<unk>", chat_template=TEMPLATE)
