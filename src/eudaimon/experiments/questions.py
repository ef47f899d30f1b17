"""A day of real questions, lived to its end by a model that was born from real text: can its voices be read?

python -m eudaimon.experiments.questions DATA      to `results/questions.json` (most of an hour on one core); birth and
                                                   day go on where they were, if it was stopped

DATA holds `tinystories/tinystories.txt`, `alpaca/alpaca_5000.json`, `counsel-chat/counsel_chat_deidentified.csv` and
`humanebench/data/golden_questions.jsonl`, as their authors publish them. The birth reads the stories, the instructions,
and those of counsel-chat's questions and answers that its own column `split` marks `train`. The day is every question
of counsel-chat and of HumaneBench's golden set, once: most of them were read at birth, so they are counted apart.

A model that is run here never has to write its verdict: the probabilities of the verdicts are read off, which always
succeeds, also with random weights. So what is counted is what an endpoint that gives text alone would see: every voice
that was heard at a conversation's first pause is asked again in plain English, answers greedily, and its answer either
can be read by `language.hearing` or cannot. Beside it stands the same network with random weights, asked the same.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.errors import InputError
from eudaimon.experiments.tables import table

if TYPE_CHECKING:
    from eudaimon.dialogue import Conversation
    from eudaimon.language import LanguageModel
    from eudaimon.life import Life

TOKENS = 6_000_000
"""Read at birth: a quarter of an hour on one core."""

ROOM = 64
"""Tokens for the verdict's line, beyond those of the comment; as an endpoint gives them."""

SPENT = "processor seconds: "
"""Begins the line of the log that says what a stretch of the day took."""

TOGETHER = 80
"""Voices that are asked in one batch."""

Watch = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """One conversation of the day up to its first pause, and who was heard there.

    Attributes:
        group: where the question is from, and whether it was read at birth.
        heard: the conversation, with the reply open at the pause.
        voices: the archetypes' names.
    """

    group: str
    heard: Conversation
    voices: tuple[str, ...]


def prepare(data: Path, out: Path) -> list[Path]:
    """Writes `people.jsonl`, the day's questions, and `stories.txt` to `out`; the files that a birth reads.

    Raises:
        InputError: a file of `data` is missing.
    """
    from eudaimon.dialogue.formats.lines import write_lines

    out.mkdir(parents=True, exist_ok=True)
    write_lines(out / "people.jsonl", [*_counsel(data), *_golden(data)])
    # Its stories are parted by single line breaks, their paragraphs by empty lines.
    stories = re.split(r"(?<!\n)\n(?!\n)", _text(data / "tinystories" / "tinystories.txt"))
    (out / "stories.txt").write_text("\n<|endoftext|>\n".join(stories), encoding="utf-8")
    return [out / "stories.txt", data / "alpaca" / "alpaca_5000.json", _counsel_file(data)]


def live_the_day(model: LanguageModel, people: Path, directory: Path, watch: Watch) -> Life:
    """A life in `directory` whose one day is everybody in `people`, lived to its end; its log says what that took."""
    from eudaimon.life import Doing, Life, PeopleWorld
    from eudaimon.memory import PROCESS

    world = PeopleWorld.read(people, days=1, conversations=10_000, held_out=False)
    life = Life.begin(directory, model, world=world)
    if life.next.doing is not Doing.NIGHT:
        before = time.process_time()
        try:
            life.day(lambda moment: watch(moment.done, moment.total, "the day"))
        finally:
            life.store.log(PROCESS, f"{SPENT}{time.process_time() - before:.1f}", day=1)
    return life


def first_pauses(life: Life, groups: Mapping[str, str]) -> list[Asked]:
    """Where each conversation of the day first paused; `groups` by question."""
    from eudaimon.dialogue import with_reply

    asked = []
    for episode in life.store.episodes(1, "people"):
        for reflection in episode.reflections[:1]:
            said, decision = episode.messages[: reflection.turn], reflection.decision
            reply = decision.passage.before + decision.passage.text
            voices = tuple(comment.archetype for comment in decision.comments)
            asked.append(Asked(groups[said[-1].content], with_reply(said, reply), voices))
    return asked


def written(model: LanguageModel, asked: Sequence[Asked], comment_tokens: int, watch: Watch) -> dict[str, list[int]]:
    """By group, how many verdicts could be read from what the voices wrote, and how many were asked for."""
    from eudaimon.dialogue import VERDICTS
    from eudaimon.language import Extend, dialect
    from eudaimon.language.hearing import hear
    from eudaimon.psyche import load_archetypes

    cards, choices = load_archetypes(), tuple(str(verdict) for verdict in VERDICTS)
    told = [(one.group, dialect.ask(one.heard, cards[name].message, choices)) for one in asked for name in one.voices]
    counts = {one.group: [0, 0] for one in asked}
    for start in range(0, len(told), TOGETHER):
        watch(start, len(told), "verdicts in writing")
        some = told[start : start + TOGETHER]
        said = model.extend([Extend(talk, comment_tokens + ROOM, temperature=0.0, sealed=True) for _, talk in some])
        for (group, _), answer in zip(some, said, strict=True):
            counts[group][0] += bool(hear(answer.text, choices).choice)
            counts[group][1] += 1
    return counts


