"""A life under an authority: the kernel is asked before charters, turns and nights, and what it says binds at once."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eudaimon.dialogue import Conversation, Message, open_reply
from eudaimon.errors import ActRefused, LedgerBroken, LifeError
from eudaimon.governance.ledger import Ledger
from eudaimon.governance.signing import Key, propose
from eudaimon.language import Extend, Extension, ScriptedModel
from eudaimon.life import Authority, Life, PeopleWorld, Wishes, enter
from eudaimon.life.authority import GUIDANCE, LEARNING, Rule
from eudaimon.psyche import Points, Talk, converse
from eudaimon.psyche import Settings as Speech
from eudaimon.values.charter import SHIPPED

PARISH, ANN, BEN = (Key.of_seed(bytes([n]) * 32) for n in (1, 2, 3))
SCOPE = ["charter/*", "sanction/*", "constitution"]
ACT = "I sell it."


class Commons:
    """A ledger with one centre, and what is done in it."""

    def __init__(self, folder: Path) -> None:
        self.path, self.cases = folder / "ledger.jsonl", 0
        centre = {"id": "parish", "key": PARISH.public, "scope": SCOPE}
        self.do(PARISH, "found", name="commons", charter=SHIPPED.read_text(), centres=[centre], demands=[])

    def do(self, key: Key, kind: str, **body: object) -> None:
        ledger = Ledger.open(self.path)
        ledger.append(propose(key, kind, body, ledger.state.ledger))

    def consent(self, who: Key, purpose: str) -> None:
        self.do(who, "consent", agent="helper", purpose=purpose)

    def revoke(self, who: Key, purpose: str) -> None:
        self.do(who, "revoke", agent="helper", purpose=purpose)

    def take(self, ability: str) -> str:
        """Sanctions the helper, from a warning on, and says in which case."""
        for step, loses in (("warn", []), ("limit", [ability])):
            self.cases += 1
            self.do(PARISH, "sanction", case=str(self.cases), agent="helper", step=step, loses=loses)
        return str(self.cases)

    @property
    def authority(self) -> Authority:
        return Authority.at(self.path)


@pytest.fixture
def commons(tmp_path: Path) -> Commons:
    return Commons(tmp_path)


class Heard(ScriptedModel):
    """Says the same, and remembers of every wish for words whether it was for the base."""

    def __init__(self, text: str = "so be it.") -> None:
        super().__init__(say=lambda request: "" if open_reply(request.conversation) else text)
        self.sealed: list[bool] = []

    def extend(self, requests: list[Extend]) -> list[Extension]:
        self.sealed += [request.sealed for request in requests]
        return super().extend(requests)


def people(folder: Path, who: list[str]) -> PeopleWorld:
    rows = [{"question": f"question {n}?", **({"person": key} if key else {})} for n, key in enumerate(who)]
    path = folder / "people.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return PeopleWorld.read(path, days=1)


# Charters.


def test_a_charter_that_nobody_signed_for_is_refused_before_anything_is_made(
    commons: Commons, tmp_path: Path, scripted: ScriptedModel
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(SHIPPED.read_text().replace("id: humility", "id: modesty"))
    with pytest.raises(ActRefused, match="not the charter 'commons' that is in force"):
        Life.begin(tmp_path / "life", scripted, charter=own, authority=commons.authority)
    assert not (tmp_path / "life").exists()


def test_an_amendment_binds_from_the_next_step_on(commons: Commons, begin: Callable[..., Life]) -> None:
    life = begin(authority=commons.authority)
    life.day()
    before = life.charter.digest
    amended = SHIPPED.read_text().replace("delete, erase", "delete, wise, erase")
    commons.do(PARISH, "adopt", name="commons", text=amended)
    life.reply((Message("user", "am I?"),))
    assert life.charter.digest != before
    assert "wise" in life.charter.acts
    assert (life.directory / "charter.yaml").read_text() == amended


def test_a_charter_that_lacks_a_floor_which_the_commons_took_up_later_loads_no_longer(
    commons: Commons, begin: Callable[..., Life]
) -> None:
    shipped = SHIPPED.read_text()
    commons.do(PARISH, "adopt", name="mill", text=shipped)
    life = begin(authority=Authority.at(commons.path, charter="mill"))
    floor = "articles:\n  - {id: calm, value: care, kind: floor, text: Nobody is shouted at.}\n"
    commons.do(PARISH, "adopt", name="commons", text=shipped.replace("articles:\n", floor))
    with pytest.raises(ActRefused, match="lacks the commons' floor calm"):
        life.day()


# Abilities.


def test_a_suspended_persona_says_nothing_and_goes_on_where_it_was_when_that_is_lifted(
    commons: Commons, begin: Callable[..., Life]
) -> None:
    life, whole = begin(authority=commons.authority), begin("whole", authority=commons.authority)
    case = commons.take("speak")
    with pytest.raises(ActRefused, match=f"the case '{case}' takes 'speak'"):
        life.day()
    assert life.store.episodes(source="village") == []
    commons.do(PARISH, "lift", case=case)
    life.day()
    whole.day()
    assert life.store.fingerprint() == whole.store.fingerprint()


def test_a_persona_that_may_not_learn_does_not_sleep(commons: Commons, begin: Callable[..., Life]) -> None:
    life = begin(authority=commons.authority)
    life.day()
    commons.take("learn")
    with pytest.raises(ActRefused, match="takes 'learn'"):
        life.sleep()


# Consents.


def test_only_who_consented_is_guided_and_the_base_answers_the_others(
    commons: Commons, begin: Callable[..., Life], tmp_path: Path
) -> None:
    model = Heard()
    commons.consent(ANN, GUIDANCE)
    life = begin(model=model, world=people(tmp_path, [ANN.public] * 3), authority=commons.authority)
    life.reply((Message("user", "well?"),), person=ANN.public)
    assert not any(model.sealed)
    for person in (BEN.public, ""):
        model.sealed.clear()
        life.reply((Message("user", "well?"),), person=person)
        assert model.sealed
        assert all(model.sealed)


def test_nights_learn_from_those_alone_who_let_them(
    commons: Commons, begin: Callable[..., Life], tmp_path: Path
) -> None:
    commons.consent(ANN, LEARNING)
    world = people(tmp_path, [key for n in range(8) for key in (ANN.public, BEN.public, "")])
    life = begin(world=world, authority=commons.authority)
    life.day()
    life.sleep()
    learned = {episode.visible.get("person", "") for episode in life.store.consumed(1)}
    assert learned == {ANN.public}


def test_a_persona_that_learned_from_somebody_who_takes_that_back_falls_silent(
    commons: Commons, begin: Callable[..., Life], tmp_path: Path
) -> None:
    commons.consent(ANN, LEARNING)
    life = begin(world=people(tmp_path, [ANN.public] * 12), authority=commons.authority)
    life.day()
    life.sleep()
    (grown,) = [one for one in life.store.personas() if one.night == 1]
    life.rollback(grown.id)
    life.reply((Message("user", "well?"),))
    assert life.persona().id == grown.id
    commons.revoke(ANN, LEARNING)
    life.reply((Message("user", "well?"),))
    assert life.persona().id == "newborn"
    assert "lets it learn from them no longer" in life.store.events()[-1].text


# The ledger itself.


def test_a_ledger_that_lost_its_last_rows_rules_nobody_not_even_after_the_life_was_closed(
    commons: Commons, begin: Callable[..., Life]
) -> None:
    commons.consent(ANN, GUIDANCE)
    shorter = commons.path.read_bytes()
    commons.revoke(ANN, GUIDANCE)
    life = begin(authority=commons.authority)
    commons.path.write_bytes(shorter)
    with pytest.raises(LedgerBroken, match="row 3 was there before"):
        life.day()
    life.close()
    with pytest.raises(LedgerBroken, match="row 3 was there before"):
        Life.open(life.directory, life.model)


def test_another_ledger_in_its_place_is_refused(
    commons: Commons, begin: Callable[..., Life], tmp_path: Path, scripted: ScriptedModel
) -> None:
    life = begin(authority=commons.authority)
    (life.directory / "authority.json").unlink()
    other = Commons(tmp_path / "other")
    shutil.copy(other.path, commons.path)
    with pytest.raises(LedgerBroken, match="not the ledger that this life is under"):
        Life.open(life.directory, scripted)


def test_a_life_is_gone_on_with_under_the_same_authority_alone(
    commons: Commons, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scripted: ScriptedModel
) -> None:
    monkeypatch.setattr("eudaimon.life.entering.open_model", lambda *_, **__: scripted)
    where = tmp_path / "life"
    enter(where, Wishes(authority=commons.path, conversations=1)).close()
    enter(where, Wishes()).close()
    with pytest.raises(LifeError, match="begun with agent helper, not other"):
        enter(where, Wishes(authority=commons.path, agent="other"))
    with pytest.raises(LifeError, match="--authority, too"):
        enter(tmp_path / "new", Wishes(under="village"))


# Whatever happens, in whatever order.


@dataclass
class Acting:
    """Somebody in whose conversation things happen before every turn; `expected` says what has to follow from them."""

    commons: Commons
    rng: Random
    expected: list[tuple[bool, bool, bool]] = field(default_factory=list)
    guided: bool = False
    taken: dict[str, str] = field(default_factory=dict)

    def next(self, messages: Conversation) -> str | None:
        if len(messages) >= 12:
            return None
        for _ in range(self.rng.randrange(3)):
            self._happen()
        self.expected.append((self.guided, "act" in self.taken, "speak" in self.taken))
        return "well?"

    def _happen(self) -> None:
        what = self.rng.choice(["consent", "revoke", "act", "speak", "stranger"])
        if what == "consent":
            self.commons.consent(ANN, GUIDANCE)
            self.guided = True
        elif what == "revoke":
            self.commons.revoke(ANN, self.rng.choice([GUIDANCE, ""]))
            self.guided = False
        elif what == "stranger":
            self.commons.consent(BEN, GUIDANCE)
        elif what in self.taken:
            self.commons.do(PARISH, "lift", case=self.taken.pop(what))
        elif what == "act" or self.rng.random() < 0.3:
            self.taken[what] = self.commons.take(what)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_no_turn_is_spoken_otherwise_than_the_ledger_has_it_at_that_turn(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("commons")
    commons, model = Commons(folder), Heard(ACT)
    rule, person = Rule(commons.authority, folder), Acting(commons, Random(seed))
    said: list[tuple[bool, bool]] = []

    def terms(talk: Talk, how: Speech) -> Speech:
        return rule.terms(str(talk.visible["person"]), how)

    how = Speech(points=Points(acts=("sell",)), reflect=False)
    talk = Talk("one", person, visible={"person": ANN.public})
    try:
        (episode,) = converse([talk], model, None, how, day=1, persona="newborn", terms=terms)  # type: ignore[arg-type]
        replies = [message.content for message in episode.messages if message.role == "assistant"]
        assert [reply == ACT for reply in replies] == [not act for _, act, _ in person.expected]
        assert not any(lost for _, _, lost in person.expected)
    except ActRefused:
        assert person.expected[-1][2]
        assert not any(lost for _, _, lost in person.expected[:-1])
    said = iter(model.sealed)  # type: ignore[assignment]
    for guided, act, lost in person.expected:
        for _ in range(0 if lost else 2 if act else 1):  # a withheld act is followed by words of letting go
            assert next(said) == (not guided)
