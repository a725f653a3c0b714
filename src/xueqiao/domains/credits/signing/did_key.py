"""did:key and multibase for Ed25519 (W3C Controlled Identifiers 1.0, section Multikey; the did:key method)."""

from __future__ import annotations

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_INDEX = {letter: value for value, letter in enumerate(_ALPHABET)}
_PUBLIC = b"\xed\x01"  # multicodec ed25519-pub
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


def multikey_of(public_key: bytes) -> str:
    """Return the Multikey text of 32 raw public bytes: "z6Mk..."."""
    return "z" + base58_encode(_PUBLIC + public_key)


def public_key_of(multikey: str) -> bytes:
    """Return the 32 raw bytes of an Ed25519 Multikey. Raises ValueError for anything else."""
    if not multikey.startswith("z"):
        raise ValueError("not base58btc multibase")
    raw = base58_decode(multikey[1:])
    if raw[:2] != _PUBLIC or len(raw) != 34:
        raise ValueError("not an Ed25519 key")
    return raw[2:]


def private_key_of(multikey: str) -> bytes:
    """Return the 32 raw private bytes of a secret Multikey; only test vectors are written so."""
    raw = base58_decode(multikey[1:])
    if not multikey.startswith("z") or raw[:2] != _PRIVATE or len(raw) != 34:
        raise ValueError("not a secret Ed25519 key")
    return raw[2:]


def did_of(public_key: bytes) -> str:
    """Return did:key:z6Mk..."""
    return f"did:key:{multikey_of(public_key)}"


def method_of(did: str) -> str:
    """Return the verification method of a did:key: the key named by its own text."""
    return f"{did}#{did.removeprefix('did:key:')}"


def key_in_method(method: str) -> bytes:
    """Return the public key that a did:key verification method names. Raises ValueError when the halves differ."""
    did, mark, fragment = method.partition("#")
    if not mark or not did.startswith("did:key:") or did.removeprefix("did:key:") != fragment:
        raise ValueError("not a did:key verification method")
    return public_key_of(fragment)
