"""did:key and multibase (W3C Controlled Identifiers 1.0, section Multikey; the did:key method).

Two kinds of key: Ed25519, and SM2 (point compressed to 33 bytes; multicodec sm2-pub, 0x1206).
"""

from __future__ import annotations

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_INDEX = {letter: value for value, letter in enumerate(_ALPHABET)}
ED25519, SM2 = "ed25519", "sm2"
_PUBLIC = {ED25519: (b"\xed\x01", 32), SM2: (b"\x86\x24", 33)}  # multicodecs ed25519-pub and sm2-pub as varints
MULTIKEY_LENGTH_MAX = 200
_PRIVATE = b"\x80\x26"  # multicodec ed25519-priv


def base58_encode(raw: bytes) -> str:
    """Return base58 in the Bitcoin alphabet."""
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    number, letters = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        letters = _ALPHABET[rest] + letters
    return "1" * zeros + letters


def base58_decode(text: str) -> bytes:
    """Return the bytes of a base58 text. Raises ValueError for a letter outside the alphabet."""
    number = 0
    for letter in text:
        if letter not in _INDEX:
            raise ValueError("not base58")
        number = number * 58 + _INDEX[letter]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def multikey_of(public_key: bytes, kind: str = ED25519) -> str:
    """Return the Multikey text of a raw public key: "z6Mk..." for Ed25519."""
    prefix, length = _PUBLIC[kind]
    if len(public_key) != length:
        raise ValueError(f"not a key of {length} bytes")
    return "z" + base58_encode(prefix + public_key)


def key_of(multikey: str) -> tuple[str, bytes]:
    """Return the kind and the raw bytes of a public Multikey. Raises ValueError for anything else."""
    if not multikey.startswith("z") or len(multikey) > MULTIKEY_LENGTH_MAX:
        raise ValueError("not base58btc multibase")
    raw = base58_decode(multikey[1:])
    for kind, (prefix, length) in _PUBLIC.items():
        if raw[:2] == prefix and len(raw) == 2 + length:
            return kind, raw[2:]
    raise ValueError("not a key of a kind we know")


def public_key_of(multikey: str) -> bytes:
    """Return the 32 raw bytes of an Ed25519 Multikey. Raises ValueError for anything else."""
    kind, raw = key_of(multikey)
    if kind != ED25519:
        raise ValueError("not an Ed25519 key")
    return raw


def private_key_of(multikey: str) -> bytes:
    """Return the 32 raw private bytes of a secret Multikey; only test vectors are written so."""
    raw = base58_decode(multikey[1:])
    if not multikey.startswith("z") or raw[:2] != _PRIVATE or len(raw) != 34:
        raise ValueError("not a secret Ed25519 key")
    return raw[2:]


def did_of(public_key: bytes, kind: str = ED25519) -> str:
    """Return did:key:z6Mk..."""
    return f"did:key:{multikey_of(public_key, kind)}"


def method_of(did: str) -> str:
    """Return the verification method of a did:key: the key named by its own text."""
    return f"{did}#{did.removeprefix('did:key:')}"


def key_in_method(method: str) -> bytes:
    """Return the public key that a did:key verification method names. Raises ValueError when the halves differ."""
    return public_key_of(_named(method))


def kind_and_key_in(method: str) -> tuple[str, bytes]:
    """Return the kind and the public key a did:key verification method names. Raises ValueError."""
    return key_of(_named(method))


def _named(method: str) -> str:
    did, mark, fragment = method.partition("#")
    if not mark or not did.startswith("did:key:") or did.removeprefix("did:key:") != fragment:
        raise ValueError("not a did:key verification method")
    return fragment
