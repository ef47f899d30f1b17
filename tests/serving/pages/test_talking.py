"""A conversation as its person sees it, and as nobody else does."""

from __future__ import annotations

import html
import re

from tests.serving.pages.conftest import SCRIPTS, Home, Visit

from eudaimon.dialogue import Message
from eudaimon.memory import Owner


def say(visit: Visit, words: str, conversation: str = "", number: int = 7) -> str:
    """Say something by the form; the conversation's path."""
    answer = visit.do("/talk", words=words, conversation=conversation, visit=str(number))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def name_of(path: str) -> str:
    return path.removeprefix("/talk/")


def test_what_is_said_without_script_is_answered_stored_and_shown_with_its_pauses(home: Home) -> None:
    ann = home.visit()
    path = say(ann, "who sells bread?")
    (episode,) = home.door.house.life.store.episodes_of(ann.owner)
    assert episode.messages[-2] == Message("user", "who sells bread?")
    page = ann.see(path)
    assert page.count('<details class="pause') == len(episode.reflections) > 0
    assert "Who sells bread?" in ann.see("/")  # among the conversations
    say(ann, "and milk?", name_of(path))
    (grown,) = home.door.house.life.store.episodes_of(ann.owner)
    assert [m.content for m in grown.messages if m.role == "user"] == ["who sells bread?", "and milk?"]


def test_a_conversation_that_went_on_in_another_episode_is_one_with_all_its_pauses(home: Home) -> None:
    ann = home.visit()
    path = say(ann, "who sells bread?")
    home.door.house.threads.drop(ann.owner)  # as after the server was started again
    say(ann, "and milk?", name_of(path))
    store = home.door.house.life.store
    episodes = store.episodes_of(ann.owner)
    assert len(episodes) == 2
    page = ann.see(path)
    assert page.count('<details class="pause') == sum(len(one.reflections) for one in episodes)
    assert page.count('aria-current="page">Who sells bread?') == 1


def test_words_are_words_whatever_is_in_them(home: Home) -> None:
    ann = home.visit()
    page = ann.see(say(ann, f"mind {SCRIPTS}"))
    assert "<script>" not in page
    assert "<img" not in page
    shown = html.unescape(re.sub("<[^>]+>", "", page))
    assert shown.count("window.pwned = 1") >= 4  # asked, answered, taken back, commented on
    assert 'data-history="[{' not in page.replace("&#34;", '"').split("data-history")[0]


def test_nobody_else_sees_it_and_it_is_not_even_said_to_be_there(home: Home) -> None:
    ann, bo = home.visit(), home.visit("bo")
    path = say(ann, "my secret is the plum tree")
    namesake = home.browse(Owner(ann.owner.person, "hill"))
    for who in (bo, namesake.come_in(home.key(ann.owner.person, "hill"))):
        answer = who.http.get(path)
        assert answer.status_code == 404
        assert answer.text == who.http.get("/talk/door/never").text
        assert who.http.get(f"{path}?only=turns").status_code == 404
        assert who.do("/talk", words="go on", conversation=name_of(path)).status_code == 404
        for page in ("/", "/people", "/people/export.json", "/nights", "/council"):
            assert "plum tree" not in who.see(page)
    assert "plum tree" in ann.see("/people")


def test_what_cannot_be_said_is_told_in_words(home: Home) -> None:
    ann = home.visit()
    answer = ann.do("/talk", conversation="")
    assert answer.status_code == 400
    assert "Words: Field required" in answer.text
    assert ann.do("/talk", words="x", visit="-1").status_code == 400


def test_characters_that_no_page_can_hold_do_not_break_one(home: Home) -> None:
    from eudaimon.dialogue import Episode

    ann = home.visit()
    store, owner = home.door.house.life.store, ann.owner
    odd = "a\x00b\ud800c\x1bd"
    store.add_episodes(
        [Episode("door/odd", 1, "newborn", "private", (Message("user", odd), Message("assistant", odd)))]
    )
    store.belong("door/odd", owner)
    assert "A\ufffdb\ufffdc" in ann.see("/talk/door/odd")
    assert ann.see("/people/export.json")
