"""A birth from real text: a byte-level BPE tokenizer and a small model, from files that a person names.

Reads plain text (`.txt`, stories parted by `<|endoftext|>` or blank lines), chat JSONL (`.jsonl`), instruction JSON
(`.json`: a list of `instruction`, `input`, `output`) and question CSV (`.csv`: `questionText`, `answerText`; where it
has a column `split`, only what is marked `train` is read, so that the rest stays held out). All are UTF-8, with or
without a byte order mark.

What is longer than a model reads at once is read in pieces. All that the files hold is shuffled anew for every
reading, so that every batch is a mixture of them, in proportion to how many conversations, stories and pieces of these
each holds.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.birth.corpus import Row, batches
from eudaimon.birth.network import make_network
from eudaimon.birth.pieces import learnable
from eudaimon.birth.plan import Plan
from eudaimon.birth.record import CHECKPOINT, Record, save
from eudaimon.birth.resuming import born, done
from eudaimon.birth.train import Progress, Schedule, teach
from eudaimon.dialogue import Message
from eudaimon.errors import FormatError, InputError

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

VOCABULARY = 4096
INSTRUCTIONS = "expected a list of objects with 'instruction' and 'output'"
SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a character, as JSON may hold it: no tokenizer takes it."""
csv.field_size_limit(10_000_000)  # a long answer is one field
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
Talk = tuple[Message, ...]
"""A conversation, or a single assistant's message where the text is no conversation."""


def give_birth(
    out: Path,
    files: Sequence[Path],
    *,
    seed: int = 0,
    family: str = "lfm2",
    layers: int = 4,
    schedule: Schedule = Schedule(),
    progress: Progress = lambda share, text: None,
    say: Callable[[str], None] = lambda line: None,
) -> PreTrainedModel:
    """Trains a model on the files and saves it to `out` as an ordinary checkpoint with a ChatML template.

    Killed and called again, it goes on from its last checkpoint; where it is done already, it gives what was born. If
    anything is left out, `say` is told how much, and why.

    Raises:
        InputError: a file is missing, empty, or of a kind that is not read; nothing in them can be learned; or another
            birth was begun in `out`.
        FormatError: a file's content is not what its kind asks for; with the line.
    """
    talks = [talk for file in files for talk in read_file(file)]
    contents = [sha256(file.read_bytes()).hexdigest() for file in files]
    recipe = {"files": [file.name for file in files], "sha256": contents}
    plan = Plan("text files", family, layers, seed, schedule, recipe)
    if done(out, plan):
        return born(out)
    tokenizer = make_tokenizer(talks)
    network = make_reader(family, tokenizer, layers=layers, seed=seed)
    rows = forever(learnable(talks, tokenizer, say), seed)
    stream, checkpoint = batches(rows, schedule.batch, carried=True), out / CHECKPOINT
    loss = teach(network, stream, schedule, checkpoint=checkpoint, birth=plan.told(), progress=progress)
    sample = [message.content for talk in talks[:200] for message in talk]
    save(out, network, tokenizer, Record.of(plan, sample, loss))
    return network


def read_file(path: Path) -> list[Talk]:
    """The conversations (or stretches of plain text) of one file."""
    readers = {".txt": _stories, ".jsonl": _chats, ".json": _instructions, ".csv": _questions}
    if not path.is_file():
        raise InputError("no such file; give the path of a .txt, .jsonl, .json or .csv file", path=path)
    if path.suffix not in readers:
        raise InputError(f"files of kind '{path.suffix}' are not read; give {', '.join(readers)}", path=path)
    talks = readers[path.suffix](path)
    if not talks:
        raise InputError("there is no text in it; give a file that holds some", path=path)
    return talks


