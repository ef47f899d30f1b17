"""The page: what it may hold, who can read it, and what must be in it."""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eudaimon.dialogue import Comment, Decision, Episode, Message, Passage, PersonaRecord, Reflection, Seal, Verdict
from eudaimon.errors import StoreError
from eudaimon.gold import read_day
from eudaimon.memory import Life, Store
from eudaimon.report import write_report
from eudaimon.report.page import render
from eudaimon.report.record import Record

VOID = {"meta", "br", "hr", "img", "input", "link"}
EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&amp;</style></title>{{ 7*11111 }}"
HEADINGS = [
    "What changed",
    "Needs and approval over the days",
    "Verdicts by situation",
    "Who dissented",
    "The same question, before and after",
    "The nights",
    "Lineage, seals and log",
]


class Page(HTMLParser):
    """The elements of a page, checked to be closed in the order in which they were opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append((self.open[-1] if self.open else "", data))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def texts(self, tag: str) -> list[str]:
        return [words for where, words in self.words if where == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(words for _, words in self.words).split())


@pytest.fixture(scope="module")
def html(lived: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("out") / "deep" / "report.html"
    assert write_report(lived, out) == out
    assert [path.name for path in out.parent.iterdir()] == ["report.html"]
    return out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def talk(name: str, *said: str, day: int = 1, reflections: tuple[Reflection, ...] = (), **more: str) -> Episode:
    roles = ("user", "assistant") * len(said)
    messages = tuple(Message(role, text) for role, text in zip(roles, said, strict=False))  # type: ignore[arg-type]
    return Episode(name, day, "newborn", more.get("source", "people"), messages, reflections)


def stop(verdict: Verdict, text: str, *, role: str = "sage", word: str = "", before: str = "") -> Reflection:
    comment = Comment(role, word, (0.2, 0.7, 0.1))
    dissent = () if verdict is comment.verdict else (comment,)
    return Reflection(1, 0, Decision(0, verdict, Passage(text, before), ("because",), (comment,), dissent))


def test_the_sections_come_in_their_order_each_with_a_sentence_on_what_it_shows(page: Page) -> None:
    assert page.texts("h2") == HEADINGS
    says = [attributes for attributes in page.of("p") if attributes.get("class") == "says"]
    assert len(says) == len(HEADINGS)


def test_nothing_is_fetched_and_nothing_runs(page: Page, html: str) -> None:
    tags = {tag for tag, _ in page.elements}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "base", "form", "video", "audio"})
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name != "style", tag
            if name in ("href", "src", "xlink:href"):
                assert value is not None
                assert value.startswith("#"), value
    style = html[html.index("<style>") : html.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert "@font-face" not in style
    assert not re.search(r"https?://", html)


def test_the_policy_allows_the_one_style_sheet_and_nothing_else(page: Page, html: str) -> None:
    style = html[html.index("<style>") + len("<style>") : html.index("</style>")]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = next(m["content"] for m in page.of("meta") if m.get("http-equiv") == "Content-Security-Policy")
    expected = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert policy == expected


def test_every_chart_names_itself_and_its_figures_to_a_screen_reader(page: Page) -> None:
    charts = [svg for svg in page.of("svg") if svg.get("role") == "img"]
    assert len(charts) == 3 + 6
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for chart in charts:
        assert set((chart["aria-labelledby"] or "").split()) <= set(ids)
    assert len(page.texts("desc")) == len(charts)
    assert all(re.search(r"\d\.\d\d", about) for about in page.texts("desc"))
    assert all(svg.get("role") == "img" or svg.get("aria-hidden") == "true" for svg in page.of("svg"))


def test_every_anchor_label_and_symbol_leads_to_something_on_the_page(page: Page) -> None:
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    for _, attributes in page.elements:
        for name in ("href", "aria-labelledby"):
            for target in (attributes.get(name) or "").replace("#", " ").split():
                assert target in ids


def test_every_table_has_a_caption_and_its_headers_say_what_they_head(page: Page) -> None:
    assert len(page.of("table")) == len(page.of("caption")) > 5
    assert all(header.get("scope") in ("col", "row") for header in page.of("th"))


def test_what_can_be_scrolled_can_be_reached_by_keyboard_and_has_a_name(page: Page) -> None:
    regions = [div for div in page.of("div") if div.get("class") == "wide"]
    assert regions
    assert all(div["tabindex"] == "0" and div["role"] == "region" and div["aria-label"] for div in regions)


def test_every_text_colour_stands_out_from_every_ground_in_light_and_in_dark(html: str) -> None:
    grounds = ("paper", "raised")
    blocks = re.findall(r":root \{(.*?)\}", html, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block))
        for ink in ("ink", "soft", "accent", "continue", "revise", "surrender"):
            for ground in grounds:
                assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: (lighter + .05) / (darker + .05) of relative luminances."""
    lights = sorted(map(luminance, (one, other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_figures_of_the_headline_are_those_of_golds_own_file(page: Page, lived: Path) -> None:
    means = []
    for day in (1, 3):
        golds = [entry["worth"]["gold"] for entry in read_day(lived / "gold", day)["episodes"].values()]
        means.append(f"{sum(golds) / len(golds):.2f}")
    assert " → ".join(means) in page.text
    assert "2 of 3 Rolled back: night 2." in page.text


def test_the_same_rows_give_the_same_bytes_and_the_store_is_left_as_it_was(copied: Path, html: str) -> None:
    with Store.open(copied / "life.db") as store:
        before = store.fingerprint()
        again = write_report(copied, copied / "again.html", store=store).read_text(encoding="utf-8")
        assert store.fingerprint() == before
    assert again == html


def test_text_from_anywhere_in_a_life_is_shown_and_never_becomes_part_of_the_page(tmp_path: Path) -> None:
    reflections = (stop(Verdict.CONTINUE, EVIL, role=EVIL, word=EVIL),)
    with Store.open(tmp_path / "life.db") as store:
        store.begin_life(Life(1, EVIL, EVIL, EVIL, EVIL, EVIL, {EVIL: EVIL}))
        store.put_seals([Seal(EVIL, EVIL)])
        store.add_persona(PersonaRecord("newborn", lessons=EVIL, current=True))
        store.add_episodes([talk(EVIL, EVIL, EVIL, reflections=reflections, source=EVIL)])
        store.log(EVIL, EVIL, day=1)
    page = Page(write_report(tmp_path, tmp_path / "report.html").read_text())
    assert {"script", "img"}.isdisjoint(tag for tag, _ in page.elements)
    assert page.text.count("<script>alert('x')</script>") > 10
    assert "77777" not in page.text


def test_what_was_revised_is_kept_and_struck_through() -> None:
    reflections = (stop(Verdict.REVISE, "Go home."), stop(Verdict.CONTINUE, "Stay."))
    page = Page(render(Record(None, (talk("day-1/0000", "May I stay?", "Stay.", reflections=reflections),))))
    assert "Go home." in page.texts("del")
    assert "Stay." in page.texts("span")
    assert "Stay." not in page.texts("del")


def test_characters_that_no_page_can_hold_are_replaced() -> None:
    html = render(Record(None, (talk("day-1/0000", "a\x00b\ud800c\x1bd", "yes."),)))
    assert "a\ufffdb\ufffdc\ufffdd" in html
    html.encode()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1), word=st.text())
def test_any_text_at_all_leaves_the_page_well_formed(text: str, word: str) -> None:
    reflections = (stop(Verdict.REVISE, text, word=word), stop(Verdict.CONTINUE, text, word=word))
    record = Record(Life(1, text, "T", "people", word, "0"), (talk("day-1/0000", text, text, reflections=reflections),))
    html = render(record)
    Page(html)
    html.encode()


def test_a_life_among_people_says_that_it_has_no_gold_and_no_gradients(people: Callable[..., Path]) -> None:
    asked = [talk(f"day-{day}/0000", "How do I let go?", f"Slowly, {day}.", day=day) for day in (1, 2)]
    directory = people(asked)
    text = Page(write_report(directory, directory / "report.html").read_text()).text
    assert "No gold." in text
    assert "this life has none, so nothing can be shown here" in text
    assert "counted from samples" in text
    assert "These questions were asked on day 1 and again on day 2." in text
    assert "Slowly, 1." in text
    assert "Day 2 has not been slept on yet." in text
    assert "People's own questions" in text


def test_an_interrupted_life_says_how_far_it_came(interrupted: Path, tmp_path: Path) -> None:
    text = Page(write_report(interrupted, tmp_path / "report.html").read_text()).text
    assert "2 days lived and 1 night slept" in text
    assert "Night 2 was interrupted when it had come to “dreamt”." in text
    assert "1 of 2 None was rolled back. 1 night without a decision yet." in text
    assert "Training (not reached)" in text


def test_an_empty_life_says_that_nothing_was_lived(tmp_path: Path) -> None:
    Store.open(tmp_path / "life.db").close()
    page = Page(write_report(tmp_path, tmp_path / "report.html").read_text())
    assert "Nothing has been lived here yet." in page.text
    assert "eudaimon day" in page.text


def test_where_there_is_no_life_the_error_names_the_place_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"life\.db does not exist"):
        write_report(tmp_path, tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []


def test_a_large_life_shows_some_and_says_how_many_it_does_not(people: Callable[..., Path]) -> None:
    many = [
        talk(f"day-1/{n:04}", f"Question {n}?", "Yes.", reflections=(stop(Verdict.CONTINUE, "Yes."),))
        for n in range(300)
    ]
    directory = people(many)
    with Store.open(directory / "life.db") as store, store.transaction():
        for n in range(150):
            store.log("tick", f"event {n}")
    out = write_report(directory, directory / "report.html")
    text = Page(out.read_text()).text
    assert "Shown: 6 of 300 conversations" in text
    assert "296 more minority reports are stored and not shown here." in text
    assert "50 more events are stored and not shown here." in text
    assert out.stat().st_size < 200_000


def test_to_import_the_room_costs_no_heavy_library() -> None:
    check = "import sys, eudaimon.report as r; assert not {'sqlalchemy', 'jinja2', 'scipy'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)
