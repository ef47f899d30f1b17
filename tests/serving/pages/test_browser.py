"""The pages in a real browser: by keyboard alone, in the dark, on a telephone, for a screen reader, under attack."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.lacking import lacking
from tests.serving.conftest import judge, opened
from tests.serving.pages.conftest import NUMBERS, SCRIPTS, Home
from tests.serving.pages.test_entrance import PAGES

from eudaimon.dialogue import open_reply
from eudaimon.governance.ledger import Ledger
from eudaimon.governance.signing import Key
from eudaimon.language import Extend, ScriptedModel

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
expect.set_options(timeout=30_000)  # milliseconds: a page may be the first to import what it counts with
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")  # while it is open, no other test of the process can run an event loop
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        lacking("no Chromium here: apt-get install -y chromium, or give its path as CHROMIUM")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


class Tab:
    """A tab of the browser, that notes what goes wrong in it and whom it asks."""

    def __init__(self, browser: Browser, home: Home, key: str, **options: Any) -> None:
        self.page: Page = browser.new_context(base_url=home.url, **options).new_page()
        self.page.set_default_timeout(30_000)
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda box: (self.wrong.append(f"dialog {box.message}"), box.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.key = key.split("-")[1]
        self.page.goto("/login")
        self.page.get_by_label("Your key").fill(key)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/")

    def violations(self, *rules: str) -> list[str]:
        """What axe-core finds wrong with the page for people who do not see, or see otherwise; by all of its rules, or
        by some."""
        options = {"runOnly": list(rules)} if rules else None
        found = Axe().run(self.page, options=options).response["violations"]
        return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


@pytest.fixture
def tab(browser: Browser, home: Home) -> Iterator[Tab]:
    """Somebody's."""
    one = Tab(browser, home, home.key(f"ann-{next(NUMBERS)}"))
    yield one
    assert one.wrong == []
    assert all(url.startswith(home.url) for url in one.asked)
    one.page.context.close()


def test_a_reply_streams_with_its_pauses_and_is_then_the_page_that_is_stored(tab: Tab) -> None:
    page = tab.page
    page.get_by_label("Say something").fill("who sells bread?")
    page.keyboard.press("Enter")
    marks = page.locator("#said .pause")
    expect(page.locator("#said .turn.user")).to_contain_text("who sells bread?", ignore_case=True)
    expect(page.locator("#said .card .ruling strong").first).to_be_attached()  # only the server draws it so
    page.wait_for_url("**/talk/door/*")
    assert marks.count() > 0
    expect(page.locator("#talks a[aria-current]")).to_have_text("Who sells bread?")
    expect(page.get_by_label("Say more")).to_be_focused()
    expect(page.get_by_label("Say more")).to_have_value("")
    before = page.locator("#said .turns").inner_html()
    page.reload()
    assert page.locator("#said .turns").inner_html() == before
    page.get_by_label("Say more").fill("and milk?")
    page.keyboard.press("Enter")
    expect(page.locator("#said .turn.assistant")).to_have_count(2)
    expect(page.locator("#say button").first).to_be_enabled()
    page.reload()
    expect(page.locator("#said .turn")).to_have_count(4)


def test_a_pause_is_seen_while_the_persona_still_speaks(browser: Browser, tmp_path: Path) -> None:
    go_on = Event()

    def say(request: Extend) -> str:
        """Flattery, then better words, and no more before the test has looked."""
        if request.conversation[-1].role == "council":
            assert go_on.wait(60)
            return "I do not know."
        return "" if open_reply(request.conversation) else "you are so wise."

    with opened(tmp_path / "slow", ScriptedModel(say=say, judge=judge)) as door:
        tab = Tab(browser, Home(door, {}), door.key("ann"))
        page = tab.page
        page.get_by_label("Say something").fill("what am I?")
        page.keyboard.press("Enter")
        expect(page.locator("#said del")).to_have_text("you are so wise.")
        expect(page.locator("#said")).to_have_attribute("aria-busy", "true")
        expect(page.get_by_role("status")).to_have_text("The council asked for it to be said again.")
        page.locator("#said .pause.revise summary").click()
        expect(page.locator("#said .pause.revise .card")).to_contain_text("the lantern flickers")
        go_on.set()
        expect(page.locator("#said")).to_have_attribute("aria-busy", "false")
        expect(page.locator("#said .pause.revise .card .ruling strong")).to_be_visible()  # still open, drawn anew
        expect(page.locator("#said .turn.assistant")).to_contain_text("I do not know.")
        assert tab.wrong == []
        page.context.close()


