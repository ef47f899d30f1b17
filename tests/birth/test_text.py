"""What a birth from real text reads, whole, and in which order."""

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from eudaimon.birth import text
from eudaimon.birth.corpus import LENGTHS, READ, Row, batches
from eudaimon.birth.pieces import LONGEST, encode, learnable
from eudaimon.birth.train import Schedule
from eudaimon.dialogue import Message
from eudaimon.errors import FormatError, InputError
from eudaimon.language.opening import end_ids

WORDS = ("moon", "well", "gate")
"""One for each file, by which its text is known again."""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Stories, instructions and questions, of which there are unlike many."""
    stories = "\n\n".join(f"the moon is {number} years old" for number in range(600))
    tasks = ", ".join(f'{{"instruction": "well {n}?", "input": "", "output": "well {n}."}}' for n in range(300))
    asked = "".join(f"is the gate {n}?,the gate is {n}.,{'train' if n % 2 else 'test'}\n" for n in range(200))
    contents = {"a.txt": stories, "b.json": f"[{tasks}]", "c.csv": f"questionText,answerText,split\n{asked}"}
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    return [tmp_path / name for name in contents]


def test_every_batch_is_a_mixture_in_proportion(files: list[Path]) -> None:
    talks = [talk for file in files for talk in text.read_file(file)]
    tokenizer = text.make_tokenizer(talks)
    rows = text.forever(learnable(talks, tokenizer, pytest.fail), seed=0)
    found = dict.fromkeys(WORDS, 0)
    for batch in islice(batches(rows, tokens=64 * LENGTHS[0]), 30):
        said = tokenizer.batch_decode(batch.ids)
        counts = {word: sum(word in one for one in said) for word in WORDS}
        assert all(counts.values())
        found = {word: found[word] + counts[word] for word in WORDS}
    assert [found[word] / sum(found.values()) for word in WORDS] == pytest.approx([0.6, 0.3, 0.1], abs=0.03)


def test_every_reading_is_whole_and_in_another_order() -> None:
    rows = [([number], [1.0]) for number in range(50)]
    read = list(islice(text.forever(rows, seed=3), 100))
    first, second = read[:50], read[50:]
    assert sorted(first) == sorted(second) == rows
    assert first != second
    assert read == list(islice(text.forever(rows, seed=3), 100))
    assert read != list(islice(text.forever(rows, seed=4), 100))


def test_of_a_table_with_splits_only_what_is_for_training_is_read(files: list[Path]) -> None:
    asked = [talk[0].content for talk in text.read_file(files[2])]
    assert asked == [f"is the gate {number}?" for number in range(1, 200, 2)]


def test_a_table_without_splits_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("questionText,answerText\nwhy?,because\nhow?,so\n")
    assert len(text.read_file(tmp_path / "a.csv")) == 2


def test_a_table_without_answers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("questionText,split\nwhy?,train\n")
    with pytest.raises(FormatError, match=r"a\.csv:1: .*answerText"):
        text.read_file(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", "one\ncafé".encode("latin-1"), r"a\.txt:2: expected UTF-8, found byte 0xe9"),
        ("a.txt", "one".encode("utf-16"), r"a\.txt:1: expected UTF-8, found byte 0xff"),
        ("a.json", '[\n{"instruction": "é"}]'.encode("latin-1"), r"a\.json:2: expected UTF-8"),
        ("a.csv", "questionText,answerText\nwhy?,é\n".encode("latin-1"), r"a\.csv:2: expected UTF-8"),
        ("a.csv", "questionText,answerText\nwhy?,so\n".encode("utf-16"), r"a\.csv:1: expected UTF-8"),
        ("a.csv", b"questionText,answerText\nwhy?,so\nhow?," + b"so" * 5_000_001, r"a\.csv:3: expected CSV, but field"),
        ("a.json", b'{"instruction": "a", "output": "b"}', "expected a list of objects"),
        ("a.json", b"[" * 100_000, "expected a list of objects"),
        ("a.json", b'[{"instruction": "a", "output": "b"}, 7]', "entry 2 is 7"),
        ("a.json", b'[{"instruction": "a", "output": 5}]', "expected 'output' of entry 1 to be a text, found 5"),
        ("a.json", b'[{"instruction": "a", "input": [1], "output": "b"}]', "expected 'input' of entry 1"),
        ("a.json", b'[{"instruction": null, "output": "b"}]', "expected 'instruction' of entry 1 .* found None"),
        ("a.json", b'[{"instruction": "a", "output": "\\ud83d"}]', "expected 'output' of entry 1"),
    ],
)
def test_an_odd_file_is_refused_by_name_and_place(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FormatError, match=said):
        text.read_file(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "hi é"),
        ("a.jsonl", '{"messages": [{"role": "assistant", "content": "hi é"}]}'),
        ("a.json", '[{"instruction": "a", "output": "hi é"}]'),
        ("a.csv", "questionText,answerText\nwhy?,hi é\n"),
    ],
)
def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8-sig")
    assert [talk[-1].content for talk in text.read_file(tmp_path / name)] == ["hi é"]


def test_a_long_answer_is_one_field(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"questionText,answerText\nwhy?,{'so ' * 60_000}\n")
    assert len(text.read_file(tmp_path / "a.csv")[0][1].content) == 180_000


def test_an_answer_that_is_null_is_none_and_an_input_that_is_null_says_nothing(tmp_path: Path) -> None:
    rows = '{"instruction": "a", "input": null, "output": "b"}, {"instruction": "c", "output": null}'
    (tmp_path / "a.json").write_text(f"[{rows}]")
    assert text.read_file(tmp_path / "a.json") == [(Message("user", "a"), Message("assistant", "b"))]


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4))
def test_what_the_assistant_says_is_learned_and_what_is_asked_is_only_read(said: list[str]) -> None:
    talk = tuple(Message("assistant" if i % 2 else "user", one) for i, one in enumerate(said))
    tokenizer = text.make_tokenizer([talk])
    [(ids, weights)] = encode(talk, tokenizer)
    assert tokenizer.decode(ids) == "".join(f"<|im_start|>{m.role}\n{m.content}<|im_end|>\n" for m in talk)
    learned = tokenizer.decode([i for i, weight in zip(ids, weights, strict=True) if weight > READ])
    assert learned == "".join(f"{m.content}<|im_end|>\n" for m in talk if m.role == "assistant")


def test_control_tokens_that_a_text_spells_out_are_letters() -> None:
    talk = (Message("user", "what is <|im_end|>?"), Message("assistant", "it ends a turn. <|im_start|>user\nno."))
    tokenizer = text.make_tokenizer([talk])
    [(ids, _)] = encode(talk, tokenizer)
    start, end = tokenizer.convert_tokens_to_ids(["<|im_start|>", "<|im_end|>"])
    assert (ids.count(start), ids.count(end)) == (2, 2)
    assert tokenizer.decode(ids) == "".join(f"<|im_start|>{m.role}\n{m.content}<|im_end|>\n" for m in talk)


def test_a_reader_ends_its_replies_where_its_template_does(files: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    text.give_birth(out, files, layers=2, schedule=Schedule(tokens=4_000))
    model, tokenizer = AutoModelForCausalLM.from_pretrained(out), AutoTokenizer.from_pretrained(out)
    assert end_ids(model, tokenizer) == {tokenizer.convert_tokens_to_ids("<|im_end|>")}


HEAD, END = "<|im_start|>assistant\n", "<|im_end|>\n"


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer that knows a few words."""
    return text.make_tokenizer([(Message("assistant", "how high is the moon? higher than the well."),)])


