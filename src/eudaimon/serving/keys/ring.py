"""All keys of one life, in the file `keys.json` of its directory, which only its owner can read.

Changes by another process are seen with the next request. A key that has been found to fit is remembered by a plain
SHA-256, in memory alone, so that scrypt is paid once and not with each request; its record is looked up every time, so
that a revoked key is refused at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

from filelock import FileLock

from eudaimon.dialogue.plainjson import from_json, to_json
from eudaimon.errors import InputError
from eudaimon.serving.keys.key import Key, Scope, mint, parted

FILE = "keys.json"
REMEMBERED = 4096


class KeyRing:
    """The keys in `directory`.

    Raises:
        InputError: the file there is no key ring.
    """

    def __init__(self, directory: Path) -> None:
        self.path = directory / FILE
        self._stamp: tuple[int, int] | None = None
        self._keys: dict[str, Key] = {}
        self._fitted: OrderedDict[bytes, str] = OrderedDict()
        self._lock = Lock()
        self._read()

    def create(self, scope: Scope) -> tuple[str, Key]:
        """A new key: its text, which is shown once and kept nowhere, and its record."""
        text, key = mint(scope, time.time())
        with self._changing() as keys:
            keys[key.id] = key
        return text, key

    def revoke(self, name: str) -> Key:
        """Let the key `name` in no more. InputError where there is none of that id."""
        with self._changing() as keys:
            if name not in keys:
                raise InputError(f"there is no key '{name}'; `eudaimon keys list` shows all", path=self.path)
            keys[name] = replace(keys[name], revoked=keys[name].revoked or time.time())
            return keys[name]

    def all(self) -> list[Key]:
        """All keys, the revoked ones too, the oldest first."""
        self._read()
        return sorted(self._keys.values(), key=lambda key: (key.made, key.id))

    def known(self, text: str) -> Key | None:
        """The key whose text this is, where it has been found to fit before and is still good. Takes microseconds."""
        self._read()
        name = self._fitted.get(hashlib.sha256(text.encode()).digest())
        key = self._keys.get(name) if name else None
        return None if key is None or key.revoked else key

    def admit(self, text: str) -> Key | None:
        """The key whose text this is; None where there is none, or it is revoked. May take scrypt's time."""
        if (key := self.known(text)) is not None:
            return key
        found = parted(text)
        key = self._keys.get(found[0]) if found else None
        if key is None or found is None or key.revoked or not key.fits(found[1]):
            return None
        with self._lock:
            self._fitted[hashlib.sha256(text.encode()).digest()] = key.id
            while len(self._fitted) > REMEMBERED:
                self._fitted.popitem(last=False)
        return key

    def good(self, name: str) -> Key | None:
        """The key of this id, where it is not revoked."""
        self._read()
        key = self._keys.get(name)
        return None if key is None or key.revoked else key

    @contextmanager
    def _changing(self) -> Iterator[dict[str, Key]]:
        """The keys as they are now, to be changed; written as a whole at the end."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self.path}.lock"):
            self._read()
            keys = dict(self._keys)
            yield keys
            part = self.path.with_name(f"{FILE}.part")
            part.touch(mode=0o600)
            part.write_text(json.dumps([to_json(key) for key in keys.values()], indent=1), encoding="utf-8")
            os.replace(part, self.path)
        self._read()

    def _read(self) -> None:
        """Read the file where it has changed."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            self._stamp, self._keys = None, {}
            return
        if (stamp := (found.st_mtime_ns, found.st_ino)) == self._stamp:
            return
        try:
            rows = json.loads(self.path.read_text(encoding="utf-8"))
            keys = [from_json(Key, row) for row in rows]
        except (ValueError, TypeError) as error:
            raise InputError(f"this is no key ring ({error}); restore or remove it", path=self.path) from error
        self._stamp, self._keys = stamp, {key.id: key for key in keys}
