"""Seals key material with the server's secret, so that a copy of the database alone gives no keys away."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class SealBroken(RuntimeError):
    """The sealed keys do not open with this server's secret: XUEQIAO_SECRET_KEY is not the one they were made with."""


def seal(plain: bytes, *, secret: str, purpose: str) -> bytes:
    """Return nonce and ciphertext (AES-256-GCM) of `plain`, bound to `purpose`."""
    nonce = os.urandom(12)
    return nonce + AESGCM(_key(secret, purpose)).encrypt(nonce, plain, purpose.encode())


def open_sealed(sealed: bytes, *, secret: str, purpose: str) -> bytes:
    """Return what was sealed. Raises SealBroken for another secret, another purpose or a changed byte."""
    try:
        return AESGCM(_key(secret, purpose)).decrypt(sealed[:12], sealed[12:], purpose.encode())
    except (InvalidTag, ValueError) as failure:
        raise SealBroken(purpose) from failure


def _key(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