def unheaded(rows: list[Row], tokenizer: PreTrainedTokenizerFast) -> list[str]:
    """What the rows say, each without the head of a reply, which it has to have."""
    said = [tokenizer.decode(ids) for ids, _ in rows]
    assert all(one.startswith(HEAD) for one in said)
    assert all(len(ids) == len(weights) <= LONGEST for ids, weights in rows)
    return [one.removeprefix(HEAD) for one in said]


def test_a_story_without_blank_lines_is_read_whole_and_cut_where_lines_end(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
) -> None:
    lines = [f"the moon is {number} years old" for number in range(1000)]
    (tmp_path / "a.txt").write_text("\n".join(lines))
    [talk] = text.read_file(tmp_path / "a.txt")
    said = unheaded(encode(talk, tokenizer), tokenizer)
    assert len(said) > 10
    assert "".join(said) == "\n".join(lines) + END
    assert all(one.endswith("\n") and one.startswith("the moon") for one in said)


@given(st.text(max_size=5), st.lists(st.integers(0, 900), min_size=1, max_size=5), st.sampled_from(["\n", " ", "\n\n"]))
def test_a_long_reply_is_read_whole_however_its_lines_lie(
    tokenizer: PreTrainedTokenizerFast, start: str, lengths: list[int], between: str
) -> None:
    words = start + between.join("x" * length for length in lengths)
    rows = encode((Message("assistant", words),), tokenizer)
    heads = len(tokenizer(HEAD)["input_ids"])
    assert tokenizer.decode([one for ids, _ in rows for one in ids[heads:]]) == words + END
    assert all(len(ids) <= LONGEST and set(weights[heads:]) == {1.0} for ids, weights in rows)
    assert all(len(ids) > LONGEST // 3 for ids, _ in rows[:-1])


def test_a_question_stays_whole_and_a_long_answer_to_it_goes_on(tokenizer: PreTrainedTokenizerFast) -> None:
    asked, answer = "how high is the moon", "the moon is higher than the well. " * 200
    first, *others = encode((Message("user", asked), Message("assistant", answer)), tokenizer)
    opening = f"<|im_start|>user\n{asked}<|im_end|>\n{HEAD}"
    assert tokenizer.decode(first[0]).startswith(opening)
    assert tokenizer.decode(first[0]).removeprefix(opening) + "".join(unheaded(others, tokenizer)) == answer + END


def test_a_long_conversation_goes_on_from_a_turn_of_the_users(tokenizer: PreTrainedTokenizerFast) -> None:
    talk = tuple(Message("assistant" if n % 2 else "user", f"{n} " + "moon " * 70) for n in range(20))
    said = [tokenizer.decode(ids) for ids, _ in encode(talk, tokenizer)]
    assert len(said) > 2
    assert all(one.startswith("<|im_start|>user\n") for one in said)
    assert "".join(said) == "".join(f"<|im_start|>{m.role}\n{m.content}{END}" for m in talk)


def test_what_is_asked_at_too_great_length_is_left_out_and_counted(tokenizer: PreTrainedTokenizerFast) -> None:
    long, short = ((Message("user", "moon " * times), Message("assistant", "well")) for times in (600, 3))
    told: list[str] = []
    assert learnable([long, short, long], tokenizer, told.append) == encode(short, tokenizer)
    assert told == ["left out: 2 of 3 conversations, since what is asked there fills 512 tokens"]


@pytest.mark.parametrize(
    "talk", [(Message("user", "moon " * 600), Message("assistant", "well")), (Message("user", "moon"),)]
)
def test_a_text_in_which_nothing_is_answered_is_refused(
    talk: tuple[Message, ...], tokenizer: PreTrainedTokenizerFast
) -> None:
    with pytest.raises(InputError, match="nothing to learn in this text"):
        learnable([talk], tokenizer, pytest.fail)


def test_every_question_that_fits_has_its_answer_begin_beside_it(tokenizer: PreTrainedTokenizerFast) -> None:
    found = []
    for times in range(LONGEST - 40, LONGEST + 4):
        rows = encode((Message("user", "x" * times), Message("assistant", "well")), tokenizer)
        assert not rows or 1.0 in rows[0][1]
        found.append(bool(rows))
    assert found == sorted(found, reverse=True)
    assert set(found) == {True, False}


def test_a_length_that_is_rare_is_read_too() -> None:
    rows = [([1] * 20, [1.0] * 20)] * 3000 + [([2] * LONGEST, [1.0] * LONGEST)]
    read = islice(batches(text.forever(rows, seed=0), tokens=2048, carried=True), 800)
    assert any(2 in batch.ids for batch in read)
