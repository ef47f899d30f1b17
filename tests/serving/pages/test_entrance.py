"""Who comes in, with what, and what nobody gets without."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from tests.serving.pages.conftest import Home

from eudaimon.memory import Owner
from eudaimon.serving.keys.sessions import COOKIE

PAGES = ("/", "/nights", "/council", "/people", "/charter", "/voices", "/voices/green", "/ballot", "/power")
CHANGES = ("/logout", "/talk", "/people/correct", "/people/forget", "/nights/speak", "/charter/preview",
           "/charter/proposals", "/charter/withdraw", "/ballot/vote")  # fmt: skip


@pytest.mark.parametrize("path", [*PAGES, "/people/export.json", "/charter/charter.yaml", "/talk/door/none"])
def test_nobody_sees_a_page_before_coming_in(home: Home, path: str) -> None:
    answer = httpx.get(home.url + path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next={path}"
    assert "Content-Security-Policy" in answer.headers


def test_every_page_is_there_for_who_came_in_and_lets_nothing_else_in(home: Home) -> None:
    ann = home.visit()
    for path in PAGES:
        answer = ann.http.get(path)
        assert answer.status_code == 200, path
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<script>" not in answer.text
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text
        assert "http://" not in answer.text.replace('xmlns="http://www.w3.org/2000/svg"', "").replace(home.url, "")


def test_a_bad_key_lets_nobody_in_and_a_revoked_one_ends_its_sessions(home: Home) -> None:
    with httpx.Client(base_url=home.url, timeout=60) as http:
        assert http.post("/login", data={"key": "eu-00000000-x"}).status_code == 401
        assert http.post("/login", data={"key": ""}).status_code == 401
    ann = home.visit()
    keys = home.door.house.keys
    keys.revoke(next(key.id for key in keys.all() if key.scope.person == ann.owner.person))
    assert ann.http.get("/council").status_code == 303


def test_a_key_of_a_community_asks_who_it_is_and_one_of_a_person_lets_nobody_else_in(home: Home) -> None:
    ours, anns = home.key("", "hill"), home.key("ann")
    with httpx.Client(base_url=home.url, timeout=60) as http:
        assert "say who you are" in http.post("/login", data={"key": ours}).text
        assert "This key is not bo&#39;s" in http.post("/login", data={"key": anns, "person": "bo"}).text
    assert "bo of hill" in home.browse(Owner("bo", "hill")).come_in(ours, "bo").see("/council")


def test_without_keys_every_name_is_believed_but_a_session_is_needed_all_the_same(
    open_home: Callable[..., Home],
) -> None:
    home = open_home(insecure=True)
    assert httpx.get(home.url + "/").status_code == 303
    assert "zoe" in home.browse(Owner("zoe")).come_in("", "zoe").see("/council")


def test_another_site_cannot_let_anybody_in(home: Home) -> None:
    with httpx.Client(base_url=home.url, timeout=60) as http:
        for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303)):
            answer = http.post("/login", data={"key": home.key("ann")}, headers={"Sec-Fetch-Site": site})
            assert answer.status_code == status


@pytest.mark.parametrize("path", CHANGES)
def test_a_cookie_alone_changes_nothing(home: Home, path: str) -> None:
    ann, bo = home.visit(), home.visit("bo")
    before = home.door.house.life.store.fingerprint()
    fields = {"words": "hello", "episode": "x", "place": "0", "text": "x", "persona": "newborn", "yaml": "x",
              "proposal": "000000000000", "everything": "yes"}  # fmt: skip
    for csrf in ("", "x", bo.csrf):
        assert ann.http.post(path, data={**fields, "csrf": csrf}).status_code == 403
    assert home.door.house.life.store.fingerprint() == before
    assert ann.see("/council")


def test_who_leaves_is_out_and_the_cookie_is_hidden_from_scripts_and_other_sites(home: Home) -> None:
    with httpx.Client(base_url=home.url, timeout=60) as http:
        set_cookie = http.post("/login", data={"key": home.key("ann")}).headers["set-cookie"]
        assert set_cookie.startswith(f"{COOKIE}=")
        assert "HttpOnly" in set_cookie
        assert "SameSite=strict" in set_cookie
    ann = home.visit()
    cookie = ann.http.cookies[COOKIE]
    assert ann.do("/logout").status_code == 303
    assert httpx.get(home.url + "/council", cookies={COOKIE: cookie}).status_code == 303


@pytest.mark.parametrize("path", ["https://away.example/", "//away.example", "/\\away.example", "nights"])
def test_coming_in_leads_to_a_page_of_this_house_and_nowhere_else(home: Home, path: str) -> None:
    with httpx.Client(base_url=home.url, timeout=60) as http:
        answer = http.post("/login", data={"key": home.key("ann"), "next": path})
    assert answer.headers["location"] == "/"


def test_a_file_is_kept_by_browsers_under_a_name_that_its_content_makes(home: Home) -> None:
    page = httpx.get(home.url + "/login").text
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = httpx.get(home.url + path)
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert httpx.get(home.url + path.replace(path.split("/")[2], "0" * 16)).status_code == 404


def test_what_is_not_there_is_told_as_a_page(home: Home) -> None:
    ann = home.visit()
    answer = ann.http.get("/voices/nowhere")
    assert answer.status_code == 404
    assert ann.owner.person in answer.text  # with the way to all pages
    assert "No conversation &#39;nowhere&#39; is kept here" in answer.text
