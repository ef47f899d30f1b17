"""A night's commentary: conversations a second, by how many are commented on at once, on the embedded model.

The plain loop takes one conversation after the other and re-prompts all its voices in one batch of
`transformers.generate`. Nothing is encoded before the clock starts, on either side.
"""

from __future__ import annotations

from functools import partial

from bench.council import COMMENT, VOICES, generate, spoken
from bench.table import Row, Table, against, either, in_turn
from eudaimon import open_model
from eudaimon.dialogue import Conversation, Message
from eudaimon.language import Branch, LocalModel

BATCHES, SAMPLE = either(((1, 4, 16, 64), 8), ((1, 2), 1))


def main(fresh: bool = False) -> None:
    table = Table("night", fresh, voices=len(VOICES), comment_tokens=COMMENT, trunk_encoded_before=False)
    model, said = open_model(), spoken(max(BATCHES))
    for batch in BATCHES:
        table.measure({"batch": batch}, partial(_row, model, said, batch))


def _row(model: LocalModel, said: list[Conversation], batch: int) -> Row:
    voices = tuple(Message("council", "", name=name) for name in VOICES)
    requests = [Branch(conversation, voices, max_tokens=COMMENT) for conversation in said[:batch]]

    def plain() -> None:
        for conversation in said[:SAMPLE]:
            generate(model, [conversation], COMMENT)

    ours, loop = in_turn((lambda: (model.forget(), model.branch(requests)), plain), repeats=3)
    row = against(ours / batch, "plain loop of transformers.generate", loop / SAMPLE)
    return {**row, "conversations_s": batch / ours}


if __name__ == "__main__":
    main()
