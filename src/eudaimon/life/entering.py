"""A life from what a person wishes on a command line: begun, or gone on with if nothing that they wish differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote
from typing import Any, Literal

from eudaimon import memory
from eudaimon.errors import LifeError
from eudaimon.gold import Concern, Coupling, Family
from eudaimon.governance.kernel import COMMONS
from eudaimon.language import LanguageModel
from eudaimon.language.backend import leave, open_model
from eudaimon.language.opening import at_home, template_text
from eudaimon.life import keeping
from eudaimon.life.authority import Authority
from eudaimon.life.founding import recorded
from eudaimon.life.hidden import unearth
from eudaimon.life.life import Life
from eudaimon.life.manner import Manner
from eudaimon.life.people import PeopleWorld
from eudaimon.life.reaching import reached, remember
from eudaimon.life.village import VillageWorld
from eudaimon.life.world import World


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person asked for; None where they said nothing.

    Attributes:
        model, model_name, template, device, dtype, timeout, retries, concurrency: see `open_model`.
        seed: of the life.
        people: a file of people's conversations, to be asked instead of the village.
        days: over how many days the people are spread.
        conversations: a day; before a gate there are as many.
        pool, seats, reflect, points, undertone: see `Manner`.
        charter, archetypes: YAML files of a person's own.
        coupling, concern: the family of the village's hidden half.
        authority: the file of a ledger that rules over the life.
        agent, under: who the persona is to it, and the name of the charter that the life is under; see `Authority`.
        store: the URL of a PostgreSQL database for the life's rows.
    """

    model: str | None = None
    model_name: str | None = None
    template: str | None = None
    device: str | None = None
    dtype: str | None = None
    seed: int | None = None
    people: Path | None = None
    days: int = 3
    conversations: int | None = None
    pool: str | None = None
    seats: int | None = None
    reflect: bool | None = None
    points: Literal["clauses", "learned"] | None = None
    charter: Path | None = None
    archetypes: Path | None = None
    coupling: Coupling | None = None
    concern: Concern | None = None
    authority: Path | None = None
    agent: str | None = None
    under: str | None = None
    undertone: Mapping[str, float] | None = None
    timeout: float | None = None
    retries: int | None = None
    concurrency: int | None = None
    store: str | None = None


def enter(directory: Path, wishes: Wishes, *, fresh: bool = False) -> Life:
    """The life in `directory`: the one that is there, or a new one.

    Args:
        directory: the life's own.
        wishes: where a life is there already, they must not contradict it.
        fresh: remove what is there, and begin anew. The new rows are kept where the former were, unless `wishes` say
            otherwise.

    Raises:
        LifeError: the life that is there was begun otherwise; says what differs.
        InputError, ModelError, StoreError: a file, the model or the store cannot be used; then nothing was removed or
            made.
    """
    if wishes.store is not None:
        keeping.agree(directory, wishes.store, fresh=fresh)
    record = None if fresh else recorded(directory)
    if record is not None:
        _agree(record, wishes, directory)
    with _left_if_stopped(open_again(directory, record, wishes)) as model:
        life = Life.open(directory, model) if record is not None else _begun(directory, model, wishes, fresh)
        remember(directory, wishes.model)
    return life


def reopen(directory: Path, model: str | None = None, model_name: str | None = None) -> Life:
    """The life in `directory`, with the model that it was begun with, wherever that is now.

    Raises:
        LifeError: no life has begun there, or it was begun with another model or version.
        InputError, ModelError: the model cannot be opened.
    """
    record = recorded(directory)
    if record is None:
        begin = f"eudaimon live --directory {quote(str(directory))}"
        raise LifeError(f"no life has begun in {directory}; begin one: {begin}")
    with _left_if_stopped(open_again(directory, record, Wishes(model, model_name))) as opened:
        return Life.open(directory, opened)


def _begun(directory: Path, model: LanguageModel, wishes: Wishes, fresh: bool) -> Life:
    world, manner, authority = _world(wishes), _manner(wishes), _authority(wishes)
    return Life.begin(
        directory,
        model,
        seed=1 if wishes.seed is None else wishes.seed,
        world=world,
        manner=manner,
        charter=wishes.charter,
        archetypes=wishes.archetypes,
        authority=authority,
        family=Family(wishes.coupling or Coupling.NEUTRAL, wishes.concern or Concern.TWO),
        opened=_opening(wishes),
        store=wishes.store,
        fresh=fresh,
    )


@contextmanager
def _left_if_stopped(model: LanguageModel) -> Iterator[LanguageModel]:
    """`model` while a life is made with it: no life holds it yet, so that nobody else would leave it."""
    try:
        yield model
    except BaseException:
        leave(model)
        raise