def make_tokenizer(talks: Sequence[Talk]) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer of VOCABULARY tokens trained on the talks."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    model = Tokenizer(models.BPE())
    model.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    model.decoder = decoders.ByteLevel()
    special = ["<|pad|>", "<|im_start|>", "<|im_end|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    model.train_from_iterator((message.content for talk in talks for message in talk), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=model,
        pad_token="<|pad|>",
        eos_token="<|im_end|>",
        additional_special_tokens=["<|im_start|>"],
        chat_template=TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


def make_reader(family: str, tokenizer: PreTrainedTokenizerFast, *, layers: int = 4, seed: int = 0) -> PreTrainedModel:
    """A network with random weights for this tokenizer; born with no voices, it ends a reply as the tokenizer does."""
    network = make_network(family, len(tokenizer), (), layers=layers, seed=seed)
    for config in (network.config, network.generation_config):
        config.eos_token_id, config.pad_token_id = tokenizer.eos_token_id, tokenizer.pad_token_id
    return network


def forever(rows: Sequence[Row], seed: int) -> Iterator[Row]:
    """All rows, again and again, in a new order every time."""
    rng = random.Random(seed)
    order = list(rows)
    while True:
        rng.shuffle(order)
        yield from order


def _stories(path: Path) -> list[Talk]:
    text = _text(path)
    parts = text.split("<|endoftext|>") if "<|endoftext|>" in text else text.split("\n\n")
    return [(Message("assistant", part.strip()),) for part in parts if part.strip()]


def _chats(path: Path) -> list[Talk]:
    from eudaimon.dialogue.formats import chat_jsonl

    return [tuple(talk) for talk in chat_jsonl.read(path)]


def _instructions(path: Path) -> list[Talk]:
    try:
        rows = json.loads(_text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise FormatError(f"{INSTRUCTIONS}, but: {error}", path=path, line=line) from error
    if not isinstance(rows, list):
        raise FormatError(f"{INSTRUCTIONS}, but found {rows!r:.60}", path=path)
    said = [_instruction(row, path, place) for place, row in enumerate(rows, start=1)]
    return [(Message("user", asked), Message("assistant", answer)) for asked, answer in said if answer]


def _instruction(row: Any, path: Path, place: int) -> tuple[str, str]:
    """What one entry asks for and what answers it; an answer that is null is none, like an empty one."""
    if not isinstance(row, dict) or not {"instruction", "output"} <= row.keys():
        raise FormatError(f"{INSTRUCTIONS}, but entry {place} is {row!r:.80}; give both fields", path=path)
    fields = {**row, **{name: "" for name in ("input", "output") if row.get(name) is None}}
    for name in ("instruction", "input", "output"):
        if not isinstance(fields[name], str) or SURROGATE.search(fields[name]):
            what = f"expected '{name}' of entry {place} to be a text, found {fields[name]!r:.60}"
            raise FormatError(f"{what}; mend the entry or leave it out", path=path)
    return f"{fields['instruction']}\n{fields['input']}".strip(), fields["output"]


def _questions(path: Path) -> list[Talk]:
    reader = csv.DictReader(io.StringIO(_text(path, newline=""), newline=""))
    try:
        missing = {"questionText", "answerText"} - set(reader.fieldnames or ())
        rows = [] if missing else list(reader)
    except csv.Error as error:
        line = reader.reader.line_num
        raise FormatError(f"expected CSV, but {error}; export the file again", path=path, line=line) from error
    if missing:
        raise FormatError(
            f"expected the columns questionText and answerText, but {sorted(missing)} are missing", path=path, line=1
        )
    return [
        (Message("user", row["questionText"]), Message("assistant", row["answerText"]))
        for row in rows
        if row["questionText"] and row["answerText"] and row.get("split", "train") == "train"
    ]


def _text(path: Path, newline: str | None = None) -> str:
    """What a file holds, without the byte order mark that some programs put before it."""
    try:
        with path.open(encoding="utf-8-sig", newline=newline) as file:
            return file.read()
    except UnicodeDecodeError as error:
        what = f"expected UTF-8, found byte 0x{error.object[error.start]:02x}; save the file as UTF-8"
        raise FormatError(what, path=path, line=error.object.count(b"\n", 0, error.start) + 1) from error
