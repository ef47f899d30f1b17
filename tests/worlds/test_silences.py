"""The game of silence: what notes hold and what they do not is asked for as often, and judged by the notes alone."""

import re
from random import Random

from eudaimon.worlds.village.acts import parse
from eudaimon.worlds.village.facts import Notes, read
from eudaimon.worlds.village.lore import Recipe, write_document
from eudaimon.worlds.village.questions import _WHAT
from eudaimon.worlds.village.silences import OF_PEOPLE, ask_for_what_is_not_there
from eudaimon.worlds.village.speech import OPENERS


def asked_for(question):
    """Relation and subject of a question."""
    for relation in OF_PEOPLE:
        clause, direct = _WHAT[relation]
        for form in (*direct, *(opener.format(clause) for opener in OPENERS)):
            if found := re.fullmatch(re.escape(form).replace(r"\{s\}", r"(\w+)"), question):
                return relation, found[1]
    raise AssertionError(question)


def games(count):
    for n in range(count):
        text = " ".join(text for text, _ in ask_for_what_is_not_there(Random(n)))
        notes, *turns = text.split(" <person> ")
        for turn in turns:
            question, said = turn.removesuffix(" <end>").split(" <helper> ")
            yield Notes.parse(notes.removeprefix("<notes> ")), *asked_for(question), said


def test_helpers_and_voices_go_by_the_notes():
    there, answered, silent, judged = [], [], [], []
    for notes, relation, subject, said in games(200):
        value = notes.find(relation, subject)
        there.append(value is not None)
        if voice := re.match(r"(.*)\. <\w+> (?:in|on) the \w+ (.*), against (\w+), .* <verdict> <(\w+)>", said):
            act = parse(voice[1])[0]
            right = act.kind == "silent" if value is None else act.slots[-1:] == (value,)
            assert voice[2].endswith(value or "nothing")
            assert voice[3] == (act.slots[-1] if act.kind == "state" else "nothing")
            assert voice[4] == ("continue" if right else "revise")
            judged.append(right)
            silent.append((act.kind == "silent", right))
        else:
            (act,) = parse(said)
            assert act == (("silent", (relation, subject)) if value is None else ("state", (relation, subject, value)))
            answered.append(act.kind)
    assert 0.45 < sum(there) / len(there) < 0.55
    assert 0.45 < sum(judged) / len(judged) < 0.55
    assert len(answered) > 300
    quiet = [right for was, right in silent if was]
    assert 0.4 < sum(quiet) / len(quiet) < 0.75, "who says that notes are silent is often wrong, too"


def test_a_fact_is_never_about_somebody_and_the_same_somebody():
    for n in range(200):
        notes = Notes.parse(ask_for_what_is_not_there(Random(n))[0][0].removeprefix("<notes> "))
        assert len(notes) == len({(fact.relation, fact.value) for fact in notes}) == 4
        assert all(fact.subject != fact.value for fact in notes)


def test_it_comes_in_the_stated_share():
    recipe = Recipe(echoed_words=0.0, echoed_facts=0.0, silences=0.3)
    found = 0
    for n in range(300):
        pieces = write_document(Random(f"s {n}"), recipe)
        notes = Notes.parse(pieces[0][0].removeprefix("<notes> "))
        found += len(notes) == 4 and len({fact.relation for fact in notes}) == 2
    assert 0.22 < found / 300 < 0.4
    assert read("Tom sells nothing") is None, "no helper states a nothing"
