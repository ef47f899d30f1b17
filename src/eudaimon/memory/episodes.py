"""Episodes with their messages, reflections, comments and dissent, and which night has learned from which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, select, true

from eudaimon.dialogue import Comment, Decision, Episode, Message, Passage, Reflection, Verdict
from eudaimon.errors import StoreError
from eudaimon.memory import personas
from eudaimon.memory.columns import check_finite, check_json
from eudaimon.memory.rows import chunks, insert_all, unknown
from eudaimon.memory.tables import comment, consumed, episode, message, reflection

Rows = Sequence[Row[Any]]


def add(connection: Connection, episodes: Sequence[Episode], now: float) -> None:
    """Write `episodes`; those that are there already, with the same content, are left alone."""
    held: list[Episode] = []
    for ids in chunks(e.id for e in episodes):
        if there := list(connection.execute(select(episode.c.id).where(episode.c.id.in_(ids))).scalars()):
            held += read(connection, episode.c.id.in_(there))  # mostly there are none, and reading is dear
    fresh = unknown(episodes, held, lambda e: e.id, "episode")
    for one in fresh:
        _check(one)
    personas.require(connection, {one.persona: f"episode {one.id}" for one in fresh})
    insert_all(connection, episode, [_episode_row(one, now) for one in fresh])
    insert_all(connection, message, [row for one in fresh for row in _message_rows(one)])
    insert_all(connection, reflection, [row for one in fresh for row in _reflection_rows(one)])
    insert_all(connection, comment, [row for one in fresh for row in _comment_rows(one)])


def grow(connection: Connection, one: Episode) -> None:
    """Write what `one` holds beyond the episode of its name: messages and reflections at its end."""
    before = next(iter(read(connection, episode.c.id == one.id)), None)
    if before is None:
        raise StoreError(f"episode {one.id} is not stored, so nothing can follow in it; add it first")
    said, paused = len(before.messages), len(before.reflections)
    if replace(one, messages=one.messages[:said], reflections=one.reflections[:paused]) != before:
        raise StoreError(f"episode {one.id} is stored with another beginning; give what follows an id of its own")
    learned = connection.execute(select(consumed.c.night).where(consumed.c.episode == one.id)).scalar()
    if learned is not None:
        raise StoreError(f"night {learned} has learned from episode {one.id}; give what follows an id of its own")
    _check(one)
    insert_all(connection, message, _message_rows(one)[said:])
    insert_all(connection, reflection, _reflection_rows(one)[paused:])
    insert_all(connection, comment, [row for row in _comment_rows(one) if row["reflection"] >= paused])


def matching(day: int | None, source: str | None) -> ColumnElement[bool]:
    """The condition on the table `episode` for a day and a source; None stands for all."""
    on_day = true() if day is None else episode.c.day == day
    return on_day & (true() if source is None else episode.c.source == source)


def unlearned() -> ColumnElement[bool]:
    """The condition on the table `episode` that no night has consumed it."""
    return episode.c.id.not_in(select(consumed.c.episode))


def learned_in(night: int) -> ColumnElement[bool]:
    """The condition on the table `episode` that `night` has consumed it."""
    return episode.c.id.in_(select(consumed.c.episode).where(consumed.c.night == night))


def read(connection: Connection, which: ColumnElement[bool]) -> list[Episode]:
    """The episodes that meet a condition on the table `episode`, by day and id."""
    messages, reflections = _parts(connection, message, which), _parts(connection, reflection, which)
    comments = _parts(connection, comment, which)
    found = [
        Episode(
            id=row.id,
            day=row.day,
            persona=row.persona,
            source=row.source,
            messages=tuple(Message(m.role, m.content, m.name, m.verdict) for m in messages[row.id]),
            reflections=_reflections(reflections[row.id], comments[row.id]),
            visible=row.visible,
        )
        for row in connection.execute(select(episode).where(which))
    ]
    # Sorted here, since databases sort text by the rules of a language that each of them chooses itself.
    return sorted(found, key=lambda e: (e.day, e.id))


def consume(connection: Connection, ids: Iterable[str], night: int) -> None:
    """Note that `night` learns from these episodes."""
    ids = list(dict.fromkeys(ids))
    require(connection, dict.fromkeys(ids, f"night {night}"))
    held: dict[str, int] = {}
    for some in chunks(ids):
        rows = connection.execute(select(consumed).where(consumed.c.episode.in_(some)))
        held |= {row.episode: row.night for row in rows}
    for name, before in held.items():
        if before != night:
            raise StoreError(f"episode {name} was learned from in night {before}; night {night} must leave it out")
    insert_all(connection, consumed, [{"episode": name, "night": night} for name in ids if name not in held])


def require(connection: Connection, by_whom: Mapping[str, str]) -> None:
    """Raise `StoreError` unless all episodes that are the keys are stored; the values say who names them."""
    for some in chunks(by_whom):
        held = set(connection.execute(select(episode.c.id).where(episode.c.id.in_(some))).scalars())
        for name in some:
            if name not in held:
                raise StoreError(f"{by_whom[name]} names episode {name}, which is not stored; add the episode first")


def _check(one: Episode) -> None:
    check_json(dict(one.visible), f"`visible` of episode {one.id}")
    for place, pause in enumerate(one.reflections):
        where = f"episode {one.id}, reflection {place}"
        for word in pause.decision.comments:
            check_finite(word.probabilities, f"{where}: {word.archetype}'s probabilities")
        if _reconstructed(pause.decision) != pause.decision.dissent:
            raise StoreError(f"{where}: dissent must be some of the comments, in their order; it is not")


def _dissents(decision: Decision) -> list[bool]:
    """For each comment whether it is part of the dissent, which is a subsequence of the comments."""
    rest = list(decision.dissent)
    return [bool(rest) and word == rest[0] and rest.pop(0) is not None for word in decision.comments]


def _reconstructed(decision: Decision) -> tuple[Comment, ...]:
    return tuple(word for word, dissents in zip(decision.comments, _dissents(decision), strict=True) if dissents)


def _episode_row(one: Episode, now: float) -> dict[str, Any]:
    plain = {"id": one.id, "day": one.day, "persona": one.persona, "source": one.source}
    return {**plain, "visible": dict(one.visible), "at": now}


def _message_rows(one: Episode) -> list[dict[str, Any]]:
    return [
        {
            "episode": one.id,
            "place": place,
            "role": said.role,
            "content": said.content,
            "name": said.name,
            "verdict": said.verdict,
        }
        for place, said in enumerate(one.messages)
    ]


def _reflection_rows(one: Episode) -> list[dict[str, Any]]:
    return [
        {
            "episode": one.id,
            "place": place,
            "turn": pause.turn,
            "attempt": pause.attempt,
            "pause": pause.decision.pause,
            "verdict": pause.decision.verdict.value,
            "passage": pause.decision.passage.text,
            "before": pause.decision.passage.before,
            "passage_place": pause.decision.passage.place,
            "reasons": list(pause.decision.reasons),
            "voice": pause.decision.voice,
        }
        for place, pause in enumerate(one.reflections)
    ]


def _comment_rows(one: Episode) -> list[dict[str, Any]]:
    names = ("p_continue", "p_revise", "p_surrender")
    return [
        {
            "episode": one.id,
            "reflection": at,
            "place": place,
            "archetype": word.archetype,
            "text": word.text,
            **dict(zip(names, word.probabilities, strict=True)),
            "seal": word.seal,
            "dissents": dissents,
        }
        for at, pause in enumerate(one.reflections)
        for place, (word, dissents) in enumerate(zip(pause.decision.comments, _dissents(pause.decision), strict=True))
    ]


def _parts(connection: Connection, table: Table, which: ColumnElement[bool]) -> dict[str, list[Row[Any]]]:
    """The rows of a table of parts by their episode, in their order."""
    ids = select(episode.c.id).where(which)
    parts: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(select(table).where(table.c.episode.in_(ids)).order_by(*table.primary_key)):
        parts[row.episode].append(row)
    return parts


def _reflections(pauses: Rows, words: Rows) -> tuple[Reflection, ...]:
    said: dict[int, list[tuple[Comment, bool]]] = defaultdict(list)
    for row in words:
        chances = (row.p_continue, row.p_revise, row.p_surrender)
        said[row.reflection].append((Comment(row.archetype, row.text, chances, row.seal), row.dissents))
    return tuple(Reflection(row.turn, row.attempt, _decision(row, said[row.place])) for row in pauses)


def _decision(row: Row[Any], said: list[tuple[Comment, bool]]) -> Decision:
    return Decision(
        pause=row.pause,
        verdict=Verdict(row.verdict),
        passage=Passage(row.passage, row.before, row.passage_place),
        reasons=tuple(row.reasons),
        comments=tuple(word for word, _ in said),
        dissent=tuple(word for word, dissents in said if dissents),
        voice=row.voice,
    )
