"""The platform's own part of the seed: drawn before the freeze, public only as its hash, sealed until the draw.

AES-256-GCM with a key drawn from the server's secret by HKDF-SHA-256 under its own label; the round's code is bound
to it, so that a sealed secret moved to another round does not open. Layout: version byte, 12 bytes nonce, ciphertext
and tag.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32
_VERSION = b"\x01"


def new_secret() -> bytes:
    return os.urandom(SECRET_BYTES)


def seal(secret: bytes, *, server_secret: str, round_code: str) -> bytes:
    nonce = os.urandom(12)
    return _VERSION + nonce + AESGCM(_key(server_secret)).encrypt(nonce, secret, round_code.encode())


def find_secret(sealed: bytes | None, *, server_secret: str, round_code: str) -> bytes | None:
    """Return the secret, or None when it does not open: another server secret, another round, a changed byte."""
    if not sealed or sealed[:1] != _VERSION:
        return None
    try:
        return AESGCM(_key(server_secret)).decrypt(sealed[1:13], sealed[13:], round_code.encode())
    except (InvalidTag, ValueError):
        return None


def _key(server_secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"xueqiao.enrolment.draw-secret.v1").derive(
        server_secret.encode()
    )