def open_again(directory: Path, record: memory.Life | None, wishes: Wishes) -> LanguageModel:
    """The model that is wished for, or else the one that the life in `directory` was begun with; opened as it was then,
    where nothing else is wished."""
    opening = _opening(wishes)
    known = {**(_held(record, wishes.model) if record else {}), **opening}
    return open_model(
        reached(directory, known.get("model")),
        name=known.get("model_name"),
        template=known.get("template"),
        device=known.get("device", "cpu"),
        dtype=known.get("dtype", "float32"),
        **{name: kind(known[name]) for name, kind in PATIENCE.items() if name in known},
    )


PATIENCE: Mapping[str, Callable[[str], Any]] = {"timeout": float, "retries": int, "concurrency": int}
"""How an endpoint is asked."""

BRIEF = 120
"""Characters of a value in a message, at most."""


def _opening(wishes: Wishes) -> dict[str, str]:
    """How the model is opened: a directory by a path that holds from everywhere, a template by its text, so that a life
    keeps the one that it was begun with."""
    named = {name: getattr(wishes, name) for name in ("model", "model_name", "device", "dtype", *PATIENCE)}
    opening = {name: str(value) for name, value in named.items() if value is not None}
    if wishes.model is not None and (place := Path(at_home(wishes.model))).exists():
        opening["model"] = str(place.resolve())
    template = template_text(wishes.template)
    return opening if template is None else {**opening, "template": template}


def _held(record: memory.Life, model: str | None) -> Mapping[str, str]:
    """How the life's model was opened, as far as that can be said of `model`: an endpoint takes no template, and a
    model here no name."""
    held = record.settings["opened"]
    assert isinstance(held, Mapping)
    alike = model is None or ("://" in model) == ("://" in held.get("model", ""))
    return held if alike else {}


def _authority(wishes: Wishes) -> Authority | None:
    if wishes.authority is None:
        if wishes.agent or wishes.under:
            raise LifeError("--agent and --under are said of an authority; give its ledger with --authority, too")
        return None
    return Authority.at(wishes.authority, wishes.agent or "helper", wishes.under or COMMONS)


def _world(wishes: Wishes) -> World:
    seed = 1 if wishes.seed is None else wishes.seed
    if wishes.people is not None and (wishes.coupling or wishes.concern):
        raise LifeError("--coupling and --concern are said of the village's people; leave them out with --people")
    if wishes.people is None:
        world = VillageWorld(village=seed % 100)
        many = wishes.conversations
        return world if many is None else replace(world, conversations=many, at_gate=many)
    many = wishes.conversations or 48
    return PeopleWorld.read(wishes.people, days=wishes.days, conversations=many, at_gate=many)


def _manner(wishes: Wishes) -> Manner:
    named = {name: getattr(wishes, name) for name in ("pool", "seats", "points", "undertone", "reflect")}
    return Manner(**{name: wish for name, wish in named.items() if wish is not None})


def _agree(record: memory.Life, wishes: Wishes, directory: Path) -> None:
    """Raise LifeError where a wish contradicts what the life was begun with."""
    family = unearth(directory).family if record.world == VillageWorld.name else None
    world, manner, guides = (record.settings[name] for name in ("world", "manner", "guides"))
    assert isinstance(world, Mapping)
    assert isinstance(manner, Mapping)
    assert isinstance(guides, Mapping)
    under, opened = (record.settings.get(name) or {} for name in ("authority", "opened"))
    assert isinstance(under, Mapping)
    assert isinstance(opened, Mapping)
    held = {
        "seed": (record.seed, wishes.seed),
        "template": (opened.get("template"), template_text(wishes.template)),
        "dtype": (opened.get("dtype", "float32"), wishes.dtype),
        "people": (world.get("path", "the village"), wishes.people and str(wishes.people.resolve())),
        "conversations": (world["conversations"], wishes.conversations),
        "pool": (record.pool, wishes.pool),
        "seats": (manner["seats"], wishes.seats),
        "reflect": (manner["reflect"], wishes.reflect),
        "points": (manner["points"], wishes.points),
        "undertone": (manner.get("undertone", {}), wishes.undertone),
        "charter": (guides["charter"], wishes.charter and str(wishes.charter.resolve())),
        "coupling": (family and family.coupling, wishes.coupling),
        "concern": (family and family.concern, wishes.concern),
        "authority": (under.get("ledger"), wishes.authority and str(wishes.authority.resolve())),
        "agent": (under.get("agent"), wishes.agent),
        "under": (under.get("charter"), wishes.under),
        "archetypes": (guides["archetypes"], wishes.archetypes and str(wishes.archetypes.resolve())),
    }
    for name, (was, wish) in held.items():
        if wish is not None and wish != was:
            raise LifeError(
                f"the life in {directory} was begun with {name} {_brief(was) or 'as shipped'}, not {_brief(wish)}; "
                "leave that option out to go on with it, or begin another life (--fresh, or another --directory)"
            )


def _brief(value: object) -> str:
    """A value on one line."""
    text = " ".join(str(value or "").split())
    return text if len(text) <= BRIEF else f"{text[:BRIEF]}…"
