"""A charter is read and proposed anew, its changes are told in plain words, and floors are watched."""

from __future__ import annotations

import html
import re

import pytest
from tests.serving.pages.conftest import SCRIPTS, Home, Visit

from eudaimon.values import Charter, read_charter
from eudaimon.values.charter import charter_yaml

FIELDS = {"article": "rest-at-noon", "text": "At noon it lets people rest.", "value": "rest", "kind": "norm"}


def plain(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", "", page)).split())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return html.unescape(found[1])


def previewed(visit: Visit, **fields: str) -> str:
    answer = visit.do("/charter/preview", **fields)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_every_article_of_the_charter_can_be_read(home: Home) -> None:
    charter: Charter = home.door.house.life.charter
    page = home.visit().see("/charter")
    for article in charter.articles:
        assert f'id="article-{article.id}"' in page
        assert article.text in plain(page)
    assert home.visit().see("/charter/charter.yaml") == charter_yaml(charter)
    assert "In force in the ledger" in page
    assert "commons" in home.visit().see("/charter?of=commons")


def test_a_new_article_is_seen_in_plain_words_put_forward_read_by_others_and_withdrawn(home: Home) -> None:
    ann, bo = home.visit(), home.visit("bo")
    page = previewed(ann, **FIELDS, rationale="People here work from dawn.")
    assert "The article “rest at noon”, a norm, is added" in plain(page)
    assert "It touches a floor" not in page
    path = ann.do("/charter/proposals", yaml=hidden(page, "yaml"), why="So that all can rest.").headers["location"]
    told = plain(bo.see(path))
    assert f"By {ann.owner.person}" in told
    assert "So that all can rest." in told
    assert "At noon it lets people rest." in told
    assert path in bo.see("/charter")
    name = path.rpartition("/")[2]
    assert bo.do("/charter/withdraw", proposal=name).status_code == 403
    file = bo.see(f"{path}.yaml")
    assert "rest-at-noon" in file
    assert ann.do("/charter/withdraw", proposal=name).status_code == 303
    assert ann.http.get(path).status_code == 404


def test_one_proposal_is_a_file_that_the_command_line_reads(home: Home, tmp_path) -> None:  # type: ignore[no-untyped-def]
    ann = home.visit()
    page = previewed(ann, **FIELDS)
    path = ann.do("/charter/proposals", yaml=hidden(page, "yaml")).headers["location"]
    (tmp_path / "new.yaml").write_text(ann.see(f"{path}.yaml"))
    charter = read_charter(tmp_path / "new.yaml")
    assert charter.article("rest-at-noon").author == ann.owner.person
    assert charter.version == home.door.house.life.charter.version + 1


def test_a_floor_that_goes_or_weakens_is_told_before_anything_else(home: Home) -> None:
    ann, floor = home.visit(), home.door.house.life.charter.floors[0]
    fields = {"article": floor.id, "text": floor.text, "value": floor.value, "kind": "floor"}
    gone = plain(previewed(ann, **fields, remove="yes"))
    assert f"The floor '{floor.id}' is deleted" in gone
    assert gone.index("It touches a floor") < gone.index("is removed")
    assert "becomes a mere norm" in plain(previewed(ann, **{**fields, "kind": "norm"}))
    assert "people have to judge" in plain(previewed(ann, **{**fields, "text": "Be more or less truthful."}))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"article": "no id!"}, "id"),
        ({"text": " "}, "empty text"),
        ({"scope": "age <"}, "age"),
        ({"until": "soon"}, "soon"),
        ({"scope": "moonlight"}, "moonlight"),
        ({"yaml": "id: [x"}, "line 1"),
        ({"yaml": "id: x\nversion: 1\narticles: []\nnonsense: 1\n"}, "nonsense"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_place_and_what_was_written_is_kept(
    home: Home, fields: dict[str, str], told: str
) -> None:
    answer = home.visit().do("/charter/preview", **{**FIELDS, **fields})
    assert answer.status_code == 400
    assert told in plain(answer.text.split('role="alert"')[1].split("</div>")[0])
    assert "/tmp" not in answer.text
    for value in fields.values():
        assert html.escape(value.strip())[:8] in answer.text


def test_nothing_new_is_no_proposal(home: Home) -> None:
    ann = home.visit()
    same = charter_yaml(home.door.house.life.charter)
    assert "says what the charter says already" in previewed(ann, yaml=same)
    assert ann.do("/charter/proposals", yaml=same).status_code == 400


def test_a_proposal_with_scripts_in_it_is_words(home: Home) -> None:
    ann = home.visit()
    page = previewed(ann, **{**FIELDS, "text": SCRIPTS, "rationale": SCRIPTS})
    path = ann.do("/charter/proposals", yaml=hidden(page, "yaml"), why=SCRIPTS).headers["location"]
    for shown in (page, ann.see(path), ann.see("/charter")):
        assert "<script>" not in shown
        assert "<img" not in shown


def test_a_charter_of_the_ledgers_is_proposed_to_by_itself(home: Home) -> None:
    ann = home.visit()
    assert "rest-at-noon" not in ann.see("/charter?of=commons")
    page = previewed(ann, **FIELDS, of="commons")
    path = ann.do("/charter/proposals", yaml=hidden(page, "yaml"), of="commons").headers["location"]
    assert path in ann.see("/charter?of=commons")
    assert path not in ann.see("/charter")
    assert "eudaimon authority adopt" in ann.see(path)
    assert ann.http.get("/charter?of=nowhere").status_code == 404
