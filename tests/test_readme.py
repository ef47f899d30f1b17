"""What the README promises in Python runs as it stands there, and what it says was found is what the results say."""

import re
from pathlib import Path

import pytest
from tests.life.newborn import tiny_newborn

from eudaimon.experiments.catalogue import rows

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def first_block() -> str:
    """The first block of Python in the README."""
    found = re.search(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found, "the README shows no Python"
    return found[1]


def test_the_readmes_python_is_a_dozen_lines() -> None:
    assert len([line for line in first_block().splitlines() if line.strip()]) <= 12


def test_the_readmes_python_lives_a_life_and_writes_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an untaught newborn in the embedded one's place, so that the test is about the code and quick."""
    monkeypatch.setattr("eudaimon.language.backend.NEWBORN", tiny_newborn(tmp_path / "newborn"))
    monkeypatch.chdir(tmp_path)
    exec(compile(first_block(), str(README), "exec"), {})
    said = capsys.readouterr().out
    assert "day 1: " in said
    assert "night 1: " in said
    assert list(tmp_path.rglob("*.html"))


def test_what_it_says_was_found_is_what_the_results_say() -> None:
    text = README.read_text(encoding="utf-8")
    told = {
        name: verdict
        for verdict, names in re.findall(r"^\* \*\*([A-Za-z, ]+)\*\*[^:\n]*: (.+)$", text, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", names)
    }
    assert told == {row.name: row.verdict for row in rows(ROOT / "results")}
