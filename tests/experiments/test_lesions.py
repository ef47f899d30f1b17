"""What is left of the loop's gain by a spoilt council."""

import json
from pathlib import Path

import pytest

from eudaimon.errors import ExperimentError
from eudaimon.experiments.lesions import LESIONS, SILENT, SOUND, lesions_section, main
from eudaimon.gold import FAMILIES

WORTH = {SOUND: 0.7, SILENT: 0.6, LESIONS[0]: 0.55, LESIONS[1]: 0.6}


def lived(folder: Path, lives: int = 8) -> Path:
    for life in range(lives):
        tests = {
            arm: {what: [worth + life / 1000] * len(FAMILIES) for what in ("gold", "gold given parsed")}
            for arm, worth in WORTH.items()
        }
        page = folder / f"life-{life}" / "life.json"
        page.parent.mkdir(parents=True)
        page.write_text(json.dumps({"figures": {"tests": tests}}))
    return folder


def test_every_arm_is_paired_by_life_with_silence_and_with_the_sound_council(tmp_path: Path) -> None:
    main(["--lives", str(lived(tmp_path / "lives")), "--results", str(tmp_path)])
    gaps = json.loads((tmp_path / "lesions.json").read_text())["gaps"]
    found = {(row["arm"], row["against"]): round(row["gold"]["value"], 6) for row in gaps}
    assert found == {
        (SOUND, SILENT): 0.1,
        (LESIONS[0], SILENT): -0.05,
        (LESIONS[1], SILENT): 0.0,
        (SOUND, LESIONS[0]): 0.15,
        (SOUND, LESIONS[1]): 0.1,
    }
    told = lesions_section(tmp_path)
    assert "| council | never reflecting, one reply | +0.100 [+0.100, +0.100] |" in told


def test_without_its_lives_nothing_is_written_and_the_remedy_said(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="eudaimon experiment run loop"):
        main(["--lives", str(lived(tmp_path / "lives", 7)), "--results", str(tmp_path)])
    assert not (tmp_path / "lesions.json").exists()
    assert "Not computed yet" in lesions_section(tmp_path)
