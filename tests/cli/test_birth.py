"""`birth` from the command line, where it says how to go on and refuses what would be ignored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]


def test_how_to_go_on_is_said_where_there_is_a_checkpoint_alone(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "out"
    said = call("birth", "--out", out, "--text", tmp_path / "nofile")
    assert said.exit_code == 1
    assert said.stderr.strip() == (
        f"InputError: {tmp_path}/nofile: no such file; give the path of a .txt, .jsonl, .json or .csv file"
    )
    out.mkdir()
    (out / "birth.pt").touch()
    assert "call the command that began it again" in call("birth", "--out", out, "--text", tmp_path / "nofile").stderr


@pytest.mark.parametrize("option", ["--bad", "--error", "--correlation"])
def test_what_says_what_lore_is_made_of_is_refused_with_text(call: Call, tmp_path: Path, option: str) -> None:
    said = call("birth", "--out", tmp_path / "out", "--text", tmp_path / "a.txt", option, ".5")
    assert said.exit_code == 2
    assert f"{option} say" in " ".join(said.stderr.replace("│", "").split())
    assert not (tmp_path / "out").exists()


def test_a_birth_that_is_there_already_is_said(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("once upon a time", encoding="utf-8")
    words = ("birth", "--out", tmp_path / "out", "--layers", 2, "--tokens", 3000, "--text", tmp_path / "a.txt")
    assert call(*words).stdout.strip().startswith(f"born: {tmp_path}/out")
    assert call(*words).stdout.strip().startswith(f"this birth is there already: {tmp_path}/out")
    other = call(*words, "--seed", 7)
    assert (other.exit_code, "its seed is 1, not 7" in other.stderr) == (1, True)


def test_what_a_birth_leaves_out_is_said(call: Call, tmp_path: Path) -> None:
    asked = f"questionText,answerText\n{'why ' * 600}?,so\nhow?,so\n"
    (tmp_path / "a.csv").write_text(asked, encoding="utf-8")
    said = call("birth", "--out", tmp_path / "out", "--layers", 2, "--tokens", 3000, "--text", tmp_path / "a.csv")
    assert "left out: 1 of 2 conversations, since what is asked there fills 512 tokens" in said.stdout
    assert f"born: {tmp_path}/out" in said.stdout
