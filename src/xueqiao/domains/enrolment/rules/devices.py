"""When an entry signed without network counts. Pure.

A device's clock is not to be trusted far: a signature from the future, from before the device was registered, older
than the hours allowed, or earlier than that of the entry before it does not count. What was signed before the close and
comes after it needs a second person, like late paper.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

SKEW = timedelta(minutes=5)  # between two honest clocks
NUMBER_BYTES = 32  # of each half of a P-256 signature


@dataclass(frozen=True)
class SignedEntry:
    """One entry as its device signed it. runs: class codes, the dearest first."""

    device: str
    number: int
    round_code: str
    learner_code: str
    runs: tuple[str, ...]
    signed_at: datetime


def read_payload(text: str) -> SignedEntry | None:
    """Return what was signed, or None when it is not one of ours. Times carry their zone."""
    try:
        found: Any = json.loads(text)
        entry = SignedEntry(
            device=str(found["device"])[:36],
            number=int(found["number"]),
            round_code=str(found["round"])[:16],
            learner_code=str(found["learner"]).strip()[:16],
            runs=tuple(str(code)[:20] for code in found["runs"][:10]),
            signed_at=datetime.fromisoformat(str(found["signed_at"])),
        )
    except (ValueError, KeyError, TypeError):
        return None
    return entry if entry.signed_at.tzinfo is not None and entry.number >= 1 else None


def is_signed_by(public_key: bytes, text: str, signature: bytes) -> bool:
    """True when `signature` (P-256 over SHA-256, two halves of 32 bytes as browsers write it) fits the text."""
    try:
        key = load_der_public_key(public_key)
    except ValueError:
        return False
    if not isinstance(key, ec.EllipticCurvePublicKey) or len(signature) != 2 * NUMBER_BYTES:
        return False
    halves = (int.from_bytes(signature[:NUMBER_BYTES]), int.from_bytes(signature[NUMBER_BYTES:]))
    try:
        key.verify(encode_dss_signature(*halves), text.encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def is_device_key(public_key: bytes) -> bool:
    """True for a P-256 public key as browsers export it (SubjectPublicKeyInfo)."""
    try:
        key = load_der_public_key(public_key)
    except ValueError:
        return False
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)


def decoded(text: str) -> bytes:
    """Return the bytes of a base64 text, b"" for anything else."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def clock_fault(
    signed_at: datetime, *, registered_at: datetime, before: datetime | None, hours_max: int, now: datetime
) -> str:
    """Return why the time of a signature does not count, in words, or "". before: time of the device's entry before."""
    if signed_at > now + SKEW:
        return "设备的时间快了，请先校准设备时间"
    if signed_at < registered_at - SKEW:
        return "签名的时间早于设备登记"
    if now - signed_at > timedelta(hours=hours_max):
        return f"离线超过 {hours_max} 小时才同步"
    if before is not None and signed_at < before - SKEW:
        return "签名的时间比上一份还早，设备时间被改过"
    return ""
