"""The cryptography of second factors: sealed secrets, the steps of TOTP, the relying party of passkeys.

No rows are read or written here; the actions do that under the factor's row lock.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fido2.server import Fido2Server
from fido2.webauthn import AttestedCredentialData, PublicKeyCredentialRpEntity, PublicKeyCredentialUserEntity

from xueqiao.domains.people.rules import keyed_hash

ISSUER = "学桥"
STEP_SECONDS = 30
NAME_OF_SITE = "学桥 Xueqiao"


def seal(key: str, account_id: int, secret: bytes) -> bytes:
    """Encrypt a secret for one account (AES-256-GCM); it opens with the same key and account only."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(keyed_hash(key, "seal", "factor")).encrypt(nonce, secret, str(account_id).encode())


def unseal(key: str, account_id: int, sealed: bytes) -> bytes:
    """Open a sealed secret. Raises ValueError when it was made for another account or key, or was changed."""
    try:
        return AESGCM(keyed_hash(key, "seal", "factor")).decrypt(sealed[:12], sealed[12:], str(account_id).encode())
    except InvalidTag:
        raise ValueError("this secret was not sealed for this account") from None


def new_totp_secret() -> str:
    """Return 160 random bits in base32 (RFC 4226 section 4)."""
    return pyotp.random_base32()


def totp_uri(secret: str, account_name: str) -> str:
    """Return the otpauth address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account_name, issuer_name=ISSUER)


def matching_step(secret: str, digits: str, now: datetime) -> int | None:
    """Return the time step whose code is `digits`: this one or a neighbour (30 s of clock error), else None."""
    totp = pyotp.TOTP(secret)
    step = int(now.timestamp()) // STEP_SECONDS
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    found = None
    for candidate in (step - 1, step, step + 1):  # all three are computed: the time taken tells nothing
        if pyotp.utils.strings_equal(totp.generate_otp(candidate), digits):
            found = candidate
    return found


def relying_party(host: str, origin: str) -> Fido2Server:
    """The passkey server of this site. Only answers made on exactly `origin` (https://host) are accepted."""
    return Fido2Server(
        PublicKeyCredentialRpEntity(name=NAME_OF_SITE, id=host), verify_origin=lambda claimed: claimed == origin
    )


def passkey_user(account_id: int, name: str) -> PublicKeyCredentialUserEntity:
    """The user entity stored on the authenticator: the account number, no phone."""
    return PublicKeyCredentialUserEntity(name=name, id=str(account_id).encode(), display_name=name)


def credential(stored: Any) -> AttestedCredentialData:
    """The public key data of a stored passkey."""
    return AttestedCredentialData(bytes(stored))
