"""Seal a private key with the server's secret, so that a copy of the database alone signs nothing.

AES-256-GCM; the key is drawn from the secret by HKDF-SHA-256 with its own label, so that no other use of the secret
shares it. Layout: version byte, 12 bytes nonce, ciphertext with tag. The public key is bound as associated data: a
sealed key moved to another row does not open.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from xueqiao.domains.credits.errors.certificates import SealCannotBeOpened

_VERSION = b"\x01"


def _key(server_secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"xueqiao.credits.signing-key.v1").derive(
        server_secret.encode()
    )


def seal(private_key: bytes, *, server_secret: str, bound_to: str) -> bytes:
    """Return `private_key` sealed. `bound_to` is the public key's text."""
    nonce = os.urandom(12)
    return _VERSION + nonce + AESGCM(_key(server_secret)).encrypt(nonce, private_key, bound_to.encode())


def unseal(sealed: bytes, *, server_secret: str, bound_to: str) -> bytes:
    """Return the private key. Raises SealCannotBeOpened for another secret, another row, or a changed byte."""
    if sealed[:1] != _VERSION:
        raise SealCannotBeOpened
    try:
        return AESGCM(_key(server_secret)).decrypt(sealed[1:13], sealed[13:], bound_to.encode())
    except (InvalidTag, ValueError) as reason:
        raise SealCannotBeOpened from reason
