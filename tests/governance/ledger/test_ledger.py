"""The ledger: any change to any past row is found, so is a missing end, and a killed writer loses nothing."""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eudaimon.errors import EudaimonError, GovernanceError, LedgerBroken, SignatureRefused
from eudaimon.governance.ballots import count
from eudaimon.governance.ledger import Ledger, contradictions, read_heads
from eudaimon.governance.releases import content_digest, verify_release, write_release
from eudaimon.governance.signing import Key, propose

KEYS = [Key.of_seed(bytes([i]) * 32) for i in range(1, 8)]
CLOCK = iter(f"2026-11-26T{h:02}:{m:02}:00Z" for h in range(24) for m in range(60))


def nothing_lost(old: str, new: str) -> tuple[str, ...]:
    return ()


def build(path: Path) -> Ledger:
    """A ledger with a ballot, some votes and a release."""
    book = Ledger.open(path, nothing_lost)
    voters = [key.public for key in KEYS[2:]]
    centres = [
        {"id": "a", "key": KEYS[0].public, "scope": ["*"], "electorate": voters},
        {"id": "b", "key": KEYS[1].public, "scope": ["release/*"]},
    ]
    demands = [{"subject": "release/*", "weights": {"a": 1, "b": 1}, "quota": 2}]
    do(book, 0, "found", {"name": "n", "charter": "text", "centres": centres, "demands": demands})
    asked = {"ballot": "well", "centre": "a", "question": "where?", "options": ["x", "y", "z"], "rule": "split cycle"}
    do(book, 0, "open ballot", asked)
    for voter, order in zip(range(2, 6), ("xyz", "yxz", "xzy", "xyz"), strict=True):
        do(book, voter, "vote", {"ballot": "well", "options": list(order)})
    do(book, 0, "close ballot", {"ballot": "well"})
    return book


def do(book: Ledger, who: int, kind: str, body: dict, *approving: int):
    act = propose(KEYS[who], kind, body, book.state.ledger, str(len(book.rows)))
    for other in approving:
        act = act.approved(KEYS[other])
    return book.append(act, KEYS[who], lambda: "2026-11-26T09:00:00Z")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "ledger.jsonl"
    build(place)
    return place


def test_a_ledger_opens_again_as_it_was_and_anybody_counts_the_same(path: Path) -> None:
    book = Ledger.open(path, nothing_lost)
    tally = count(book.state, "well")
    assert (tally.winners, tally.cast, tally.roll, tally.closed) == (("x",), 4, 5, True)
    assert count(Ledger.open(path, nothing_lost).state, "well") == tally
    assert len(book.heads()) == len(book.rows) == 7


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120)
@given(st.data())
def test_any_changed_byte_of_any_row_is_found(path: Path, data: st.DataObject) -> None:
    raw = path.read_bytes()
    place = data.draw(st.integers(0, len(raw) - 2))
    other = data.draw(st.integers(32, 126).filter(lambda byte: byte != raw[place]))
    changed = path.with_name("changed.jsonl")
    changed.write_bytes(raw[:place] + bytes([other]) + raw[place + 1 :])
    try:
        rows = [row.digest for row in Ledger.open(changed, nothing_lost).rows]
    except LedgerBroken:
        return
    pytest.fail(f"byte {place} became {chr(other)!r} unseen, {len(rows)} rows")


@pytest.mark.parametrize("number", range(7))
def test_a_row_taken_out_put_twice_or_moved_is_found(number: int, path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    wrong = [lines[:number] + lines[number + 1 :], lines[: number + 1] + lines[number:]]
    if number < 6:
        wrong.append([*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]])
    for rows in wrong:
        path.write_text("".join(rows), encoding="utf-8")
        with pytest.raises(LedgerBroken):
            Ledger.open(path, nothing_lost)


def test_a_row_that_was_rewritten_with_all_digests_after_it_is_found_by_its_signature(path: Path) -> None:
    from eudaimon.governance.ledger import next_row, read_rows
    from eudaimon.governance.signing import read_act

    rows, last, forged = read_rows(path), None, []
    for row in rows:
        act = row.act
        if row.kind == "vote":
            act = read_act({**act.as_json(), "body": {"ballot": "well", "options": ["z"]}})
        last = next_row(act, row.at, last)
        forged.append(json.dumps(last.as_json()) + "\n")
    path.with_name("heads.jsonl").unlink()
    path.write_text("".join(forged), encoding="utf-8")
    with pytest.raises(LedgerBroken, match="signature is not that of"):
        Ledger.open(path, nothing_lost)


def test_a_missing_end_is_found_by_a_head_that_somebody_kept(path: Path) -> None:
    kept = Ledger.open(path, nothing_lost).head(KEYS[5])
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-2]), encoding="utf-8")
    with pytest.raises(LedgerBroken, match="rows are missing"):
        Ledger.open(path, nothing_lost)
    path.with_name("heads.jsonl").unlink()
    short = Ledger.open(path, nothing_lost)
    assert "signed for 7, and there are 5" in contradictions(short.rows, short.state.ledger, [kept])[0]
    do(short, 6, "vote", {"ballot": "well", "options": ["z"]})
    do(short, 0, "close ballot", {"ballot": "well"})
    assert "another history" in contradictions(short.rows, short.state.ledger, [kept])[0]


