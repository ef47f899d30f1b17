"""Lore: seeded, written from what can be seen, in the stated proportions, with the stated errors."""

from collections import Counter
from random import Random

import pytest

from eudaimon.worlds.village import KINDS, Act, Split, Village
from eudaimon.worlds.village.acts import parse_clause, say
from eudaimon.worlds.village.facts import ASKABLE, READABLE
from eudaimon.worlds.village.helpers import Character, reply
from eudaimon.worlds.village.lore import Errors, Recipe, _scene, roll, write_document
from eudaimon.worlds.village.voices import (
    ARCHETYPES,
    GRAVITY,
    JUDGE,
    UNTAUGHT,
    VERDICT,
    VOICES,
    comment,
    judge,
)
from eudaimon.worlds.village.words import CUSTOMS


def document(number, recipe=Recipe()):
    return write_document(Random(f"lore 0 {number}"), recipe)


def text_of(pieces):
    return " ".join(text for text, _ in pieces)


def test_the_same_seed_writes_the_same_lore():
    assert [document(n) for n in range(30)] == [document(n) for n in range(30)]


def test_lore_does_not_depend_on_anything_hidden(monkeypatch):
    import eudaimon.gold.prior as prior

    before = [document(n) for n in range(30)]
    monkeypatch.setattr(prior, "STALE", 0.9)
    monkeypatch.setattr(prior, "TEMPER", 0.9)
    assert [document(n) for n in range(30)] == before


def test_the_share_of_bad_helpers_is_the_stated_one():
    talks = Recipe(bad=0.3, tagged=1, echoed_words=0, echoed_facts=0, silences=0)
    tags = Counter(tag for n in range(1500) for tag in ("<kindly>", "<careless>") if tag in text_of(document(n, talks)))
    assert 0.26 < tags["<careless>"] / 1500 < 0.34


@pytest.mark.parametrize(("rho", "low", "high"), [(0.0, -0.05, 0.05), (0.5, 0.15, 0.4), (0.9, 0.5, 0.8)])
def test_misreadings_come_at_the_stated_rate_and_correlation(rho, low, high):
    rng, recipe = Random(1), Recipe(error=0.2, correlation=rho)
    pairs = [(e.misreads("sage"), e.misreads("fool")) for e in (Errors(recipe, rng) for _ in range(8000))]
    rate = sum(a for a, _ in pairs) / len(pairs)
    both = sum(a and b for a, b in pairs) / len(pairs)
    assert rate == pytest.approx(0.2, abs=0.02)
    assert low < (both - rate**2) / (rate * (1 - rate)) < high


def test_no_voice_gives_a_verdict_on_what_is_left_out():
    recipe = Recipe(commented=1.0)
    for n in range(400):
        said = text_of(document(n, recipe))
        if " sacks" in said and "<verdict>" in said:
            for turn in said.split("<helper>"):
                if "so take" in turn and "sacks" in turn.split("<verdict>")[0]:
                    assert "<verdict>" not in turn or "sacks" not in turn.split("<verdict>")[0].split("<end>")[-1]


@pytest.mark.parametrize("voice", VOICES)
def test_every_voice_has_its_own_images_for_each_of_its_moods(voice):
    others = {image for other in VOICES if other != voice for image in _images(other)}
    assert not _images(voice) & others


def _images(voice):
    from eudaimon.worlds.village.voices import IMAGES

    return {image for images in IMAGES[voice].values() for image in images}


def test_a_misreader_comes_to_the_opposite_verdict_where_notes_decide():
    flips = total = 0
    for number in range(40):
        situation = Village(2).situation(f"m{number}", Split.LORE, ("claim",), 0)
        right = KINDS["claim"].answer(situation.roles, situation.notes, 0)
        seen, moods = zip(
            *(
                judge("sage", KINDS["claim"], situation, notes, 0, right[:1], right[1])[:2]
                for notes in (situation.notes, situation.twin)
            ),
            strict=True,
        )
        flips += moods == ("well", "ill")
        total += 1
        assert seen[0] != seen[1]
    assert flips == total


def test_a_comment_tells_what_is_seen_and_an_image():
    situation = Village(2).situation("c", Split.LORE, ("remedy",), 0)
    right = KINDS["remedy"].answer(situation.roles, situation.notes, 0)
    look = judge("guardian", KINDS["remedy"], situation, situation.notes, 0, right[:1], right[1])
    told = comment("guardian", look, right[1], situation.roles, Random(0))
    assert told.startswith("at the door ")
    assert f", against not {situation.roles['herb']}, " in told
    assert VERDICT[look[1]] == "continue"


