"""What the quickstart shows of a person's own archetype works as it stands there."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

QUICKSTART = (Path(__file__).parents[2] / "docs" / "quickstart.md").read_text(encoding="utf-8")


@pytest.mark.long
def test_the_archetype_in_the_quickstart_is_sealed_and_sits(
    call: Callable[..., Any], newborn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (sample,) = re.findall(r"```yaml\n(.*?)```", QUICKSTART, re.DOTALL)
    Path("mine.yaml").write_text(sample, encoding="utf-8")
    (block,) = re.findall(r"```\n(eudaimon archetypes seal .*?)```", QUICKSTART, re.DOTALL)
    seal, live = (shlex.split(line)[1:] for line in block.splitlines())
    assert "grandmother is sealed" in call(*seal).stdout
    said = call(*live, "--model", newborn, "--days", 1, "--conversations", 2)
    assert said.exit_code == 0, said.output
    assert "pool sage,fool,guardian,grandmother" in said.stdout
    assert "will not be heard" not in said.stdout
