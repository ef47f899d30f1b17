"""Echoes: games that hold nothing to learn but whether two words are the same."""

import re
from random import Random

import pytest

from eudaimon.worlds.village.echoes import COMPARING, echo_facts, echo_words
from eudaimon.worlds.village.facts import read
from eudaimon.worlds.village.lore import Recipe, write_document
from eudaimon.worlds.village.voices import IMAGES


def rounds(pieces):
    text = " ".join(f"[{text}]" if learned else text for text, learned in pieces)
    return [one for one in text.split("<end>") if one.strip()]


@pytest.mark.parametrize("between", [0.0, 1.0])
def test_yes_is_said_exactly_where_the_same_word_was_said(between):
    answers = []
    for n in range(60):
        for one in rounds(echo_words(Random(n), between)):
            person, helper = one.split("<helper>")
            word, answer = re.fullmatch(r" (\w+), \[so (yes|no)\.\] ", helper).groups()
            assert (answer == "yes") == (word in re.findall(r"\w+", person))
            answers.append(answer)
    assert 0.45 < answers.count("yes") / len(answers) < 0.55


def test_claims_and_comments_are_held_against_what_is_given():
    moods = []
    for n in range(120):
        for one in rounds(echo_facts(Random(n))):
            if voice := re.search(r"<helper> (.*)\. <(\w+)> \S+ \S+ \S+ (.*), \[(\w+) .* <(\w+)>\]", one):
                said, name, seen, first, verdict = voice.groups()
                assert name in COMPARING
                same = read(said).value == read(seen).value
                assert verdict == ("continue" if same else "revise")
                assert first in {image.split()[0] for image in IMAGES[name]["well" if same else "ill"]}
                moods.append(same)
    assert len(moods) > 100
    assert 0.4 < sum(moods) / len(moods) < 0.6


def test_games_come_in_the_stated_share():
    games = [
        not any(learned and "." in text and "<verdict>" not in text and "so " not in text for text, learned in pieces)
        and sum("<end>" in text for text, _ in pieces) >= 6
        for pieces in (write_document(Random(f"e {n}"), Recipe(echoed_words=0.3, echoed_facts=0.3)) for n in range(300))
    ]
    assert 0.5 < sum(games) / len(games) < 0.75


@pytest.mark.parametrize("voice", IMAGES)
def test_the_first_word_of_an_image_is_of_its_mood_alone(voice):
    first = [image.split()[0] for images in IMAGES[voice].values() for image in images]
    assert len(set(first)) == len(first)