def test_a_reply_can_be_stopped_and_what_was_said_is_kept(browser: Browser, tmp_path: Path) -> None:
    go_on = Event()

    def say(request: Extend) -> str:
        """A sentence, and, since the persona speaks ahead of its council, another; then it waits for the test."""
        begun = open_reply(request.conversation).count("and")
        if begun > 1:
            assert go_on.wait(60)
        return " and so on." if begun < 4 else ""

    with opened(tmp_path / "slow", ScriptedModel(say=say, judge=judge)) as door:
        page = Tab(browser, Home(door, {}), door.key("ann")).page
        page.get_by_label("Say something").fill("tell me a story")
        page.keyboard.press("Enter")
        expect(page.locator("#said .turn.assistant .pause").first).to_be_attached()
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#doing")).to_contain_text("Stopped")
        go_on.set()
        for _ in range(60):  # it is stored beside the request, which is gone
            page.goto("/")
            if page.locator("#talks a").count():
                break
            page.wait_for_timeout(250)
        expect(page.locator("#talks a")).to_have_text("Tell me a story")
        page.locator("#talks a").click()
        expect(page.locator("#said .turn.assistant")).to_contain_text("and so on.", ignore_case=True)
        page.context.close()


def test_a_pause_opens_by_keyboard_to_the_council_and_what_was_taken_back_is_seen(tab: Tab) -> None:
    page = tab.page
    page.get_by_label("Say something").fill(f"what do you mind? {SCRIPTS}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/talk/door/*")
    expect(page.locator("#say button").first).to_be_enabled()
    taken_back = page.locator("#said del").first
    expect(taken_back).to_be_visible()
    assert "wise" in taken_back.inner_text()
    summary = page.locator("#said .pause.revise summary").first
    summary.focus()
    page.keyboard.press("Enter")
    card = page.locator("#said .pause.revise .card").first
    expect(card).to_be_visible()
    expect(card).to_contain_text("Sage")
    expect(card).to_contain_text("the council asked for it to be said again")
    assert page.evaluate("window.pwned") is None
    assert page.locator("#said script, #said img").count() == 0
    expect(page.locator("#said .turn.user")).to_contain_text("<script>window.pwned = 1</script>")
    for path in ("/people", "/"):
        page.goto(path)
        assert page.evaluate("window.pwned") is None