def test_a_forged_head_shows_nothing_and_is_said(path: Path) -> None:
    from dataclasses import replace

    book = Ledger.open(path, nothing_lost)
    head = book.head(KEYS[0])
    assert contradictions(book.rows, book.state.ledger, [head]) == []
    assert "not signed by" in contradictions(book.rows, book.state.ledger, [replace(head, rows=99)])[0]
    assert "another ledger" in contradictions(book.rows, "0" * 64, [head])[0]
    assert read_heads(path.with_name("heads.jsonl"))[-1].rows == 7


def test_a_torn_end_is_set_aside_and_the_ledger_goes_on(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"number": 7, "at": "2026')
    book = Ledger.open(path, nothing_lost)
    assert (len(book.rows), book.torn) == (7, 25)
    do(book, 2, "consent", {"agent": "bot", "purpose": "comfort"})
    assert path.read_bytes().startswith(whole)
    assert len(Ledger.open(path, nothing_lost).rows) == 8
    assert path.with_name("ledger.jsonl.torn").read_bytes().startswith(b'{"number": 7')


WRITER = """
import sys
from pathlib import Path
from eudaimon.governance.ledger import Ledger
from eudaimon.governance.signing import Key, propose
key, book = Key.of_seed(b"\\5" * 32), Ledger.open(sys.argv[1], lambda old, new: ())
for number in range(10_000):
    row = book.append(propose(key, "consent", {"agent": "bot", "purpose": str(number)}, book.state.ledger), key)
    print(row.number, flush=True)
"""


def test_a_writer_that_is_killed_loses_no_row_that_it_told_of(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = [int(child.stdout.readline()) for _ in range(12)]
        child.kill()
        told += [int(line) for line in child.stdout if line.strip()]
    book = Ledger.open(path, nothing_lost)
    assert len(book.rows) >= told[-1] + 1
    do(book, 2, "consent", {"agent": "bot", "purpose": "comfort"})
    assert Ledger.open(path, nothing_lost).rows[-1].number == len(book.rows) - 1


def test_two_writers_do_not_overwrite_each_other(path: Path) -> None:
    one, other = Ledger.open(path, nothing_lost), Ledger.open(path, nothing_lost)
    do(one, 2, "consent", {"agent": "bot", "purpose": "comfort"})
    with pytest.raises(GovernanceError, match="open it again"):
        do(other, 3, "consent", {"agent": "bot", "purpose": "comfort"})
    assert len(Ledger.open(path, nothing_lost).rows) == 8


def test_a_refused_act_writes_no_row(path: Path) -> None:
    book, before = Ledger.open(path, nothing_lost), path.read_bytes()
    with pytest.raises(GovernanceError):
        do(book, 3, "vote", {"ballot": "well", "options": ["x"]})
    assert path.read_bytes() == before


def released(path: Path) -> tuple[Path, Path]:
    book = Ledger.open(path, nothing_lost)
    content = path.parent / "persona"
    content.mkdir()
    (content / "weights.bin").write_bytes(b"\1\2")
    told = {"kind": "persona", "name": "mild", "version": "1", "digest": content_digest(content)}
    with pytest.raises(SignatureRefused):
        do(book, 0, "publish", told)
    do(book, 0, "publish", told, 1)
    do(book, 2, "consent", {"agent": "bot", "purpose": "comfort"})
    proof = path.parent / "mild.json"
    write_release(proof, book.rows, "mild", "1")
    return proof, content


def test_a_release_is_verified_from_its_file_alone_and_shows_no_vote(path: Path) -> None:
    proof, content = released(path)
    root = Ledger.open(path, nothing_lost).state.ledger
    found = verify_release(proof, content, root[:12])
    assert (found.published.name, found.signers, found.ledger) == ("mild", ("a", "b"), root)
    assert '"options": [' not in proof.read_text(encoding="utf-8").split('"publish"')[-1]
    assert "well" not in proof.read_text(encoding="utf-8")


def test_a_release_with_other_content_root_or_history_is_refused(path: Path) -> None:
    proof, content = released(path)
    with pytest.raises(SignatureRefused, match="rests on the ledger"):
        verify_release(proof, content, "0" * 12)
    (content / "weights.bin").write_bytes(b"\1\3")
    with pytest.raises(SignatureRefused, match="not what was signed for"):
        verify_release(proof, content)
    value = json.loads(proof.read_text(encoding="utf-8"))
    value["rows"][-1]["act"]["approvals"] = []
    proof.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(LedgerBroken):
        verify_release(proof)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.data())
def test_a_changed_release_is_refused_or_says_the_same(path: Path, data: st.DataObject) -> None:
    proof = path.parent / "mild.json"
    if not proof.exists():
        released(path)
    raw, found = proof.read_bytes(), verify_release(proof)
    place, other = data.draw(st.integers(0, len(raw) - 1)), data.draw(st.integers(0, 255))
    changed = path.parent / "changed.json"
    changed.write_bytes(raw[:place] + bytes([other]) + raw[place + 1 :])
    with suppress(EudaimonError):
        assert verify_release(changed) == found


def test_a_release_cannot_hide_an_act_that_bears_on_who_signs(path: Path) -> None:
    proof, _ = released(path)
    value = json.loads(proof.read_text(encoding="utf-8"))
    del value["rows"][0]["act"]
    proof.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(LedgerBroken, match="bears on who may sign"):
        verify_release(proof)


def test_a_key_is_kept_for_its_owner_alone_and_never_written_over(tmp_path: Path) -> None:
    place = tmp_path / "me.pem"
    key = Key.generate()
    key.write(place)
    assert place.stat().st_mode & 0o077 == 0
    assert Key.read(place).public == key.public
    with pytest.raises(Exception, match="never written over"):
        key.write(place)
    assert key.sign("act", 1) not in repr(key)
