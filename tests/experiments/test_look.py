"""Looks tell by which versions and from which births what they show was found."""

from pathlib import Path

import pytest

from eudaimon.errors import ExperimentError
from eudaimon.experiments.harness import look


def test_a_look_names_every_version_that_worked_on_it_and_refuses_other_births(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    births = tmp_path / "births"
    (births / "0").mkdir(parents=True)
    (births / "0" / "birth.json").write_text("{}")
    (births / "0" / "model.safetensors").write_bytes(b"some weights")
    for version, told in (("one", "one"), ("two", "one, two"), ("one", "one, two")):
        monkeypatch.setattr(look, "code_version", lambda path, version=version: version)
        assert look.versions(tmp_path / "runs", births, [0]) == told
    (births / "0" / "model.safetensors").write_bytes(b"others")
    with pytest.raises(ExperimentError, match="birth 0 is not the one that this run rests on"):
        look.versions(tmp_path / "runs", births, [0])
