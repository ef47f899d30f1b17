"""A council of six at one point, verdicts only and with comments, against re-prompting with `transformers.generate`.

The peer reads the whole prompt once for each voice, which is what a judge built on `generate` does; ours reads the
shared prefix once. Prompts are the same tokens, the model is the embedded one, decoding is greedy.
"""

from __future__ import annotations

import torch

from bench.table import median_seconds, write
from eudaimon import open_model
from eudaimon.dialogue import Conversation, Message
from eudaimon.language import Branch, LocalModel
from eudaimon.worlds.village import Split, Village, Villager, answer

VOICES = ("sage", "mother", "father", "fool", "guardian", "shadow")
COMMENT = 24


def main() -> None:
    model = open_model()
    rows = []
    for conversations in (1, 16):
        said = spoken(conversations)
        for tokens in (0, COMMENT):
            voices = tuple(Message("council", "", name=name) for name in VOICES)
            requests = [Branch(conversation, voices, max_tokens=tokens) for conversation in said]
            ours = median_seconds(lambda requests=requests: (model.forget(), model.branch(requests)))
            theirs = median_seconds(lambda said=said, tokens=tokens: generate(model, said, max(tokens, 1)))
            rows.append({
                "conversations": conversations, "voices": len(VOICES), "comment_tokens": tokens,
                "ours_s": ours, "peer": "transformers.generate, batched", "peer_s": theirs, "ratio": theirs / ours,
            })  # fmt: skip
    write("council", rows, prefix_encoded_before_the_clock=False)


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
