"""Codes and names on certificates. Pure."""

from __future__ import annotations

import unicodedata

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L: codes are typed from paper
CODE_LENGTH = 12


def code_from(random: bytes, year: int) -> str:
    """Return a certificate code from 12 or more random bytes: "XQ26-7F3K-9MPQ-2WXH", 59 bits, not to be guessed."""
    letters = "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in random[:CODE_LENGTH])
    groups = [letters[start : start + 4] for start in range(0, CODE_LENGTH, 4)]
    return f"XQ{year % 100:02d}-" + "-".join(groups)


def typed_code(text: str) -> str:
    """Return a code as printed from what somebody typed: spaces, case, full-width letters and dashes do not matter."""
    kept = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isascii() and c.isalnum())
    if len(kept) != 4 + CODE_LENGTH:
        return kept
    return f"{kept[:4]}-{kept[4:8]}-{kept[8:12]}-{kept[12:16]}"


def names_agree(given: str, issued: str) -> bool:
    """True when two names are the same but for spaces and full-width forms."""

    def plain(name: str) -> str:
        return "".join(unicodedata.normalize("NFKC", name).split()).replace("·", "").replace("•", "")

    return plain(given) == plain(issued) != ""
