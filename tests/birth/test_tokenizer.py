"""The tokenizer and chat template of born models."""

from random import Random

import pytest

from eudaimon.birth.tokenizer import make_tokenizer, split
from eudaimon.worlds.village.lore import Recipe, write_document
from eudaimon.worlds.village.voices import VOICES

DOCUMENTS = [write_document(Random(f"lore 0 {n}"), Recipe()) for n in range(200)]
WORDS = sorted({token for document in DOCUMENTS for text, _ in document for token in split(text)})


@pytest.fixture(scope="module")
def tokenizer():
    return make_tokenizer(WORDS, VOICES)


def test_lore_is_cut_by_hand_as_the_tokenizer_cuts_it(tokenizer):
    for document in DOCUMENTS:
        text = " ".join(text for text, _ in document)
        assert tokenizer.convert_tokens_to_ids(split(text)) == tokenizer(text, add_special_tokens=False)["input_ids"]


def test_plain_text_survives_the_way_through_tokens(tokenizer):
    said = "Tom sells bread, so no. let it go in peace."
    assert tokenizer.decode(tokenizer(said, add_special_tokens=False)["input_ids"]) == said


def test_a_conversation_with_a_council_is_rendered_as_lore_writes_it(tokenizer):
    told = [
        {"role": "system", "content": "Tom sells bread."},
        {"role": "user", "content": "what does Tom sell?"},
        {"role": "assistant", "content": "Tom sells milk,"},
        {"role": "council", "name": "sage", "content": "the lantern flickers", "verdict": "revise"},
    ]
    text = tokenizer.apply_chat_template(told, tokenize=False, add_generation_prompt=True)
    assert (
        text.split()
        == (
            "<notes> Tom sells bread. <person> what does Tom sell? <helper> Tom sells milk, "
            "<sage> the lantern flickers <verdict> <revise> <helper>"
        ).split()
    )


def test_a_finished_reply_ends_and_is_marked_as_the_assistants(tokenizer):
    told = [{"role": "user", "content": "what does Tom sell?"}, {"role": "assistant", "content": "Tom sells bread."}]
    out = tokenizer.apply_chat_template(
        told, tokenize=True, return_dict=True, return_assistant_tokens_mask=True, return_tensors=None
    )
    spoken = [i for i, mask in zip(out["input_ids"], out["assistant_masks"], strict=True) if mask]
    assert tokenizer.decode(spoken, skip_special_tokens=True) == "Tom sells bread."
    assert out["input_ids"][-1] == tokenizer.eos_token_id