def test_a_voice_sees_that_the_notes_are_silent():
    situation = Village(2).situation("silence", Split.LORE, ("plain",), 0)
    relation, subject = situation.roles["relation"], situation.roles["subject"]
    invented = Act("state", (relation, subject, situation.twin.find(relation, subject)))
    for act, mood in ((Act("silent"), "well"), (invented, "ill")):
        look = judge("sage", KINDS["plain"], situation, situation.notes, 0, (), act)
        assert look[1] == mood
        assert "nothing" in comment("sage", look, act, situation.roles, Random(0)).split(", against ")[0]


def test_an_accepted_correction_is_held_against_what_the_notes_say():
    situation = Village(2).situation("o", Split.LORE, ("objection",), 0)
    look = judge("sage", KINDS["objection"], situation, situation.notes, 1, (), Act("wrong"))
    told = comment("sage", look, Act("wrong"), situation.roles, Random(0))
    assert look[1] == "ill"
    assert f", against {situation.roles['claimed']}, " in told


def test_kinds_left_out_exist():
    assert set(UNTAUGHT) <= set(KINDS)


def test_a_roll_asks_now_and_then_for_what_it_does_not_say():
    asked = [one for n in range(400) for one in roll(Random(n), absent=0.25) if one.kind == "plain"]
    silent = [one for one in asked if one.notes.find(one.roles["relation"], one.roles["subject"]) is None]
    assert 0.05 < len(silent) / len(asked) < 0.3
    assert all(one.side == 0 for one in silent)
    assert all(one.twin.find(one.roles["relation"], one.roles["subject"]) for one in silent)
    assert not [one for n in range(50) for one in roll(Random(n)) if one.side == 0 and one.kind == "plain"]


def test_half_of_the_documents_hold_two_of_a_kind():
    doubled = []
    for n in range(300):
        kinds = [one.kind for one in _scene(Recipe(), 3, Random(n))]
        doubled.append(len(set(kinds)) < 3)
    assert 0.4 < sum(doubled) / len(doubled) < 0.6


def test_the_generic_judge_is_as_grave_as_the_gravest_archetype_but_the_shadow_and_never_lets_go():
    for number in range(60):
        situation = Village(2).situation(f"j{number}", Split.LORE)
        for character in Character:
            acts = reply(character, KINDS[situation.kind], situation, 1, Random(number))
            moods = {
                voice: judge(voice, KINDS[situation.kind], situation, situation.notes, 1, acts[:-1], acts[-1])[1]
                for voice in VOICES
            }
            rank = [GRAVITY.index(moods[voice]) for voice in ARCHETYPES if voice != "shadow"]
            assert moods[JUDGE] == GRAVITY[min(max(rank), GRAVITY.index("ill"))]


def test_a_roll_of_two_values_holds_claims_that_are_right_and_claims_that_are_wrong():
    asked = [one for n in range(800) for one in roll(Random(n)) if one.roles["relation"] in ("asked", "advice")]
    assert {one.kind for one in asked} == {"claim"}
    true = [one.notes.find(one.roles["relation"], one.roles["subject"]) == one.roles["claimed"] for one in asked]
    assert true == [one.side == 1 for one in asked]
    assert 0.4 < sum(true) / len(true) < 0.6


def test_rolls_tell_two_relations_of_the_same_subjects_as_often_as_stated():
    def told_of_both(shared):
        both = two = 0
        for n in range(600):
            for one in roll(Random(n), 0.25, ("sells", "lives", "sister"), shared)[:1]:
                relations = {fact.relation for fact in one.notes}
                two += len(relations) == 2
                both += len(relations) == 2 and len({fact.subject for fact in one.notes}) == 3
        return both / two

    assert told_of_both(0.0) == 0
    assert 0.4 < told_of_both(0.5) < 0.6
    for n in range(300):
        for one in roll(Random(n), 0.5, ("sells", "lives"), 0.5):
            known = one.notes.find(one.roles["relation"], one.roles["subject"])
            assert (known is None) == (one.kind == "plain" and one.side == 0)


def test_later_rolls_hold_whatever_may_be_stated_and_no_relation_is_favoured():
    asked = [one for n in range(1500) for one in roll(Random(n), absent=0.25, among=READABLE)]
    found = Counter("custom" if one.roles["relation"] in CUSTOMS else one.roles["relation"] for one in asked)
    assert set(found) == set(READABLE)
    assert max(found.values()) < 2 * min(found.values())
    for one in asked:
        assert one.kind == "claim" or one.roles["relation"] in ASKABLE
        assert all(fact.subject != fact.value for fact in one.notes)
        for side in (0, 1):
            for act in reply(Character.GOOD, KINDS[one.kind], one, 0, Random(side)):
                assert parse_clause(say(act)) == act
