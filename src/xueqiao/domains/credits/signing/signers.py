"""The one port through which anything is signed, and the two providers behind it: Ed25519, and SM2 with SM3.

A `Signer` knows its algorithm and the verification method that names its key; it signs bytes and gives nothing else
away, so that a key in a hardware module can stand behind the same three names. SM2 comes from GmSSL (the extra
`xueqiao[guomi]`): signing with a secret is no place for arithmetic of one's own.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from xueqiao.domains.credits.errors.signing import SignerMissing
from xueqiao.domains.credits.signing import did_key
from xueqiao.domains.credits.signing.did_key import ED25519, SM2

SM2_SIGNER_ID = b"1234567812345678"  # GB/T 35276-2017, section 10: the identity used where none is agreed


class Signer(Protocol):
    """Whoever holds a private key. method: "did:key:z...#z...". Signatures are 64 bytes for both algorithms."""

    @property
    def algorithm(self) -> str: ...

    @property
    def method(self) -> str: ...

    def sign(self, message: bytes) -> bytes: ...


class Ed25519Signer:
    """Ed25519 (RFC 8032) with the private key in memory."""

    algorithm = ED25519

    def __init__(self, private_key: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(private_key)
        self.method = did_key.method_of(did_key.did_of(self._key.public_key().public_bytes_raw()))

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature."""
        return self._key.sign(message)


class Sm2Signer:
    """SM2 with SM3 (GB/T 32918.2-2016). private_key: 32 bytes, then the 64 of its point, as `new_private_key` makes."""

    algorithm = SM2

    def __init__(self, private_key: bytes) -> None:
        self._private, self._public = private_key[:32], private_key[32:]
        self.method = did_key.method_of(did_key.did_of(_compressed(self._public), SM2))

    def sign(self, message: bytes) -> bytes:
        """Return r and s, 32 bytes each. Raises SignerMissing without GmSSL."""
        der = _gmssl().sm2_sign(self._private, self._public, message, SM2_SIGNER_ID)
        r, s = decode_dss_signature(der)
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def new_private_key(algorithm: str) -> bytes:
    """Return fresh private key bytes for `signer_of`. Raises SignerMissing, ValueError for another algorithm."""
    if algorithm == ED25519:
        return Ed25519PrivateKey.generate().private_bytes_raw()
    if algorithm == SM2:
        public, private = _gmssl().sm2_key_generate()
        return bytes(private) + bytes(public)
    raise ValueError(algorithm)


def signer_of(algorithm: str, private_key: bytes) -> Signer:
    """Return the signer of stored key bytes."""
    return Sm2Signer(private_key) if algorithm == SM2 else Ed25519Signer(private_key)


def is_signature_good(method: str, signature: bytes, message: bytes) -> bool:
    """True when `signature` is that of the key a verification method names. Raises ValueError for another method."""
    kind, public_key = did_key.kind_and_key_in(method)
    if len(signature) != 64:
        return False
    if kind == ED25519:
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
        except InvalidSignature:
            return False
        return True
    gmssl = _gmssl()
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    return bool(gmssl.sm2_verify(gmssl.normalize_sm2_public_key(public_key), message, der, SM2_SIGNER_ID))


def sm3(content: bytes) -> bytes:
    """Return the SM3 hash (GB/T 32905-2016)."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize()


def has_sm2() -> bool:
    """True when the provider of SM2 is installed."""
    return find_spec("gmssl_pyx") is not None


def _gmssl() -> Any:
    if not has_sm2():
        raise SignerMissing
    import gmssl_pyx  # noqa: PLC0415 - optional

    return gmssl_pyx


def _compressed(point: bytes) -> bytes:
    return bytes([2 + (point[63] & 1)]) + point[:32]
