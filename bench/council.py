"""A council of six at one point, verdicts only and with comments, against re-prompting with `transformers.generate`.

The peer reads the whole prompt once for each voice, which is what a judge built on `generate` does; ours reads the
shared prefix once. Prompts are the same tokens, the model is the embedded one, decoding is greedy.
"""

from __future__ import annotations

from functools import partial

import torch

from bench.table import Row, Table, against, either, in_turn
from eudaimon import open_model
from eudaimon.dialogue import Conversation, Message
from eudaimon.language import Branch, LocalModel
from eudaimon.worlds.village import Split, Village, Villager, answer

VOICES = ("sage", "mother", "father", "fool", "guardian", "shadow")
COMMENT = either(24, 3)


def main(fresh: bool = False) -> None:
    table, model = Table("council", fresh, voices=len(VOICES), trunk_encoded_before=False), open_model()
    for conversations in either((1, 16), (1, 2)):
        for tokens in (0, COMMENT):
            case = {"conversations": conversations, "comment_tokens": tokens}
            table.measure(case, partial(_row, model, conversations, tokens))


def _row(model: LocalModel, conversations: int, tokens: int) -> Row:
    said, voices = spoken(conversations), tuple(Message("council", "", name=name) for name in VOICES)
    requests = [Branch(conversation, voices, max_tokens=tokens) for conversation in said]
    ours, theirs = in_turn(
        (lambda: (model.forget(), model.branch(requests)), partial(generate, model, said, max(tokens, 1)))
    )
    return against(ours, "transformers.generate, batched", theirs)


def spoken(conversations: int) -> list[Conversation]:
    """Villagers' questions, each with an answer still open at its end."""
    said = []
    for number in range(conversations):
        situation = Village(7).situation(f"bench {number}", Split.LIFE)
        begun = Villager(situation).begin()
        said.append((*begun, Message("assistant", answer(situation, begun))))
    return said


@torch.inference_mode()
def generate(model: LocalModel, said: list[Conversation], tokens: int) -> None:
    """Re-prompt all voices of all conversations in one batch."""
    tokenizer = model.tokenizer
    prompts = [
        tokenizer.apply_chat_template(
            [{"role": m.role, "content": m.content} for m in conversation], tokenize=False
        ).removesuffix("<end> ")
        + f"<{voice}>"
        for conversation in said
        for voice in VOICES
    ]
    tokenizer.padding_side = "left"
    batch = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=False, return_token_type_ids=False)
    ends = tokenizer.convert_tokens_to_ids(["<continue>", "<revise>", "<surrender>"])
    pad = tokenizer.pad_token_id
    model.model.generate(**batch, max_new_tokens=tokens, do_sample=False, eos_token_id=ends, pad_token_id=pad)
