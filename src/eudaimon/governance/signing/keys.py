"""Ed25519 keys (RFC 8032): who holds one is who it names; there is no other registry.

>>> key = Key.generate()
>>> verifies(key.public, key.sign("act", {"say": "yes"}), "act", {"say": "yes"})
True
>>> verifies(key.public, key.sign("act", {"say": "yes"}), "approve", {"say": "yes"})
False
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from eudaimon.errors import FormatError, InputError

DOMAIN = "eudaimon governance 1"
"""Begins all that is signed, so that no signature made for anything else can be passed off as one of these."""


def canonical(content: object) -> bytes:
    """A JSON value as the bytes that are signed and hashed: keys sorted, no spaces, UTF-8, no NaN.

    Raises:
        ValueError: it holds a number that JSON does not know.
    """
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def is_key(text: str) -> bool:
    """Whether a text has the form of a public key: 64 hex digits."""
    return re.fullmatch(r"[0-9a-f]{64}", text) is not None


def verifies(public: str, signature: str, purpose: str, content: object) -> bool:
    """Whether `signature` (hex) is that of the key `public` (hex) on `content`, made for this purpose."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(signature), _message(purpose, content)
        )
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Key:
    """A private key; its text never shows it.

    Attributes:
        public: the name that it signs under, 64 hex digits.
    """

    _private: Ed25519PrivateKey
    public: str

    @classmethod
    def _of(cls, private: Ed25519PrivateKey) -> Key:
        return cls(private, private.public_key().public_bytes_raw().hex())

    @classmethod
    def generate(cls) -> Key:
        """A new one, from the system's randomness."""
        return cls._of(Ed25519PrivateKey.generate())

    @classmethod
    def of_seed(cls, seed: bytes) -> Key:
        """The key of a 32-byte seed, for simulations that must come out the same again."""
        return cls._of(Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def read(cls, path: str | Path) -> Key:
        """The key in a PEM file.

        Raises:
            InputError: there is no such file.
            FormatError: it holds no unencrypted Ed25519 private key.
        """
        path = Path(path)
        try:
            found = serialization.load_pem_private_key(path.read_bytes(), None)
        except OSError as wrong:
            raise InputError(f"no key can be read ({wrong.strerror}); make one, or give its path", path=path) from None
        except (ValueError, TypeError):
            raise FormatError("expected a private key in PEM without a passphrase; make one", path=path) from None
        if not isinstance(found, Ed25519PrivateKey):
            raise FormatError("expected an Ed25519 key; make one with eudaimon authority key", path=path)
        return cls._of(found)

    def write(self, path: str | Path) -> None:
        """Keeps it in a new file that only its owner can read.

        Raises:
            InputError: the file is there already: a key is never written over.
        """
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        pem = self._private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(pem)
        except FileExistsError:
            raise InputError(
                "there is a file already, and a key is never written over; choose another", path=path
            ) from None

    def sign(self, purpose: str, content: object) -> str:
        """The signature (hex) on a JSON value, made for a purpose."""
        return self._private.sign(_message(purpose, content)).hex()

    def __repr__(self) -> str:
        return f"Key({self.public})"


def _message(purpose: str, content: object) -> bytes:
    return canonical([DOMAIN, purpose, content])