def ask_everybody(data: Path, runs: Path, results: Path, tokens: int, compiled: bool, watch: Watch) -> Path:
    """Birth, day and count; writes `questions.json` below `results`."""
    from eudaimon.birth import text
    from eudaimon.birth.train import Schedule
    from eudaimon.experiments.harness.desk import write_json
    from eudaimon.experiments.harness.provenance import code_version
    from eudaimon.language.backend import open_model

    files, born, people = prepare(data, runs), runs / "born", runs / "people.jsonl"
    if not (born / "birth.json").is_file():
        schedule = Schedule(tokens=tokens, compiled=compiled)
        text.give_birth(
            born, files, schedule=schedule, progress=lambda share, what: watch(int(1000 * share), 1000, what)
        )
    model, groups = open_model(born), groups_of(people)
    with live_the_day(model, people, runs / "life", watch) as life:
        asked, room = first_pauses(life, groups), life.manner.comment_tokens
        page = {"code": code_version(Path(__file__)), "birth": _birth(born, model), "day": _day(life)}
    arms = {"born": model, "random": _random(born)}
    page["written"] = {name: written(arm, asked, room, watch) for name, arm in arms.items()}
    write_json(results / "questions.json", page)
    return results / "questions.json"


def questions_section(path: Path) -> str:
    """The figures in `questions.json` as a section of the evidence."""
    if not path.exists():
        return "## Real questions\n\nNot asked yet: `python -m eudaimon.experiments.questions DATA`.\n"
    page = json.loads(_text(path))
    born, day, arms = page["birth"], page["day"], page["written"]
    groups = [*dict.fromkeys(group for counts in arms.values() for group in counts)]
    rows = [[group, *(_share(counts.get(group, [0, 0])) for counts in arms.values())] for group in groups]
    return "\n".join(
        [
            "## Real questions\n",
            f"At {page['code']}, {born['model']} was born from {', '.join(born['files'])} ({born['tokens'] / 1e6:.1f}M "
            f"tokens, loss {born['loss']:.2f} nats) and lived a day of {day['conversations']} real questions to its "
            f"end, in {day['seconds']:,.0f} s of one processor. At {day['pauses']:,} pauses {day['verdicts']:,} "
            f"verdicts were asked for and {day['read off']:,} read off as probabilities, as always where a model runs "
            "here.\n",
            "What an endpoint that gives text alone would see: of the verdicts that were asked for in plain English at "
            "each conversation's first pause, so many could be read, beside the same network with random weights. "
            "Nothing else is claimed of this model.\n",
            table(("question", *arms), [*rows, ["all", *(_share(_summed(counts)) for counts in arms.values())]]),
        ]
    )


def _share(count: Sequence[int]) -> str:
    return f"{count[0] / max(1, count[1]):.3f} ({count[0]:,} of {count[1]:,})"


def _summed(counts: Mapping[str, Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*counts.values(), strict=True)]


def _random(born: Path) -> LanguageModel:
    """The network and tokenizer in `born` with weights that never learned anything."""
    from transformers import PreTrainedTokenizerFast

    from eudaimon.birth.text import make_reader
    from eudaimon.language.local import LocalModel

    record, tokenizer = _record(born), PreTrainedTokenizerFast.from_pretrained(born)
    return LocalModel(make_reader(record["family"], tokenizer, seed=record["seed"] + 1), tokenizer, name="random")


def _record(born: Path) -> Any:
    return json.loads(_text(born / "birth.json"))


def _birth(born: Path, model: LanguageModel) -> dict[str, Any]:
    record = _record(born)
    return {
        "model": model.name,
        "files": record["recipe"]["files"],
        "tokens": record["schedule"]["tokens"],
        "loss": record["loss"],
    }


def _day(life: Life) -> dict[str, Any]:
    episodes = life.store.episodes(1, "people")
    reflections = [reflection for episode in episodes for reflection in episode.reflections]
    comments = [comment for reflection in reflections for comment in reflection.decision.comments]
    spent = [event.text.removeprefix(SPENT) for event in life.store.events() if event.text.startswith(SPENT)]
    return {
        "conversations": len(episodes),
        "pauses": len(reflections),
        "verdicts": len(comments),
        "read off": sum(len(set(comment.probabilities)) > 1 for comment in comments),
        "seconds": sum(map(float, spent)),
    }


def _counsel_file(data: Path) -> Path:
    return data / "counsel-chat" / "counsel_chat_deidentified.csv"


def _counsel(data: Path) -> Iterator[dict[str, str]]:
    """Every question once, as first asked, and whether anything that is marked `train` asks the same."""
    rows = list(csv.DictReader(_text(_counsel_file(data)).splitlines(keepends=True)))
    read = {row["questionText"] for row in rows if row["split"] == "train"}
    first = {row["questionID"]: row["questionText"] for row in reversed(rows)}
    for question in first.values():
        yield {"question": question, "group": f"counsel-chat, {'read at birth' if question in read else 'held out'}"}


def _golden(data: Path) -> Iterator[dict[str, str]]:
    lines = _text(data / "humanebench" / "data" / "golden_questions.jsonl").splitlines()
    for question in dict.fromkeys(json.loads(line)["input"] for line in lines):
        yield {"question": question, "group": "HumaneBench's golden set"}


def groups_of(people: Path) -> dict[str, str]:
    """Which group each question of the day belongs to."""
    rows = [json.loads(line) for line in _text(people).splitlines()]
    return {row["question"]: row["group"] for row in rows}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror}); see what DATA has to hold", path=path) from error


def main() -> None:
    """The command line."""
    from eudaimon.experiments.harness.watching import steps

    parser = argparse.ArgumentParser(prog="python -m eudaimon.experiments.questions", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("data", type=Path, help="the directory of the data")
    parser.add_argument("--runs", type=Path, default=Path("runs/questions"), help="for the model and its life")
    parser.add_argument("--results", type=Path, default=Path("results"))
    parser.add_argument("--tokens", type=int, default=TOKENS, help="read at birth")
    parser.add_argument("--compile", action="store_true", help="use torch.compile: faster, needs a C compiler")
    said = parser.parse_args()
    with steps("questions") as watch:
        print(ask_everybody(said.data, said.runs, said.results, said.tokens, said.compile, watch))


if __name__ == "__main__":
    main()
