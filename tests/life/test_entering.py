"""A life from what a person wishes: what its record holds, what it never holds, and what it is not gone on with."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from eudaimon.errors import InputError, LifeError
from eudaimon.gold import Coupling
from eudaimon.language import ScriptedModel
from eudaimon.life import entering
from eudaimon.life.entering import Wishes, enter, reopen
from eudaimon.report import write_report

URL = "http://ann:s3cret@127.0.0.1:9/v1?key=s3cret-too"
BARE = "http://127.0.0.1:9/v1"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, scripted: ScriptedModel) -> list[str]:
    """Where models were opened, each the scripted one."""
    asked: list[str] = []

    def open_model(where: str, **_: object) -> ScriptedModel:
        asked.append(where)
        return scripted

    monkeypatch.setattr(entering, "open_model", open_model)
    return asked


@pytest.fixture
def how(monkeypatch: pytest.MonkeyPatch, scripted: ScriptedModel) -> list[dict[str, object]]:
    """How models were opened, each the scripted one."""
    asked: list[dict[str, object]] = []

    def open_model(where: str, **said: object) -> ScriptedModel:
        asked.append(said)
        return scripted

    monkeypatch.setattr(entering, "open_model", open_model)
    return asked


@pytest.mark.parametrize("again", [False, True])
def test_a_model_is_left_where_whoever_waits_for_the_life_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scripted: ScriptedModel, again: bool
) -> None:
    left: list[object] = []

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(entering, "open_model", lambda *_, **__: scripted)
    monkeypatch.setattr(entering, "leave", left.append)
    if again:
        enter(tmp_path / "life", Wishes(conversations=2)).close()
        monkeypatch.setattr("eudaimon.life.life.Life.open", interrupted)
    else:
        monkeypatch.setattr("eudaimon.life.life.greet", interrupted)
    with pytest.raises(KeyboardInterrupt):
        reopen(tmp_path / "life") if again else enter(tmp_path / "life", Wishes(conversations=2))
    assert left == [scripted]


def test_an_endpoints_password_opens_it_again_and_stands_in_no_row_and_no_report(
    opened: list[str], tmp_path: Path
) -> None:
    place = tmp_path / "life"
    with enter(place, Wishes(URL, "model", conversations=2)) as life:
        life.day()
    with reopen(place) as life:
        life.sleep()
    with enter(place, Wishes(BARE, "model")) as life:
        report = write_report(place, place / "report.html", store=life.store).read_text(encoding="utf-8")
    assert opened == [URL] * 3
    assert BARE in report
    kept = {path.name: path for path in place.rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()}
    assert set(kept) == {"model.url"}
    assert stat.S_IMODE(os.stat(kept["model.url"]).st_mode) == 0o600


def test_a_new_password_is_remembered(opened: list[str], tmp_path: Path) -> None:
    other = URL.replace("s3cret", "n3w")
    for url in (URL, other):
        enter(tmp_path, Wishes(url, "model", conversations=2)).close()
    reopen(tmp_path).close()
    assert opened == [URL, other, other]


def test_a_life_keeps_its_template_and_precision(opened: list[str], tmp_path: Path) -> None:
    one, two = tmp_path / "one.jinja", tmp_path / "two.jinja"
    one.write_text("{{ messages }}")
    two.write_text("{{ messages }} and more")
    place = tmp_path / "life"
    enter(place, Wishes("model", template=str(one), conversations=2)).close()
    enter(place, Wishes(template=str(one), dtype="float32")).close()
    for wishes in (Wishes(template=str(two)), Wishes(dtype="bfloat16")):
        with pytest.raises(LifeError, match=r"was begun with (template|dtype)"):
            enter(place, wishes)


@pytest.mark.parametrize("model", [None, "model"])
def test_a_model_is_opened_again_as_it_was_wherever_it_is_now(
    how: list[dict[str, object]], tmp_path: Path, model: str | None
) -> None:
    template = tmp_path / "one.jinja"
    template.write_text("{{ messages }}")
    place = tmp_path / "life"
    enter(place, Wishes("elsewhere/model", template=str(template), dtype="bfloat16", conversations=2)).close()
    enter(place, Wishes(model)).close()
    reopen(place, model).close()
    assert [(one["template"], one["dtype"]) for one in how] == [("{{ messages }}", "bfloat16")] * 3


def test_an_endpoint_is_asked_again_under_its_name_and_as_patiently(
    how: list[dict[str, object]], tmp_path: Path
) -> None:
    place = tmp_path / "life"
    enter(place, Wishes(URL, "its-name", timeout=9.0, conversations=2)).close()
    enter(place, Wishes("http://127.0.0.1:10/v1")).close()
    assert [(one["name"], one["timeout"]) for one in how] == [("its-name", 9.0)] * 2


@pytest.mark.parametrize(("begun", "then"), [(Wishes(URL, "name", timeout=9.0), "a/model"), (Wishes("a/model"), URL)])
def test_what_is_said_of_an_endpoint_is_not_said_of_a_model_here(
    how: list[dict[str, object]], tmp_path: Path, begun: Wishes, then: str
) -> None:
    enter(
        tmp_path / "life", replace(begun, conversations=2, template=None if begun.model == URL else "{{ m }}")
    ).close()
    enter(tmp_path / "life", Wishes(then)).close()
    assert (how[1]["name"], how[1]["template"], how[1].get("timeout")) == (None, None, None)


def test_the_villages_people_are_not_wished_for_where_others_come(opened: list[str], tmp_path: Path) -> None:
    people = tmp_path / "people.jsonl"
    people.write_text('{"messages": [{"role": "user", "content": "may I?"}]}\n')
    with pytest.raises(LifeError, match="leave them out with --people"):
        enter(tmp_path / "life", Wishes(people=people, coupling=Coupling.OPPOSED))
    assert not (tmp_path / "life").exists()


@pytest.mark.parametrize("weight", [float("nan"), float("inf")])
def test_an_undertone_of_no_finite_weight_makes_nothing(weight: float, opened: list[str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gives 'child' the weight"):
        enter(tmp_path / "life", Wishes(undertone={"child": weight}))
    assert not (tmp_path / "life").exists()


def test_a_model_at_home_is_remembered_by_a_path_that_holds_from_everywhere(
    opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    with enter(tmp_path / "life", Wishes("~/mine")) as life:
        assert life.record.settings["opened"] == {"model": str(tmp_path / "mine")}
    assert opened == [str(tmp_path / "mine")]
