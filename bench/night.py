"""A night's commentary: conversations a second, by how many are commented on at once, on the embedded model.

The plain loop takes one conversation after the other and re-prompts all its voices in one batch of
`transformers.generate`. Nothing is encoded before the clock starts, on either side.
"""

from __future__ import annotations

from bench.council import COMMENT, VOICES, generate, spoken
from bench.table import median_seconds, write
from eudaimon import open_model
from eudaimon.dialogue import Message
from eudaimon.language import Branch

BATCHES = (1, 4, 16, 64)


def main() -> None:
    model, rows = open_model(), []
    said = spoken(max(BATCHES))
    voices = tuple(Message("council", "", name=name) for name in VOICES)
    sample = said[:8]
    loop = median_seconds(lambda: [generate(model, [one], COMMENT) for one in sample], repeats=3) / len(sample)
    for batch in BATCHES:
        requests = [Branch(conversation, voices, max_tokens=COMMENT) for conversation in said[:batch]]
        ours = median_seconds(lambda requests=requests: (model.forget(), model.branch(requests)), repeats=3) / batch
        rows.append({
            "batch": batch, "voices": len(VOICES), "comment_tokens": COMMENT, "ours_s": ours,
            "conversations_s": 1 / ours, "peer": "plain loop of transformers.generate", "peer_s": loop,
            "ratio": loop / ours,
        })  # fmt: skip
    write("night", rows, trunk_encoded_before=False)


if __name__ == "__main__":
    main()
