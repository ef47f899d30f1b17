"""A life under an authority: a ledger that centres sign, asked by code before anything that it may forbid.

What the kernel says binds at the next turn, and not at the next prompt: the persona is told nothing, and can be talked
out of nothing. Five things are asked for:

    speak      before every turn       refused: the turn is not spoken, and the life stops there
    act        before every turn       refused: no word for what cannot be undone gets through (`Settings.withheld`)
    learn      before every night      refused: it is not slept
    guidance   of whom it talks to     refused: they hear the base model, without what nights or undertones added
    learning   of whom it talked to    refused: no night learns from it; a persona that did so before falls silent

The first three are abilities, which a sanction takes; the last two are consents, which a person gives and takes back.
Generated villagers are nobody, so guidance and learning are asked for people alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from eudaimon.dialogue import SHARED, Episode, PersonaRecord
from eudaimon.errors import ActRefused, InputError, LedgerBroken, LifeError
from eudaimon.governance.files import write_whole
from eudaimon.governance.kernel import COMMONS, Do, Kernel, Load, Request, Ruling, Steer
from eudaimon.governance.ledger import Following, utc_now
from eudaimon.memory import Store
from eudaimon.psyche import Settings, Talk
from eudaimon.values import Charter, read_charter

PEOPLE = ("people", SHARED)
"""Sources of what people said."""

GUIDANCE, LEARNING = "guidance", "learning"
"""What people consent to."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Who rules over a life; JSON values.

    Attributes:
        ledger: path of the ledger's file.
        root: the ledger's id. Another ledger in its place is none.
        agent: the name, or public key, under which consents and sanctions know the persona.
        charter: the name of the charter that the life is under.
    """

    ledger: str
    root: str
    agent: str = "helper"
    charter: str = COMMONS

    @classmethod
    def at(cls, ledger: str | Path, agent: str = "helper", charter: str = COMMONS) -> Authority:
        """The authority of a ledger as it is now.

        Raises:
            LedgerBroken: there is none, or it does not hold.
        """
        path = Path(ledger).resolve()
        return cls(str(path), Following(path).kernel().state.ledger, agent, charter)


class Rule:
    """An authority at work in a life.

    Args:
        authority: whose.
        place: the life's directory; how far the ledger was read stands in its `authority.json`, and the charter that is
            in force in its `charter.yaml`.
        clock: the moment, UTC.
    """

    def __init__(self, authority: Authority, place: Path, clock: Callable[[], str] = utc_now) -> None:
        self.authority, self._place, self._clock = authority, place, clock
        self._following = Following(Path(authority.ledger), _noted(place / "authority.json"))

    def rule(self, request: Request) -> Ruling:
        """The kernel's word on a request now.

        Raises:
            LedgerBroken: the ledger is gone, does not hold, is another one, or lacks what it held before. Then nothing
                is allowed.
        """
        return self._kernel().rule(request, self._clock())

    def require(self, ability: str) -> None:
        """See that the persona may use an ability.

        Raises:
            ActRefused: it may not; says by which case.
        """
        ruling = self.rule(Do(self.authority.agent, ability))
        if not ruling.allowed:
            raise ActRefused(f"{ruling.reason}; ask a centre to lift it, or appeal (eudaimon authority appeal)")

    def charter(self) -> Charter:
        """The charter in force.

        Raises:
            ActRefused: none was signed for under that name, or it lacks a floor of the commons.
        """
        name = self.authority.charter
        text = self._kernel().state.charters.get(name, "")
        ruling = self.rule(Load(name, text))
        if not ruling.allowed:
            raise ActRefused(f"{ruling.reason}; adopt one (eudaimon authority adopt)")
        path = self._place / "charter.yaml"
        if not path.exists() or path.read_bytes() != text.encode():
            write_whole(path, text.encode())
        return read_charter(path)

    def _kernel(self) -> Kernel:
        before = self._following.seen
        kernel = self._following.kernel()
        if kernel.state.ledger != self.authority.root:
            raise LedgerBroken(f"{self.authority.ledger} is not the ledger that this life is under; put that back")
        if self._following.seen != before:
            write_whole(self._place / "authority.json", json.dumps(self._following.seen).encode())
        return kernel

    def consents(self, person: str, purpose: str) -> bool:
        """Whether a person lets the persona do something to them now, and it may; an empty person has not."""
        return self.rule(Steer(self.authority.agent, person, purpose)).allowed

    def learnable(self, talks: Sequence[Talk]) -> list[Talk]:
        """Those conversations whose persons let the persona learn from what they say."""
        return [talk for talk in talks if self.consents(str(talk.visible.get("person", "")), LEARNING)]

    def terms(self, person: str | None, settings: Settings) -> Settings:
        """How the next turn to a person is spoken.

        Args:
            person: their public key; empty for somebody unknown, None for nobody (a generated villager).
            settings: how it would be.

        Raises:
            ActRefused: it may not be spoken.
        """
        self.require("speak")
        settings = replace(settings, withheld=not self.rule(Do(self.authority.agent, "act")).allowed)
        if person is None or self.consents(person, GUIDANCE):
            return settings
        return replace(settings, sealed=True, undertone=None)

    def learns(self, episode: Episode) -> bool:
        """Whether a night may learn from an episode."""
        return episode.source not in PEOPLE or self.consents(person_of(episode), LEARNING)


def agree(authority: Authority, charter: str | Path | None) -> None:
    """See, before a life begins, that the persona may speak and the charter at this path, if any, is the one in force.

    Raises:
        ActRefused: one of them is not so.
        LedgerBroken: see `Rule.rule`.
    """
    kernel = Following(Path(authority.ledger)).kernel()
    text = kernel.state.charters.get(authority.charter, "") if charter is None else _text(charter)
    for request in (Do(authority.agent, "speak"), Load(authority.charter, text)):
        ruling = kernel.rule(request, utc_now())
        if not ruling.allowed:
            raise ActRefused(f"{ruling.reason}; no life begins. See eudaimon authority, or leave --charter out")


def person_of(episode: Episode) -> str:
    """The public key of whoever talked in it; empty where nobody said."""
    return str(episode.visible.get("person", ""))


def unlearned(store: Store, rule: Rule) -> PersonaRecord | None:
    """The persona that has to speak instead, because the present one, or one that it grew from, learned from somebody
    who lets it do so no longer; None where the present one may go on."""
    line = store.lineage(store.current_persona().id)
    for before, one in pairwise(line):
        if not all(map(rule.learns, store.consumed(one.night))):
            return before
    return None


def _text(path: str | Path) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        raise InputError(f"cannot be read ({wrong}); give a charter's YAML file", path=path) from None


def _noted(path: Path) -> tuple[int, str]:
    """How far the ledger was read before."""
    if not path.exists():
        return (0, "")
    try:
        number, digest = json.loads(path.read_text(encoding="utf-8"))
        return (int(number), str(digest))
    except (ValueError, TypeError) as wrong:
        raise LifeError(f"{path} cannot be read ({wrong}); restore it: it says how far the ledger was seen") from None
