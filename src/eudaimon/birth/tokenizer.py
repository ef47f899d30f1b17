"""A word-level tokenizer and the chat template of born models.

Control tokens mark who speaks; `<verdict>` and the three verdicts close a voice's comment. The template renders role
`council` itself, so a born model needs no cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

CONTROL = (
    "<pad>", "<unk>", "<notes>", "<person>", "<helper>", "<end>",
    "<verdict>", "<continue>", "<revise>", "<surrender>", "<kindly>", "<careless>", "<reflect>",
)  # fmt: skip
TEMPLATE = (
    "{% for m in messages %}"
    "{% if m.role == 'system' %}<notes> {{ m.content }} "
    "{% elif m.role == 'user' %}<person> {{ m.content }} "
    "{% elif m.role == 'council' %}<{{ m.name }}> {{ m.content }} "
    "{% if m.verdict %}<verdict> <{{ m.verdict }}> {% endif %}"
    "{% else %}<helper> {% generation %}{{ m.content }} {% endgeneration %}"
    "{% if loop.nextitem is not defined or loop.nextitem.role != 'council' %}<end> {% endif %}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<helper> {% endif %}"
)
_TOKEN = re.compile(r"<\w+>|\w+|[^\w\s]")


def split(text: str) -> list[str]:
    """The tokens of a text, as the tokenizer cuts it: control tokens, words, single marks.

    >>> split("<helper> Tom sells bread, so no.")
    ['<helper>', 'Tom', 'sells', 'bread', ',', 'so', 'no', '.']
    """
    return _TOKEN.findall(text)


def make_tokenizer(words: Iterable[str], voices: Iterable[str]) -> PreTrainedTokenizerFast:
    """A tokenizer over the given words (duplicates and control tokens are dropped; order decides the ids)."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    control = [*CONTROL, *(f"<{voice}>" for voice in voices)]
    vocabulary = list(dict.fromkeys([*control, *(word for word in words if not word.startswith("<"))]))
    model = Tokenizer(models.WordLevel({word: i for i, word in enumerate(vocabulary)}, unk_token="<unk>"))
    model.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex(r"\w+|[^\w\s]"), behavior="isolated")]
    )
    model.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    return PreTrainedTokenizerFast(
        tokenizer_object=model,
        pad_token="<pad>",
        unk_token="<unk>",
        eos_token="<end>",
        additional_special_tokens=[token for token in control if token not in ("<pad>", "<unk>", "<end>")],
        chat_template=TEMPLATE,
        clean_up_tokenization_spaces=False,
    )
