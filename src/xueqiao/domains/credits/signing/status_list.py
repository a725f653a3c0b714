"""Bitstring Status List (W3C Recommendation 1.0): one bit per certificate, many certificates per list.

131,072 places a list, so that whoever asks for a list says of none of its holders that he asked (section 2.1, herd
privacy). The first place is the highest bit of the first byte. Pure: bytes in, texts out.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from xueqiao.domains.credits.signing.canonical import VC_CONTEXT
from xueqiao.domains.credits.signing.jose import BadToken, decoded, encoded

PLACES = 131_072
BYTES = PLACES // 8
REVOCATION, SUSPENSION = "revocation", "suspension"
PURPOSES = (REVOCATION, SUSPENSION)
CURRENT_FOR = timedelta(hours=24)  # how long a fetched list may be used before it says nothing any more
ENCODED_LENGTH_MAX = 40_000  # a full random list is 22,000 letters


class BadList(ValueError):
    """The list cannot be read as a list of ours."""


def encoded_list(places: Iterable[int]) -> str:
    """Return the multibase text of a list with the bits of `places` set. The same places give the same text."""
    bits = bytearray(BYTES)
    for place in places:
        if not 0 <= place < PLACES:
            raise ValueError("no such place")
        bits[place >> 3] |= 0x80 >> (place & 7)
    return "u" + encoded(gzip.compress(bytes(bits), compresslevel=9, mtime=0))


def is_set(encoded_text: str, place: int) -> bool:
    """True when the bit of `place` is set. Raises BadList for what is no list of exactly 131,072 places.

    Reads at most one byte more than a list has: a text that unpacks to gigabytes is refused before it is unpacked.
    """
    if not 0 <= place < PLACES:
        raise BadList("no such place")
    if not encoded_text.startswith("u") or len(encoded_text) > ENCODED_LENGTH_MAX:
        raise BadList("not a list")
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(decoded(encoded_text[1:]))) as packed:
            bits = packed.read(BYTES + 1)
    except (OSError, EOFError, zlib.error, BadToken) as reason:
        raise BadList("not packed as a list is") from reason
    if len(bits) != BYTES:
        raise BadList("a list of another length")
    return bool(bits[place >> 3] & (0x80 >> (place & 7)))


def status_entry(list_address: str, place: int, purpose: str = REVOCATION) -> dict[str, str]:
    """Return the `credentialStatus` a certificate carries."""
    return {
        "id": f"{list_address}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(place),
        "statusListCredential": list_address,
    }


def list_credential(
    *, address: str, issuer_did: str, purpose: str, places: Iterable[int], made_at: datetime, moment: Any
) -> dict[str, Any]:
    """Return the unsigned list credential. `moment`: how a datetime is written."""
    return {
        "@context": [VC_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did,
        "validFrom": moment(made_at),
        "validUntil": moment(made_at + CURRENT_FOR),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded_list(places),
        },
    }


def state_in(lists: Iterable[Mapping[str, Any]], entry: Mapping[str, Any]) -> dict[str, bool]:
    """Return purpose -> bit for those of `lists` (signatures already checked) that speak of a certificate's entry.

    The suspension list stands beside the revocation list under the same number and with the same place.
    """
    address, place = str(entry["statusListCredential"]), int(entry["statusListIndex"])
    base = address.removesuffix(f"/{REVOCATION}/")
    known = {}
    for one in lists:
        subject = one["credentialSubject"]
        purpose = subject["statusPurpose"]
        if purpose in PURPOSES and one["id"] == f"{base}/{purpose}/":
            known[purpose] = is_set(subject["encodedList"], place)
    return known
