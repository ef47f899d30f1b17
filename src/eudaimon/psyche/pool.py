"""Pools: named sets of archetypes that a council is drawn from.

Self-alignment seed: "experiment with such a setup using different sets of archetypes as the pool of self alignment
signal sources": an ideal soldier's, pupil's or mother's pool is another, while the archetypes that they share are the
same.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from eudaimon.errors import InputError
from eudaimon.psyche.archetype import Archetypes
from eudaimon.values import read_yaml

SHIPPED = Path(__file__).with_name("pools.yaml")

Pool = tuple[str, ...]
"""Names of those who sit, in order."""


def pool_of(archetypes: Archetypes, wanted: str) -> Pool:
    """The pool that `wanted` names, or that it lists: `sage,guardian,grandmother`.

    Raises:
        InputError: there is no such pool, or the list names somebody unknown or twice, or nobody who holds a floor.
    """
    if "," not in wanted:
        pools = read_pools(archetypes)
        if wanted not in pools:
            raise InputError(
                f"there is no pool '{wanted}'; choose one of {', '.join(pools)}, or list who sits, such as "
                "sage,fool,guardian"
            )
        return pools[wanted]
    names = tuple(name.strip() for name in wanted.split(","))
    for place, name in enumerate(names):
        if name not in archetypes:
            raise InputError(f"the pool '{wanted}' seats '{name}', who is none of {', '.join(archetypes)}")
        if name in names[:place]:
            raise InputError(f"'{name}' sits in the pool '{wanted}' twice; name everybody once")
    if not any(archetypes[name].holds_floor for name in names):
        raise InputError(f"nobody in the pool '{wanted}' holds a floor; add one of {_holders(archetypes)}")
    return names


def read_pools(archetypes: Archetypes, path: str | Path = SHIPPED) -> Mapping[str, Pool]:
    """The pools in the YAML file at `path` (name: list of archetypes), each checked against `archetypes`.

    Raises:
        InputError: there is no such file.
        FormatError: a pool names somebody unknown or twice, or has nobody who holds a floor; with its line.
    """
    document = read_yaml(path, dict[str, tuple[str, ...]])
    for pool, names in document.value.items():
        for place, name in enumerate(names):
            if name not in archetypes:
                message = f"expected one of {', '.join(archetypes)}, but found '{name}'; mend the name"
                raise document.fault(message, pool, place)
            if name in names[:place]:
                raise document.fault(f"'{name}' sits in '{pool}' twice; remove one", pool, place)
        if not any(archetypes[name].holds_floor for name in names):
            raise document.fault(f"nobody in '{pool}' holds a floor; add one of {_holders(archetypes)}", pool)
    return document.value


def _holders(archetypes: Archetypes) -> str:
    return ", ".join(name for name, archetype in archetypes.items() if archetype.holds_floor)
