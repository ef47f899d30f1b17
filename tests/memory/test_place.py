"""Where a life's rows are is said by one small file, which nobody else may read."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from eudaimon.errors import InputError, StoreError
from eudaimon.memory.place import directory_of, place_of, settle, settled

URL = "postgresql://tom:secret@localhost/life"


def test_a_life_is_in_its_directory_unless_it_was_settled_elsewhere(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "life"
    assert (place_of(place), settled(place)) == (place / "life.db", False)
    settle(place, URL)
    assert (place_of(place), settled(place)) == (URL, True)
    settle(place, f"{URL}2")
    assert place_of(place) == f"{URL}2"


def test_only_its_owner_may_read_it_and_nothing_half_written_stays(tmp_path: Path) -> None:
    (tmp_path / "store.url.part").write_text("postgres")  # left by somebody who was killed, and readable
    settle(tmp_path, URL)
    assert [path.name for path in tmp_path.iterdir()] == ["store.url"]
    assert stat.S_IMODE((tmp_path / "store.url").stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"life.db", b"\xff\xfe://"])
def test_a_file_that_holds_no_url_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "store.url").write_bytes(content)
    with pytest.raises(StoreError, match=r"store\.url (holds no URL|cannot be read)"):
        place_of(tmp_path)


def test_a_url_is_no_directory_and_is_not_repeated() -> None:
    with pytest.raises(InputError, match="--store URL") as caught:
        directory_of(URL)
    assert "secret" not in str(caught.value)
    assert directory_of("runs/first") == Path("runs/first")