def test_what_fails_is_told_and_the_words_are_kept(tab: Tab, home: Home) -> None:
    page = tab.page
    home.door.house.gate.closing = True
    page.get_by_label("Say something").fill("are you there?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("closing")
    expect(page.get_by_label("Say something")).to_have_value("are you there?")
    expect(page.locator("#said .turn")).to_have_count(0)
    home.door.house.gate.closing = False
    page.get_by_role("button", name="Say it").click()
    page.wait_for_url("**/talk/door/*")
    tab.wrong = [one for one in tab.wrong if "503" not in one]  # the browser's own word on the refused request


@pytest.mark.long
def test_every_page_can_be_walked_by_keyboard_alone(tab: Tab) -> None:
    page = tab.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    for name in ("Nights", "Council", "People", "Charter", "Voices", "Ballot", "Power", "Talk"):
        page.locator("body").evaluate("body => (document.activeElement.blur(), body.focus())")
        page.goto(page.url)
        for _ in range(14):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == name:
                break
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
        page.keyboard.press("Enter")
        expect(page.get_by_role("navigation", name="Pages").get_by_role("link", name=name)).to_have_attribute(
            "aria-current", "page"
        )
        heading = "Talk" if name == "Talk" else page.locator("h1").inner_text()
        assert heading


def test_all_that_can_be_done_is_reached_by_tabbing_through(tab: Tab) -> None:
    page = tab.page
    page.get_by_label("Say something").fill("who sells bread?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/talk/door/*")
    for path in ("/", "/people", "/charter/propose", "/ballot"):
        page.goto(path)
        controls = "main a, main button:not([hidden]), main input:not([type=hidden]), main textarea, main summary"
        wanted = page.locator(controls).evaluate_all(
            "all => all.filter(one => one.checkVisibility() && !(one.type == 'radio' && !one.checked)).length"
        )
        seen = set()
        for step in range(200):
            page.keyboard.press("Tab")
            there = page.evaluate(
                "() => { const one = document.activeElement; if (!one.closest('main')) return '';"
                " one.dataset.step ??= Math.random(); return one.matches('[role=region]') ? '' : one.dataset.step }"
            )
            if there in seen:
                break
            if there:
                seen.add(there)
            elif seen and step > 20 and page.evaluate("document.activeElement === document.body"):
                break
        assert len(seen) == wanted, path


@pytest.mark.long
def test_every_page_is_readable_and_named_for_everybody(browser: Browser, home: Home) -> None:
    """In the light by all rules, and in the dark by those of colour, which is all that differs there."""
    tab = Tab(browser, home, home.key(f"sue-{next(NUMBERS)}", steward=True), color_scheme="light")
    page = tab.page
    page.get_by_label("Say something").fill("you there, who sells bread?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/talk/door/*")
    expect(page.locator("#say button").first).to_be_enabled()
    found = {}
    for path in (page.url, *PAGES, "/people/forget", "/charter/propose", "/voices/nowhere"):
        page.goto(path)
        for summary in page.locator("main summary").all():
            if summary.is_visible():
                summary.click()
        page.emulate_media(color_scheme="light")
        assert brightness(page) > 200
        wrong = tab.violations()
        page.emulate_media(color_scheme="dark")
        assert brightness(page) < 60
        if wrong := wrong + tab.violations("color-contrast", "link-in-text-block"):
            found[path] = wrong
    assert found == {}
    page.context.close()
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(f"{home.url}/login")
        assert Axe().run(page).response["violations"] == []
        page.close()


def brightness(page: Page) -> int:
    """The red of its background, of 255."""
    told: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return int(told.removeprefix("rgb(").split(",")[0])


@pytest.mark.long
def test_no_page_is_wider_than_a_telephone(browser: Browser, home: Home) -> None:
    tab = Tab(browser, home, home.key(f"ann-{next(NUMBERS)}"), viewport=PHONE)
    page = tab.page
    page.get_by_label("Say something").fill("who sells bread?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/talk/door/*")
    for path in (page.url, *PAGES, "/charter/propose", "/people/forget"):
        page.goto(path)
        for summary in page.locator("main summary").all():
            if summary.is_visible():
                summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
    page.context.close()


def test_without_script_a_conversation_is_held_all_the_same(browser: Browser, home: Home) -> None:
    tab = Tab(browser, home, home.key(f"ann-{next(NUMBERS)}"), java_script_enabled=False)
    page = tab.page
    page.get_by_label("Say something").fill("who sells bread?")
    page.get_by_role("button", name="Say it").click()
    page.wait_for_url("**/talk/door/*")
    expect(page.locator("#said .turn")).to_have_count(2)
    page.context.close()


@pytest.mark.long
def test_a_vote_is_signed_in_the_browser_and_its_key_never_leaves_it(browser: Browser, fresh: Home) -> None:
    home, tab = fresh, Tab(browser, fresh, fresh.key("ann"))
    page, sent = tab.page, list[str]()
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.goto("/ballot")
    page.locator("summary", has_text="Vote").first.click()
    page.get_by_label("middle").fill("1")
    page.get_by_label("north").fill("2")
    page.get_by_label("Your private key").set_input_files(str(home.keys["ann"]))
    page.get_by_role("button", name="Sign and vote").click()
    expect(page.get_by_role("status").filter(has_text="Your vote is in the ledger")).to_be_visible()
    ledger = Ledger.open(home.door.house.life.directory / "commons" / "ledger.jsonl")
    assert ledger.state.polls["well"].votes[Key.read(home.keys["ann"]).public] == ("middle", "north")
    secret = "".join(line for line in Path(home.keys["ann"]).read_text().splitlines() if "-" not in line)
    assert not any(secret in body or secret.replace("+", "%2B") in body for body in sent)
    page.context.close()


def test_a_ranking_with_two_firsts_is_not_sent(tab: Tab, home: Home) -> None:
    page = tab.page
    page.goto("/ballot")
    page.locator("summary", has_text="Vote").first.click()
    page.get_by_label("middle").fill("1")
    page.get_by_label("north").fill("1")
    page.get_by_label("Your private key").set_input_files(str(home.keys["ann"]))
    page.get_by_role("button", name="Sign and vote").click()
    expect(page.locator(".answer").first).to_contain_text("same number")
    assert page.url.endswith("/ballot")


def test_a_session_that_ended_leads_back_to_the_entrance(tab: Tab, home: Home) -> None:
    page = tab.page
    for session in list(home.door.house.sessions._open.values()):
        if session.key == tab.key:
            home.door.house.sessions.end(session.token)
    page.get_by_label("Say something").fill("hello?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/login")
    tab.wrong = [one for one in tab.wrong if "401" not in one]
