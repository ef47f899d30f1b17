"""The commands, from founding a ledger to verifying a release, as somebody would type them."""

import re
import shlex
from pathlib import Path

import pytest
from planted import export, planted
from typer.testing import CliRunner

from eudaimon.cli.app import app
from eudaimon.governance.signing import Key
from eudaimon.values.charter import SHIPPED

CONSTITUTION = """\
name: commons
centres:
  - {{id: parish, key: {parish}, electorate: [{ann}],
     scope: [constitution, "charter/*", "release/*", "ballot/*", "sanction/*"]}}
  - {{id: guild, key: {guild}, scope: ["charter/*", "release/*"]}}
  - {{id: court, key: {court}, scope: ["appeal/*"]}}
demands:
  - {{subject: "charter/*", weights: {{parish: 1, guild: 1}}, quota: 2}}
"""


class Desk:
    """A folder with keys and a ledger."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.run_ = folder, CliRunner()
        self.keys = {name: Key.generate() for name in ("parish", "guild", "court", "ann", "bot")}
        for name, key in self.keys.items():
            key.write(folder / f"{name}.pem")
        public = {name: key.public for name, key in self.keys.items()}
        (folder / "constitution.yaml").write_text(CONSTITUTION.format(**public), encoding="utf-8")

    def run(self, words: str, key: str = "", ledger: bool = True, fails: bool = False) -> str:
        more = ["--key", str(self.folder / f"{key}.pem")] if key else []
        more += ["--ledger", str(self.folder / "ledger.jsonl")] if ledger else []
        told = self.run_.invoke(app, [*words.format(f=self.folder).split(), *more])
        assert (told.exit_code != 0) == fails, told.output
        return told.output


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.run(f"authority found {{f}}/constitution.yaml {SHIPPED}", "parish")
    return made


def test_a_misspelt_constitution_is_refused_with_its_line_and_nothing_is_founded(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    path = tmp_path / "constitution.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("quota: 2", "qouta: 2"), encoding="utf-8")
    told = desk.run(f"authority found {{f}}/constitution.yaml {SHIPPED}", "parish", fails=True)
    assert "constitution.yaml:8: the field 'qouta' is not known" in told
    assert not (tmp_path / "ledger.jsonl").exists()


def test_a_centre_is_added_from_a_file_by_those_who_may(desk: Desk) -> None:
    key = desk.keys["bot"].public
    (desk.folder / "school.yaml").write_text(f"id: school\nkey: {key}\nscope: ['charter/*']\n", encoding="utf-8")
    assert "not competent for 'constitution'" in desk.run("authority add {f}/school.yaml", "guild", fails=True)
    desk.run("authority add {f}/school.yaml", "parish")
    assert "school" in desk.run("authority list")


def test_the_guide_works_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = next(folder for folder in Path(__file__).parents if (folder / "docs").is_dir()) / "docs" / "governance.md"
    desk, text = Desk(tmp_path), guide.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```(\w+)\n(.*?)```", text, re.S)
    for name, key in (("PARISH", "parish"), ("GUILD", "guild"), ("COURT", "court"), ("ANN", "ann")):
        blocks = [(kind, block.replace(f"<{name}>", desk.keys[key].public)) for kind, block in blocks]
    (tmp_path / "constitution.yaml").write_text(next(b for kind, b in blocks if kind == "yaml"), encoding="utf-8")
    (tmp_path / "charter.yaml").write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    commands = [line.split("  #")[0] for kind, block in blocks if kind == "sh" for line in block.splitlines() if line]
    assert len(commands) > 10
    for command in commands:
        told = desk.run_.invoke(app, shlex.split(command)[1:])
        assert told.exit_code == 0, (command, told.output)


def test_a_ballot_is_opened_voted_in_closed_and_counted(desk: Desk) -> None:
    desk.run("ballot open well --question where -o north -o south --centre parish", "parish")
    desk.run("ballot vote well south north", "ann")
    assert "has voted" in desk.run("ballot vote well north", "ann", fails=True)
    assert "not on the roll" in desk.run("ballot vote well north", "bot", fails=True)
    desk.run("ballot close well", "parish")
    assert "split cycle: south; 1 of 1 voted" in desk.run("ballot tally well")
    assert "4 rows hold" in desk.run("ledger verify {f}/ledger.jsonl", ledger=False)


def test_a_charter_is_adopted_by_two_and_a_release_verified_by_anybody(desk: Desk) -> None:
    assert "needs signatures of weight 2" in desk.run(f"authority adopt village {SHIPPED}", "parish", fails=True)
    desk.run(f"authority adopt village {SHIPPED} --draft {{f}}/adopt.json", "parish")
    assert "2 signatures" in desk.run("authority approve {f}/adopt.json", "guild", ledger=False)
    desk.run("authority submit {f}/adopt.json", "parish")
    desk.run(f"release publish charter village 1 {SHIPPED}", "parish")
    desk.run("release export village 1 --out {f}/village.json")
    told = desk.run(f"release verify {{f}}/village.json --content {SHIPPED}", ledger=False)
    assert "signed by parish" in told
    assert "it is the one" in told
    assert "not what was signed for" in desk.run(
        "release verify {f}/village.json --content {f}/ann.pem", ledger=False, fails=True
    )


def test_a_charter_that_loses_a_floor_is_refused_whoever_signs(desk: Desk, tmp_path: Path) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("kind: floor", "kind: norm", 1)
    (tmp_path / "weaker.yaml").write_text(text, encoding="utf-8")
    desk.run("authority adopt commons {f}/weaker.yaml --draft {f}/weaker.json", "parish")
    desk.run("authority approve {f}/weaker.json", "guild", ledger=False)
    assert "lower the floor" in desk.run("authority submit {f}/weaker.json", "parish", fails=True)
    assert "lose the floor" in desk.run(
        "authority fork {f}/constitution.yaml {f}/weaker.yaml --parent {f}/ledger.jsonl --ledger {f}/f.jsonl", "ann",
        ledger=False, fails=True,
    )  # fmt: skip


def test_sanction_appeal_decision_consent_and_exit_are_typed(desk: Desk) -> None:
    bot = desk.keys["bot"].public
    desk.run(f"authority sanction one {bot} warn", "parish")
    desk.run(f"authority sanction two {bot} limit --loses trade", "parish")
    desk.run("authority appeal two", "bot")
    desk.run("authority decide two --overturn", "court")
    desk.run("authority consent helper --purpose comfort", "ann")
    desk.run("authority revoke helper", "ann")
    desk.run("authority exit guild", "guild")
    listed = desk.run("authority list")
    assert "'charter/*' needs 2 of guild 1, parish 1" in listed
    audited = desk.run("governance audit --draw {f}/power.svg")
    assert "deadlock for good" in audited
    assert (desk.folder / "power.svg").exists()
    assert "revoke" in desk.run("ledger show")


def test_a_changed_ledger_is_refused_with_its_line(desk: Desk) -> None:
    desk.run("authority consent helper --purpose comfort", "ann")
    path = desk.folder / "ledger.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("comfort", "control"), encoding="utf-8")
    told = desk.run("ledger verify {f}/ledger.jsonl", ledger=False, fails=True)
    assert "ledger.jsonl:2" in told
    assert "not the one that was written" in told


def test_a_head_that_was_kept_shows_that_rows_are_missing(desk: Desk) -> None:
    desk.run("authority consent helper --purpose comfort", "ann")
    (desk.folder / "mine.jsonl").write_text(desk.run("ledger head", "bot"), encoding="utf-8")
    path = desk.folder / "ledger.jsonl"
    path.write_text(path.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")
    (desk.folder / "heads.jsonl").unlink()
    told = desk.run("ledger verify {f}/ledger.jsonl --head {f}/mine.jsonl", ledger=False, fails=True)
    assert "rows are missing" in told


def test_voices_are_imported_grouped_drawn_and_put_on_a_slate(desk: Desk) -> None:
    export(desk.folder / "talk", planted((30, 20))[0])
    assert "50 participants, 30 statements" in desk.run("voices import {f}/talk --out {f}/v.json", ledger=False)
    told = desk.run("voices groups {f}/v.json --map {f}/map.svg", ledger=False)
    assert "2 groups of 30, 20" in told
    assert (desk.folder / "map.svg").exists()
    assert "of the voters agree with at least one" in desk.run("voices slate {f}/v.json --size 3", ledger=False)
    assert "voter-level data" in desk.run("voices import {f}/nowhere", ledger=False, fails=True)
