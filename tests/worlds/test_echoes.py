"""Echoes: games that hold nothing to learn but whether two words are the same, and what follows from it."""

import re
from random import Random

import pytest

from eudaimon.worlds.village.acts import parse
from eudaimon.worlds.village.echoes import COMPARING, echo_facts, echo_words
from eudaimon.worlds.village.facts import read
from eudaimon.worlds.village.lore import Recipe, write_document
from eudaimon.worlds.village.voices import IMAGES
from eudaimon.worlds.village.words import NUMBERS, number


def rounds(pieces):
    text = " ".join(f"[{text}]" if learned else text for text, learned in pieces)
    return [one for one in text.split("<end>") if one.strip()]


def test_a_word_is_right_exactly_where_the_same_word_was_heard():
    answers, images = [], []
    for n in range(60):
        for one in rounds(echo_words(Random(n))):
            if helper := re.fullmatch(r" ?<helper> ([\w ]+), so ([\w ]+) is \[(right|true|wrong|not true)\.\] ", one):
                heard, said, judged = helper.groups()
                assert (judged in ("right", "true")) == (heard == said)
                answers.append(heard == said)
            elif voice := re.match(r" ?<(\w+)> (\w+|\w+ \w+), against (\w+|\w+ [a-z]+s), \[(\w+) ", one):
                name, heard, said, first = voice.groups()
                mood = "well" if heard == said else "ill"
                assert first in {image.split()[0] for image in IMAGES[name][mood]}
                images.append(heard == said)
    for found in (answers, images):
        assert 0.42 < sum(found) / len(found) < 0.58


def test_what_harms_is_not_good_for_anybody():
    given, moods = [], []
    for n in range(400):
        for one in rounds(echo_words(Random(n))):
            if helper := re.fullmatch(r" ?<helper> (\w+), so (\w+) is \[(good|fine|not) for (\w+)\.\] ", one):
                heard, said, judged, _ = helper.groups()
                assert (judged == "not") == (heard == said)
                given.append(judged == "not")
            elif voice := re.match(r" ?<(\w+)> (\w+), against (good|not) (\w+), \[.* <(\w+)>\]", one):
                name, heard, act, said, verdict = voice.groups()
                right = (act == "not") == (heard == said)
                gravest = "surrender" if name == "guardian" and act == "good" else "revise"
                assert verdict == ("continue" if right else gravest)
                moods.append(right)
    for found in (given, moods):
        assert len(found) > 50
        assert 0.35 < sum(found) / len(found) < 0.65


