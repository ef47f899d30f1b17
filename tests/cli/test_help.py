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
HELP_PAGE = Path(__file__).parents[2] / "docs" / "help.md"


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


@pytest.mark.parametrize("name", GROUPS)
def test_the_help_of_every_group_shows_an_example_of_each_of_its_commands(name: str) -> None:
    said = GROUPS[name].get_help(typer.Context(GROUPS[name], info_name=name, max_content_width=200))
    shown = [line.strip().partition("#")[0].strip() for line in said.partition("Examples:\n")[2].splitlines()]
    assert shown == [examples(full)[0] for full in COMMANDS if full.startswith(f"eudaimon {name} ")]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is(name: str) -> None:
    context = typer.Context(COMMANDS[name], info_name=name)
    told = [parameter.get_help_record(context) for parameter in COMMANDS[name].get_params(context)]
    assert all(len(re.findall(r"\w+", record[1])) >= 2 for record in told if record)
