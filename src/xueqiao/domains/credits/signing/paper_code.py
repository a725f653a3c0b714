"""The signed few words behind the QR code on paper: enough to check a certificate without network and without its file.

The code holds the address of the verify page and, behind "#", where no browser sends it to a server, this text:
XQ1 . words . key . signature, in letters that QR codes and addresses carry. Words are a JSON list in a fixed order.
Two thousand letters at most; a long certificate has about five hundred.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from xueqiao.domains.credits.signing import did_key
from xueqiao.domains.credits.signing.jose import BadToken, compact_json, decoded, encoded
from xueqiao.domains.credits.signing.signers import Signer, is_signature_good

MARK = "XQ1"
LENGTH_MAX = 2000
_PREFIX = b"xueqiao.credits.paper.v1\x00"


@dataclass(frozen=True)
class PaperWords:
    """What the code on paper says. issued_on: "2026-11-23". list_number, place: 0 and -1 for one without a list."""

    code: str
    person_name: str
    title: str
    institution_name: str
    issued_on: str
    minutes: int
    amount_hundredths: int
    list_number: int = 0
    place: int = -1

    def as_list(self) -> list[Any]:
        """Return the words in their order."""
        return [*(getattr(self, name) for name in _ORDER)]


_ORDER = (
    *("code", "person_name", "title", "institution_name", "issued_on"),
    *("minutes", "amount_hundredths", "list_number", "place"),
)
_TEXTS = 5


def paper_text(words: PaperWords, *, signer: Signer) -> str:
    """Return the signed text. Raises ValueError when it would not fit the code."""
    content = compact_json(words.as_list())
    multikey = signer.method.partition("#")[2]
    text = ".".join([MARK, encoded(content), multikey, encoded(signer.sign(_PREFIX + content))])
    if len(text) > LENGTH_MAX:
        raise ValueError("too long for paper")
    return text


def read_paper(text: str) -> tuple[PaperWords, str]:
    """Check a text read from paper (alone or behind the "#" of an address); return its words and the issuer's did.

    Raises BadToken when it is no such text or the signature does not fit.
    """
    parts = text.strip().rpartition("#")[2].split(".")
    if len(text) > LENGTH_MAX * 2 or len(parts) != 4 or parts[0] != MARK:
        raise BadToken("no code from paper")
    content = decoded(parts[1])
    did = f"did:key:{parts[2]}"
    try:
        good = is_signature_good(did_key.method_of(did), decoded(parts[3]), _PREFIX + content)
    except ValueError as reason:
        raise BadToken(str(reason)) from reason
    if not good:
        raise BadToken("the signature does not fit")
    return _words_in(content), did


def _words_in(content: bytes) -> PaperWords:
    try:
        values = json.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, ValueError) as reason:
        raise BadToken("not readable") from reason
    kinds = [str] * _TEXTS + [int] * (len(_ORDER) - _TEXTS)
    if not isinstance(values, list) or [type(value) for value in values] != kinds:
        raise BadToken("other words than those of a certificate")
    return PaperWords(**dict(zip(_ORDER, values, strict=True)))
