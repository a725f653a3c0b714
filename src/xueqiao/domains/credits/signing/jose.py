"""A credential as a signed token: `vc+jwt` (W3C Securing Verifiable Credentials using JOSE and COSE, section 3.2.1).

The payload is the credential itself, word for word; the header names type, algorithm and key. Only EdDSA is read:
a token that names another algorithm, or none, is refused before anything is computed.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from xueqiao.domains.credits.signing.did_key import ED25519, kind_and_key_in
from xueqiao.domains.credits.signing.signers import Signer, is_signature_good

CREDENTIAL_TYPE = "vc+jwt"
ALGORITHM = "EdDSA"  # RFC 8037


class BadToken(ValueError):
    """The token is no token of ours, or its signature does not fit."""


def encoded(content: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bytes of base64url without padding. Raises BadToken for any other letter or a second spelling."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as reason:
        raise BadToken("not base64url") from reason
    if encoded(content) != text:
        raise BadToken("not base64url as one writes it")
    return content


def compact_json(value: Any) -> bytes:
    """Return JSON without spaces, hanzi as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def signed_token(header: Mapping[str, Any], payload: bytes, *, signer: Signer) -> str:
    """Return the compact JWS of `payload`; `alg` is put first into the header. Needs an Ed25519 signer."""
    if signer.algorithm != ED25519:
        raise ValueError("tokens are signed with Ed25519")
    first = encoded(compact_json({"alg": ALGORITHM, **header})) + "." + encoded(payload)
    return first + "." + encoded(signer.sign(first.encode()))


def credential_token(credential: Mapping[str, Any], *, signer: Signer) -> str:
    """Return `credential` (without proof) as vc+jwt."""
    header = {"typ": CREDENTIAL_TYPE, "cty": "vc", "kid": signer.method}
    return signed_token(header, compact_json(credential), signer=signer)


def opened_token(token: str, *, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and payload of a compact JWS of type `kind`, checked by the did:key it names. Raises BadToken."""
    parts = token.split(".")
    if len(parts) != 3:
        raise BadToken("not three parts")
    header = json_object(decoded(parts[0]))
    if header.get("alg") != ALGORITHM or header.get("typ") != kind or "crit" in header:
        raise BadToken("another kind of token")
    method = header.get("kid")
    if not isinstance(method, str):
        raise BadToken("no key is named")
    try:
        if kind_and_key_in(method)[0] != ED25519:
            raise BadToken("a key of another kind")
        good = is_signature_good(method, decoded(parts[2]), f"{parts[0]}.{parts[1]}".encode())
    except ValueError as reason:
        raise BadToken(str(reason)) from reason
    if not good:
        raise BadToken("the signature does not fit")
    return header, json_object(decoded(parts[1]))


def json_object(content: bytes) -> dict[str, Any]:
    """Return a JSON object whose names are all different. Raises BadToken."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            raise BadToken("a name is given twice")
        return dict(pairs)

    def refuse(name: str) -> Any:
        raise BadToken(f"{name} is not JSON")

    try:
        value = json.loads(content.decode("utf-8"), object_pairs_hook=once, parse_constant=refuse)
    except (UnicodeDecodeError, ValueError, RecursionError) as reason:
        raise BadToken("not JSON") from reason
    if not isinstance(value, dict):
        raise BadToken("not an object")
    return value
