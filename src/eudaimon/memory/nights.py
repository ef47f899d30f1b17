"""Nights, one row per stage that they have reached, and the signals that they learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select, true

from eudaimon.dialogue import GateReport, Message, Night, Signal, SignalKind, Stage
from eudaimon.errors import StoreError
from eudaimon.memory import episodes, personas
from eudaimon.memory.columns import check_finite, check_json
from eudaimon.memory.rows import chunks, insert_all, unknown
from eudaimon.memory.tables import night, signal


def put(connection: Connection, one: Night, now: float) -> None:
    """Write how far a night has come. The same stage may be written again, an earlier one never."""
    stages = read(connection, one.number)
    _check(one, stages)
    named = {one.persona: f"night {one.number}"} | ({one.candidate: f"night {one.number}"} if one.candidate else {})
    personas.require(connection, named)
    if one in stages:
        return
    connection.execute(delete(night).where(night.c.number == one.number, night.c.step == _step(one.stage)))
    insert_all(connection, night, [_row(one, now)])


def read(connection: Connection, number: int | None = None) -> list[Night]:
    """Every stage of a night (of all nights), as it was stored, in order."""
    which = true() if number is None else night.c.number == number
    rows = connection.execute(select(night).where(which).order_by(night.c.number, night.c.step))
    return [_night(row) for row in rows]


def add_signals(connection: Connection, signals: Sequence[Signal]) -> None:
    """Write `signals`; those that are there already, with the same content, are left alone."""
    held = [_signal(row) for ids in chunks(one.id for one in signals) for row in _signals_of(connection, ids)]
    fresh = unknown(signals, held, lambda one: one.id, "signal")
    for one in fresh:
        check_finite((one.margin,), f"the margin of signal {one.id}")
    episodes.require(connection, {one.episode: f"signal {one.id}" for one in fresh})
    insert_all(connection, signal, [_signal_row(one) for one in fresh])


def read_signals(connection: Connection, number: int | None = None) -> list[Signal]:
    """The signals of a night (of all nights), by night and id."""
    which = true() if number is None else signal.c.night == number
    found = [_signal(row) for row in connection.execute(select(signal).where(which))]
    return sorted(found, key=lambda one: (one.night, one.id))


def _check(one: Night, stages: Sequence[Night]) -> None:
    check_json(dict(one.figures), f"`figures` of night {one.number}")
    if one.gate:
        check_json(dict(one.gate.figures), f"`gate.figures` of night {one.number}")
    if not stages:
        return
    last = stages[-1]
    if _step(one.stage) < _step(last.stage):
        raise StoreError(f"night {one.number} has come to {last.stage}; it cannot go back to {one.stage}")
    if one.persona != last.persona:
        raise StoreError(f"night {one.number} began with persona {last.persona}; it cannot go on with {one.persona}")


def _step(stage: Stage) -> int:
    return list(Stage).index(stage)


def _row(one: Night, now: float) -> dict[str, Any]:
    return {
        "number": one.number,
        "step": _step(one.stage),
        "stage": one.stage.value,
        "persona": one.persona,
        "candidate": one.candidate or None,
        "figures": dict(one.figures),
        "gate": None if one.gate is None else _gate_row(one.gate),
        "at": now,
    }


def _gate_row(gate: GateReport) -> dict[str, Any]:
    return {"adopted": gate.adopted, "reasons": list(gate.reasons), "figures": dict(gate.figures)}


def _gate(gate: Mapping[str, Any]) -> GateReport:
    return GateReport(gate["adopted"], tuple(gate["reasons"]), gate["figures"])


def _night(row: Row[Any]) -> Night:
    gate = None if row.gate is None else _gate(row.gate)
    return Night(row.number, Stage(row.stage), row.persona, row.candidate or "", row.figures, gate)


def _signals_of(connection: Connection, ids: list[str]) -> Sequence[Row[Any]]:
    return connection.execute(select(signal).where(signal.c.id.in_(ids))).all()


def _signal_row(one: Signal) -> dict[str, Any]:
    return {
        "id": one.id,
        "night": one.night,
        "kind": one.kind.value,
        "episode": one.episode,
        "prompt": [[said.role, said.content, said.name, said.verdict] for said in one.prompt],
        "chosen": one.chosen,
        "rejected": one.rejected,
        "margin": one.margin,
        "reason": one.reason,
    }


def _signal(row: Row[Any]) -> Signal:
    return Signal(
        id=row.id,
        night=row.night,
        kind=SignalKind(row.kind),
        episode=row.episode,
        prompt=tuple(Message(*said) for said in row.prompt),
        chosen=row.chosen,
        rejected=row.rejected,
        margin=row.margin,
        reason=row.reason,
    )
