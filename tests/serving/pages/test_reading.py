"""Pages that tell of the life and of what is held in common: they say what is stored."""

from __future__ import annotations

import html
import re
import shutil

from tests.serving.pages.conftest import Home

from eudaimon.governance.ballots import count
from eudaimon.governance.ledger import Ledger
from eudaimon.governance.power import audit
from eudaimon.governance.voices import find_groups, read_opinions
from eudaimon.psyche import seal_of


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())


def test_nights_tell_every_night_with_its_gate_and_who_speaks(home: Home) -> None:
    life = home.door.house.life
    page = home.visit().see("/nights")
    for night in life.store.nights():
        assert f'id="night-{night.number}"' in page
        assert night.gate is not None
        for reason in night.gate.reasons:
            assert reason.split(":")[0].split(",")[0][1:].strip() in words_of(page)
    assert words_of(page).count("speaks now") == 1
    assert life.persona().id[:16] in page


def test_only_a_steward_lets_another_persona_speak(fresh: Home) -> None:
    life = fresh.door.house.life
    ann, steward = fresh.visit(), fresh.visit("sue", steward=True)
    other = next(one for one in life.store.personas() if not one.current)
    assert "/nights/speak" not in ann.see("/nights")
    assert ann.do("/nights/speak", persona=other.id).status_code == 403
    assert life.store.current_persona().id != other.id
    assert "/nights/speak" in steward.see("/nights")
    assert steward.do("/nights/speak", persona=other.id).status_code == 303
    assert life.store.current_persona().id == other.id
    assert "a person wished it" in life.store.events()[-1].text
    assert steward.do("/nights/speak", persona="nobody").status_code >= 400


def test_the_council_is_shown_with_its_seals_and_a_broken_one_is_told(home: Home) -> None:
    life, ann = home.door.house.life, home.visit()
    page = ann.see("/council")
    for one in life.archetypes.values():
        assert seal_of(one).digest[:16] in page
        assert one.symbol in page
    assert "Not what was sealed" not in page
    assert words_of(page).count("sits here") == 1
    assert "Who disagrees with whom" in page


def test_a_map_of_voices_shows_every_group_and_what_bridges_them(home: Home) -> None:
    place = home.door.house.life.directory / "commons" / "voices" / "green.json"
    opinions = read_opinions(place)
    found = find_groups(opinions)
    page = home.visit().see("/voices/green")
    assert page.count('<polygon class="hull') == found.count
    dots = re.findall(r'<path class="points [^"]*" d="([^"]*)"', page)
    assert sum(d.count("M") for d in dots) == len(opinions.participants)
    told = words_of(page)
    for group, size in enumerate(found.sizes):
        assert f"Group {group + 1}: {size} people" in told
    assert "What bridges them" in told
    assert "A slate of 5" in told
    assert "130 people, 30 statements" in told


def test_a_small_conversation_is_a_map_too(home: Home) -> None:
    assert "17 people" in home.visit().see("/voices/small")


def test_a_ballot_is_told_as_the_ledger_counts_it(home: Home) -> None:
    ledger = Ledger.open(home.door.house.life.directory / "commons" / "ledger.jsonl")
    told = words_of(home.visit().see("/ballot"))
    for name in ("well", "feast"):
        tally = count(ledger.state, name)
        assert f"{tally.question}" in told
        assert f"{tally.cast} of {tally.roll} voted" in told
        assert f": {', '.join(tally.winners)} " in told
        assert tally.digest[:16] in told
    assert told.index("Where shall the well be?") < told.index("What shall the feast have?")  # the open one first


def test_power_is_told_as_the_audit_finds_it(home: Home) -> None:
    ledger = Ledger.open(home.door.house.life.directory / "commons" / "ledger.jsonl")
    told = words_of(home.visit().see("/power"))
    for line in audit(ledger.state):
        for name, share in line.power.items():
            assert f"{name} {share * 100:.0f}% (Banzhaf {line.banzhaf[name] * 100:.0f}%)" in told
        for warning in line.warnings:
            assert warning[1:] in told
    assert "Ostrom" in told


def test_a_house_without_a_commons_says_how_one_begins(fresh: Home) -> None:
    shutil.rmtree(fresh.door.house.life.directory / "commons")
    ann = fresh.visit()
    assert "no ledger yet" in ann.see("/ballot")
    assert "no ledger yet" in ann.see("/power")
    assert "eudaimon voices import" in ann.see("/voices")
    assert "Propose a new article" in ann.see("/charter")


def test_a_broken_ledger_is_told_and_only_by_the_pages_that_need_it(fresh: Home) -> None:
    place = fresh.door.house.life.directory / "commons" / "ledger.jsonl"
    place.write_text(place.read_text().replace("Where shall", "Who shall"))
    ann = fresh.visit()
    for path in ("/ballot", "/power"):
        answer = ann.http.get(path)
        assert answer.status_code == 500
        assert "restore the file from a copy" in answer.text
    assert "restore the file from a copy" in ann.see("/charter")
    assert ann.see("/council")
