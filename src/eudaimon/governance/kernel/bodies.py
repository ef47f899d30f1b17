"""What each kind of act says, field by field. An unknown field, or one of another type, is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Step = Literal["warn", "limit", "suspend", "exclude"]
STEPS: tuple[Step, ...] = ("warn", "limit", "suspend", "exclude")
STRICT = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre of decision.

    Attributes:
        id: short and stable.
        key: the public key that it signs with.
        scope: the subjects that it is competent for, as patterns (`charter/*`, `sanction/*`, ...).
        electorate: public keys of those who vote in its ballots.
        until: the last moment of its mandate, UTC; empty: until ended.
        appeal: the centre that hears appeals against it; empty: any other that is competent.
        charter: the name of the charter that it holds to.
        deputies: public keys that sign for it as well as its own does, so that it is not held up by one person who is
            away or has lost a key. Any of them binds it; leaving takes its own.
    """

    __pydantic_config__ = STRICT

    id: str
    key: str
    scope: tuple[str, ...]
    electorate: tuple[str, ...] = ()
    until: str = ""
    appeal: str = ""
    charter: str = "commons"
    deputies: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """All keys that sign for it."""
        return frozenset((self.key, *self.deputies))


@dataclass(frozen=True, slots=True)
class Demand:
    """Whose signatures an act needs: centres' weights have to add up to a quota.

    Attributes:
        subject: a pattern; every demand whose pattern fits an act's subject has to be met.
        weights: by centre.
        quota: at least so much.
    """

    __pydantic_config__ = STRICT

    subject: str
    weights: Mapping[str, int]
    quota: int


@dataclass(frozen=True, slots=True)
class Constitution:
    """What people write in a file to found a ledger by: its name, its centres, and whose signatures acts need."""

    __pydantic_config__ = STRICT

    name: str
    centres: tuple[Centre, ...]
    demands: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Founds a ledger. `parent` and `head` name the ledger that it was forked from, and the row after which."""

    __pydantic_config__ = STRICT

    name: str
    charter: str
    centres: tuple[Centre, ...]
    demands: tuple[Demand, ...]
    parent: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class AddCentre:
    """Adds a centre, or changes the one of that id."""

    __pydantic_config__ = STRICT

    centre: Centre


@dataclass(frozen=True, slots=True)
class EndCentre:
    """Ends a centre's mandate."""

    __pydantic_config__ = STRICT

    centre: str


@dataclass(frozen=True, slots=True)
class Exit:
    """A centre leaves, by its own key alone: nobody is held."""

    __pydantic_config__ = STRICT

    centre: str


@dataclass(frozen=True, slots=True)
class SetDemand:
    """Sets the demand on a subject."""

    __pydantic_config__ = STRICT

    demand: Demand


@dataclass(frozen=True, slots=True)
class Adopt:
    """Puts a charter, or a new version of one, into force; `text` is the whole of it."""

    __pydantic_config__ = STRICT

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Consent:
    """A person lets an agent steer them for a purpose, until a moment (UTC; empty: until revoked)."""

    __pydantic_config__ = STRICT

    agent: str
    purpose: str
    until: str = ""


@dataclass(frozen=True, slots=True)
class Revoke:
    """A person takes a consent back; an empty purpose takes back all that this agent has."""

    __pydantic_config__ = STRICT

    agent: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Sanction:
    """An agent is sanctioned.

    Attributes:
        case: id of the case.
        agent: who.
        step: warn (takes nothing), limit (takes `loses`), suspend (takes everything), exclude (the same, for good).
        loses: the abilities that a limit takes.
        until: its end, UTC; empty: until lifted.
    """

    __pydantic_config__ = STRICT

    case: str
    agent: str
    step: Step
    loses: tuple[str, ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True)
class Lift:
    """A sanction is taken back by a centre that could impose it."""

    __pydantic_config__ = STRICT

    case: str


@dataclass(frozen=True, slots=True)
class Appeal:
    """The sanctioned agent appeals."""

    __pydantic_config__ = STRICT

    case: str


@dataclass(frozen=True, slots=True)
class Decide:
    """Another centre decides on an appeal: the sanction is upheld, or void from now on."""

    __pydantic_config__ = STRICT

    case: str
    upheld: bool


@dataclass(frozen=True, slots=True)
class OpenBallot:
    """A centre asks its electorate.

    Attributes:
        ballot: id.
        centre: whose electorate.
        question: in words.
        options: between what.
        rule: how votes become a result (see `ballots.rules`).
        seats: how many options win, where the rule elects several.
        until: votes are taken up to this moment, UTC; empty: until it is closed.
    """

    __pydantic_config__ = STRICT

    ballot: str
    centre: str
    question: str
    options: tuple[str, ...]
    rule: str
    seats: int = 1
    until: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """A voter's options: from best to worst for a ranking rule, in any order for an approval rule."""

    __pydantic_config__ = STRICT

    ballot: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CloseBallot:
    """No vote is taken any more."""

    __pydantic_config__ = STRICT

    ballot: str


@dataclass(frozen=True, slots=True)
class Publish:
    """Something is released: a charter, a persona, an adapter or a pack, by the digest of its content."""

    __pydantic_config__ = STRICT

    kind: Literal["charter", "persona", "adapter", "pack"]
    name: str
    version: str
    digest: str


KINDS: Mapping[str, type[Any]] = {
    "found": Found,
    "add centre": AddCentre,
    "end centre": EndCentre,
    "exit": Exit,
    "set demand": SetDemand,
    "adopt": Adopt,
    "consent": Consent,
    "revoke": Revoke,
    "sanction": Sanction,
    "lift": Lift,
    "appeal": Appeal,
    "decide": Decide,
    "open ballot": OpenBallot,
    "vote": Vote,
    "close ballot": CloseBallot,
    "publish": Publish,
}
"""The kinds of acts."""

CONSTITUTING = frozenset(
    {"found", "add centre", "end centre", "exit", "set demand", "sanction", "lift", "appeal", "decide"}
)
"""The kinds that bear on whose signature counts for what."""
