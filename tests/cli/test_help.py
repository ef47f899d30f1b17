"""Help: light to ask for, complete, written down, with examples that parse."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from eudaimon.cli.app import app
from eudaimon.cli.manual import manual

ROOT = typer.main.get_command(app)
ROOT_OF_ALL = Path(__file__).parents[2]
HELP_PAGE = ROOT_OF_ALL / "docs" / "help.md"


def commands(command: Any = ROOT, name: str = "eudaimon") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its full name."""
    inner = getattr(command, "commands", {})
    if not inner:
        yield name, command
    for word, one in inner.items():
        yield from commands(one, f"{name} {word}")


COMMANDS = dict(commands())
GROUPS = {name: command for name, command in ROOT.commands.items() if hasattr(command, "commands")}  # type: ignore[attr-defined]


def examples(name: str) -> list[str]:
    found = COMMANDS[name].help.partition("Examples:\n")[2]
    return [line.partition("#")[0].strip() for line in found.splitlines() if line.strip()]


def test_nothing_heavy_is_imported_before_a_command_runs() -> None:
    run = "import sys; from eudaimon.cli.app import app; print(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", run], check=True, capture_output=True, text=True).stdout.split())
    heavy = {
        "torch",
        "transformers",
        "peft",
        "trl",
        "sqlalchemy",
        "pydantic",
        "numpy",
        "scipy",
        "matplotlib",
        "rich",
        "httpx",
    }
    assert not loaded & heavy


def test_the_help_page_is_what_the_commands_say() -> None:
    written = HELP_PAGE.read_text(encoding="utf-8")
    assert written == manual(), "write it anew: python -m eudaimon.cli.manual > docs/help.md"


def test_all_commands_are_there() -> None:
    assert set(COMMANDS) == {
        f"eudaimon {group} {name}".replace("  ", " ")
        for group, names in {
            "": "live day sleep chat report birth serve",
            "keys": "create list revoke",
            "persona": "list show rollback",
            "archetypes": "list show check seal",
            "charter": "new check diff fork merge rollback explain propose compile traditions",
            "experiment": "list show run",
            "voices": "import groups slate",
            "ballot": "open vote close tally",
            "authority": "key found fork list add end exit demand adopt approve submit consent revoke sanction lift "
            "appeal decide",
            "release": "publish export verify",
            "ledger": "verify head show",
            "governance": "audit",
            "train": "sft dpo reward rlhf cai soup",
        }.items()
        for name in names.split()
    }


@pytest.mark.parametrize("name", COMMANDS)
def test_every_example_of_every_command_parses_as_that_command(name: str) -> None:
    assert examples(name)
    for example in examples(name):
        words = shlex.split(example)
        depth = len(name.split())
        assert words[:depth] == name.split()
        COMMANDS[name].make_context(name, words[depth:])


PAGES = ("README.md", *(f"docs/{name}.md" for name in ("quickstart", "serving", "charters", "governance")))


def shown(page: str) -> list[list[str]]:
    """The commands that a page of the documentation shows, in their words."""
    text = (ROOT_OF_ALL / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    lines = "".join(code for language, code in blocks if language in ("", "sh")).replace("\\\n", " ").splitlines()
    commands = [part.strip() for line in lines for part in line.partition("#")[0].split("&&")]
    return [shlex.split(one) for one in commands if one.startswith("eudaimon ")]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_shows_parses(page: str) -> None:
    told = shown(page)
    assert told
    for words in told:
        name = max((one for one in COMMANDS if " ".join(words).startswith(one)), key=len, default=None)
        assert name, words
        COMMANDS[name].make_context(name, words[len(name.split()) :])


@pytest.mark.parametrize("page", ["README.md", "docs/quickstart.md"])
def test_a_life_that_is_not_the_first_has_a_directory_of_its_own(page: str) -> None:
    """`make live` begins one where `eudaimon live` would: with another model or store, that place is taken."""
    for words in shown(page):
        if words[1] == "live" and {"--model", "--store", "--authority", "--people"} & set(words):
            assert {"-d", "--directory"} & set(words) or "USER" in words[-1], words


@pytest.mark.parametrize("name", GROUPS)
def test_the_help_of_every_group_shows_an_example_of_each_of_its_commands(name: str) -> None:
    said = GROUPS[name].get_help(typer.Context(GROUPS[name], info_name=name, max_content_width=200))
    first = [line.strip().partition("#")[0].strip() for line in said.partition("Examples:\n")[2].splitlines()]
    assert first == [examples(full)[0] for full in COMMANDS if full.startswith(f"eudaimon {name} ")]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is(name: str) -> None:
    context = typer.Context(COMMANDS[name], info_name=name)
    told = [parameter.get_help_record(context) for parameter in COMMANDS[name].get_params(context)]
    assert all(len(re.findall(r"\w+", record[1])) >= 2 for record in told if record)
