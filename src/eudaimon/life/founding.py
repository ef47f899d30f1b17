"""How a life's directory comes to be, is found again, and is emptied."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from shlex import quote

from eudaimon import __version__
from eudaimon.dialogue import PersonaRecord
from eudaimon.dialogue.plainjson import to_json
from eudaimon.errors import InputError, LifeError, StoreMissing
from eudaimon.gold import Hidden
from eudaimon.language import LanguageModel
from eudaimon.life import hidden
from eudaimon.life.authority import Authority
from eudaimon.life.guides import Guides
from eudaimon.life.keeping import life_at, same, taken
from eudaimon.life.limits import limits
from eudaimon.life.living import LOCKS, living, unvisited
from eudaimon.life.manner import Manner
from eudaimon.life.nights import nights_as_json
from eudaimon.life.reaching import MODEL, bare
from eudaimon.life.world import World, described
from eudaimon.memory import Life, Store
from eudaimon.memory.place import DATABASE, place_of, settle, settled
from eudaimon.night import Settings
from eudaimon.psyche import Archetypes, seal_of

BESIDE = ("", "-wal", "-shm", "-journal")
"""How the names of what SQLite keeps of a database go on; a person's copies beside it are their own."""
LEFT = ("gold", "personas", "packs", "report.html", "authority.json", "charter.yaml", MODEL)
"""What a life leaves in its directory besides."""

Opened = Mapping[str, str]
"""How a model was opened, by the names of `open_model`'s arguments."""


def record_of(
    model: LanguageModel,
    seed: int,
    world: World,
    manner: Manner,
    nights: Settings,
    guides: Guides,
    opened: Opened,
    authority: Authority | None = None,
) -> Life:
    """What a life is begun with, as it is stored."""
    settings: dict[str, object] = {
        "world": described(world),
        "manner": to_json(manner),
        "nights": nights_as_json(nights),
        "guides": to_json(guides),
        "opened": {name: bare(value) if name == "model" else value for name, value in opened.items()},
        **({"authority": to_json(authority)} if authority else {}),
    }
    return Life(seed, model.name, model.capabilities.tier, world.name, manner.pool, __version__, settings)


def found(
    place: Path,
    record: Life,
    model: LanguageModel,
    archetypes: Archetypes,
    buried: Hidden | None,
    url: str | None = None,
) -> Store:
    """The store of the life `record` in `place`, begun now unless it was before.

    Args:
        place: the life's directory; it is made.
        record: what the life is begun with.
        model: what speaks.
        archetypes: what is sealed.
        buried: the hidden half of its village, if it has any.
        url: where its rows are kept, if not where they would be anyway.

    Raises:
        LifeError: another life was begun here, or at `url`; says what differs.
        InputError: there can be no such directory.
    """
    before = place_of(place)
    where = url or before
    if isinstance(where, Path):
        _make(place)
    store = Store.open(where)
    try:
        with store.transaction():  # holds the database, so that of two who begin in it one is refused
            if store.life() is None:
                if url:
                    settle(place, url)
                store.put_seals(seal_of(archetype) for archetype in archetypes.values())
                store.add_persona(PersonaRecord("newborn", current=True))
                for line in limits(model):
                    store.log("backend", line)
            elif not same(where, before):
                raise taken(where)
            store.begin_life(record)
            if buried:
                hidden.bury(place, buried)
    except BaseException:
        store.close()
        raise
    return store


def _make(place: Path) -> None:
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        message = f"a life's directory cannot be made here ({wrong.strerror}); give another (--directory)"
        raise InputError(message, path=place) from None


def recorded(place: Path) -> Life | None:
    """What the life in `place` was begun with; None where none has begun.

    Raises:
        StoreError: there is something in the store's place that is no store, or its server cannot be reached.
    """
    return life_at(place_of(place))


def found_again(place: Path, model: LanguageModel) -> tuple[Store, Life]:
    """The store and the record of the life in `place`, to go on with `model`.

    Raises:
        LifeError: no life has begun there, or it was begun with another model or version.
    """
    record = recorded(place)
    if record is None:
        raise LifeError(f"no life has begun in {place}; begin one: eudaimon live --directory {quote(str(place))}")
    if record.version != __version__:
        raise LifeError(
            f"the life in {place} is lived by eudaimon {record.version}, and this is {__version__}; go on with that "
            "version (pip install), or begin another life"
        )
    if record.model != model.name:
        raise LifeError(
            f"the life in {place} was begun with the model {record.model}, not with {model.name}; "
            "go on with the former (--model), or begin another life (another --directory, or --fresh)"
        )
    return Store.open(place_of(place), create=False), record


def clear(place: Path) -> None:
    """Remove a life and all that it left in `place`; other files stay, and where its rows were is remembered.

    Raises:
        LifeError: `place` holds files but no life, so that it may not be what was meant; another process lives it; or a
            door is open on it.
        StoreError: its rows cannot be removed; then nothing is.
    """
    if not place.exists():
        return
    if not settled(place) and any(path.name not in LOCKS for path in place.iterdir()):
        raise LifeError(f"{place} holds files but no life, so nothing in it is removed; give another directory")
    with living(place), unvisited(place):
        if isinstance(where := place_of(place), str):
            with suppress(StoreMissing), Store.open(where, create=False) as store:
                store.drop()
        for path in place.iterdir():
            if path.name in (*(DATABASE + beside for beside in BESIDE), *LEFT):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