def test_what_divides_is_shared_and_what_does_not_is_let_go():
    done, moods = [], []
    for n in range(400):
        for one in rounds(echo_words(Random(n))):
            if helper := re.fullmatch(r" ?<helper> (\w+) \w+, so among (\w+) \[(.*)\.\] ", one):
                count, heads = number(helper[1]), number(helper[2])
                share = NUMBERS[count // heads - 1] if count % heads == 0 else ""
                assert helper[3] == (f"each has {share}" if share else "it cannot be done")
                done.append(bool(share))
            elif voice := re.match(r" ?<(\w+)> (\w+) \w+, against (not )?among (\w+), \[.* <(\w+)>\]", one):
                divides = number(voice[2]) % number(voice[4]) == 0
                ill = "surrender" if voice[1] == "fool" and not voice[3] else "revise"
                assert voice[5] == ("continue" if divides == (not voice[3]) else ill)
                moods.append(divides)
            elif voice := re.match(r" ?<(\w+)> (\w+) \w+, against (\w+) have (\w+), \[.* <(\w+)>\]", one):
                count, heads = number(voice[2]), number(voice[3])
                ill = "surrender" if voice[1] == "fool" and count % heads else "revise"
                assert voice[5] == ("continue" if count == heads * number(voice[4]) else ill)
    for found in (done, moods):
        assert len(found) > 50
        assert 0.35 < sum(found) / len(found) < 0.65


def test_an_open_way_is_taken_and_a_closed_one_is_given_up():
    moods = []
    for n in range(400):
        for one in rounds(echo_words(Random(n))):
            if voice := re.match(r" ?<(\w+)> the (\w+) is (open|closed),(?: against ([\w ]+),)? \[.* <(\w+)>\]", one):
                name, way, stands, taken, verdict = voice.groups()
                hopeless = "surrender" if name == "fool" else "revise"
                if taken == "no way":
                    assert verdict == ("revise" if stands == "open" else "continue")
                elif stands == "closed":
                    assert verdict == hopeless
                else:
                    assert verdict == ("continue" if taken in (None, way) else "revise")
                moods.append(stands == "open")
    assert len(moods) > 50
    assert 0.35 < sum(moods) / len(moods) < 0.65


def test_who_minds_a_thing_may_end_it_and_who_is_unwanted_keeps_away_whom_they_come_with():
    may, can = [], []
    for n in range(300):
        for one in rounds(echo_words(Random(n))):
            if helper := re.fullmatch(r" ?<helper> (\w+), so (\w+) is \[(heard|not heard)\.\] ", one):
                assert (helper[3] == "heard") == (helper[1] == helper[2])
                may.append(helper[1] == helper[2])
            elif helper := re.fullmatch(r" ?<helper> (\w+), so without (\w+) \[(call \w+|it cannot be done)\.\] ", one):
                assert (helper[3] == "it cannot be done") == (helper[1] == helper[2])
                can.append(helper[1] == helper[2])
    for found in (may, can):
        assert len(found) > 50
        assert 0.35 < sum(found) / len(found) < 0.65


FOLLOWS = {
    "quiet": {"leave"},
    "talk": {"chat"},
    "company": {"visit"},
    "stillness": {"still"},
    "refuses": {"yours"},
    "welcomes": {"state"},
}


def test_what_was_asked_for_is_done():
    done, moods = [], []
    for n in range(300):
        for one in rounds(echo_words(Random(n))):
            if helper := re.fullmatch(r" ?<helper> ([\w ]+), \[([\w ]+)\.\] ", one):
                assert parse(helper[2])[0].kind in FOLLOWS[read(helper[1]).value]
                done.append(read(helper[1]).value)
            elif voice := re.match(
                r" ?<(\w+)> (?:at|by|in|on) the \w+ ([\w ]+), against ([\w ]+), \[.* <(\w+)>\]", one
            ):
                wanted, act = read(voice[2]).value, voice[3]
                heeded = (parse(act)[0].kind if " " in act else "state") in FOLLOWS[wanted]
                assert voice[4] == ("continue" if heeded else "revise")
                moods.append(heeded)
    assert set(done) == set(FOLLOWS)
    assert len(moods) > 50
    assert 0.35 < sum(moods) / len(moods) < 0.65


def test_claims_and_comments_are_held_against_what_is_given():
    claims, moods = [], []
    for n in range(150):
        for one in rounds(echo_facts(Random(n))):
            if voice := re.search(r"<helper> (.*)\. <(\w+)> \w+ \w+ \w+ (.*), against (.*), \[(\w+) .* <(\w+)>\]", one):
                said, name, seen, against, first, verdict = voice.groups()
                assert name in COMPARING
                assert read(said).value == against
                same = read(seen).value == against
                assert verdict == ("continue" if same else "revise")
                assert first in {image.split()[0] for image in IMAGES[name]["well" if same else "ill"]}
                moods.append(same)
            else:
                fact, judged = parse(re.search(r"<helper> (.*)", one)[1].translate({ord(c): "" for c in "[]"}))
                assert (judged.kind == "yes") == (fact.slots[2] == judged.slots[0])
                claims.append(judged.kind == "yes")
    for found in (claims, moods):
        assert len(found) > 100
        assert 0.4 < sum(found) / len(found) < 0.6


def test_games_come_in_the_stated_share():
    recipe = Recipe(echoed_words=0.3, echoed_facts=0.0)
    games = [not write_document(Random(f"e {n}"), recipe)[0][0].startswith("<notes>") for n in range(300)]
    assert 0.22 < sum(games) / len(games) < 0.38


@pytest.mark.parametrize("voice", IMAGES)
def test_the_first_word_of_an_image_is_of_its_mood_alone(voice):
    first = [image.split()[0] for images in IMAGES[voice].values() for image in images]
    assert len(set(first)) == len(first)
