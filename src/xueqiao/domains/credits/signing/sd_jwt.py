"""Show one thing and keep the rest: "completed, at least 60 hours" without a name, as SD-JWT VC in SD-JWT (RFC 9901).

Every claim is hidden behind the hash of a disclosure with 128 bits of salt; the holder hands on only the disclosures
she chooses. Each proof is made afresh for one showing and lives for days, so two verifiers cannot tell from it that
they met the same person. With a holder key (`cnf`) a proof cannot be shown by somebody else or twice: the key-binding
token names the verifier, his nonce and the hash of what is shown.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from xueqiao.domains.credits.signing.did_key import did_of, method_of
from xueqiao.domains.credits.signing.jose import (
    BadToken,
    compact_json,
    decoded,
    encoded,
    json_object,
    opened_token,
    signed_token,
)
from xueqiao.domains.credits.signing.signers import Signer, is_signature_good

KIND, BINDING_KIND = "dc+sd-jwt", "kb+jwt"
COMPLETION_TYPE = "urn:xueqiao:vct:completion:1"
SALT_BYTES = 16
HOURS_STEPS = (16, 32, 40, 60, 80, 120, 160)
BINDING_AGE_MAX = timedelta(minutes=5)
DISCLOSURES_MAX = 60


@dataclass(frozen=True)
class Proof:
    """A proof in the holder's hands: the signed part, and the disclosure of each hidden claim."""

    token: str
    disclosures: Mapping[str, str]

    def showing(self, names: Collection[str]) -> str:
        """Return what to hand on so that `names` can be read and nothing else. Raises KeyError for another name."""
        return "~".join([self.token, *(self.disclosures[name] for name in names), ""])


@dataclass(frozen=True)
class Shown:
    """What a verifier reads. is_bound: the holder proved to have the key the proof was made for."""

    claims: Mapping[str, Any]
    issuer: str
    kind: str
    made_at: int
    expires_at: int
    is_bound: bool = False
    hidden_count: int = field(default=0)


def completion_claims(
    *, title: str, institution: str, person_name: str, code: str, minutes: int, completed_on: str
) -> dict[str, Any]:
    """Return the claims of a completion, each to be shown or kept by itself. "At least" spares the exact number."""
    steps = {f"hours_at_least_{hours}": minutes >= hours * 60 for hours in HOURS_STEPS}
    return {
        "completed": True,
        **steps,
        "title": title,
        "institution": institution,
        "completed_on": completed_on,
        "minutes": minutes,
        "name": person_name,
        "code": code,
    }


def made_proof(
    hidden: Mapping[str, Any],
    *,
    kind: str,
    signer: Signer,
    made_at: datetime,
    expires_at: datetime,
    random: Callable[[int], bytes],
    holder_key: Mapping[str, str] | None = None,
) -> Proof:
    """Return a proof whose claims are all hidden. holder_key: a public Ed25519 JWK that showing must be signed with.

    `made_at` is written to the day: a second would tell two proofs of one visit from those of another.
    """
    day = made_at.replace(hour=0, minute=0, second=0, microsecond=0)
    disclosures = {
        name: encoded(compact_json([encoded(random(SALT_BYTES)), name, value])) for name, value in hidden.items()
    }
    payload: dict[str, Any] = {
        "iss": signer.method.partition("#")[0],
        "vct": kind,
        "iat": int(day.timestamp()),
        "exp": int(expires_at.timestamp()),
        "_sd_alg": "sha-256",
        "_sd": sorted(_digest(text) for text in disclosures.values()),
    }
    if holder_key is not None:
        payload["cnf"] = {"jwk": public_jwk(holder_key)}
    token = signed_token({"typ": KIND, "kid": signer.method}, compact_json(payload), signer=signer)
    return Proof(token, disclosures)


def public_jwk(key: Mapping[str, Any]) -> dict[str, str]:
    """Return the public half of an Ed25519 JWK and nothing else of it. Raises BadToken for another key."""
    if key.get("kty") != "OKP" or key.get("crv") != "Ed25519" or not isinstance(key.get("x"), str):
        raise BadToken("not an Ed25519 key")
    if len(decoded(key["x"])) != 32:
        raise BadToken("not an Ed25519 key")
    return {"kty": "OKP", "crv": "Ed25519", "x": key["x"]}


def bound(shown: str, *, signer: Signer, audience: str, nonce: str, now: datetime) -> str:
    """Return `shown` with the holder's signature for one verifier and one nonce. Wallets do this; tests too."""
    header = {"typ": BINDING_KIND}
    payload = {"iat": int(now.timestamp()), "aud": audience, "nonce": nonce, "sd_hash": _digest(shown)}
    return shown + signed_token(header, compact_json(payload), signer=signer)


def read_shown(text: str, *, now: datetime, audience: str = "", nonce: str = "") -> Shown:
    """Check what somebody showed and return what can be read of it. Raises BadToken.

    audience, nonce: what this verifier asked the holder to sign; a proof made for a holder's key is refused without
    them, with others', or when the signature is older than five minutes. The caller decides about trust in the issuer
    and must never accept one nonce twice.
    """
    parts = text.split("~")
    if len(parts) < 2 or len(parts) > DISCLOSURES_MAX:
        raise BadToken("not a proof with disclosures")
    token, disclosures, binding = parts[0], parts[1:-1], parts[-1]
    header, payload = opened_token(token, kind=KIND)
    issuer = str(header["kid"]).partition("#")[0]
    if payload.get("iss") != issuer or payload.get("_sd_alg") != "sha-256":
        raise BadToken("signed by another than the issuer")
    made_at, expires_at = payload.get("iat"), payload.get("exp")
    if type(made_at) is not int or type(expires_at) is not int or not made_at <= now.timestamp() < expires_at:
        raise BadToken("not in force any more, or not yet")
    digests = payload.get("_sd")
    if not isinstance(digests, list) or len(set(digests)) != len(digests):
        raise BadToken("no hidden claims")
    claims = _disclosed(disclosures, digests, set(payload))
    holder = payload.get("cnf")
    if holder is not None:
        shown = text[: len(text) - len(binding)]
        _require_binding(binding, shown, holder, audience=audience, nonce=nonce, now=now)
    elif binding:
        raise BadToken("bound to no key, yet signed by one")
    return Shown(
        claims=claims,
        issuer=issuer,
        kind=str(payload.get("vct")),
        made_at=made_at,
        expires_at=expires_at,
        is_bound=holder is not None,
        hidden_count=len(digests) - len(claims),
    )


def _digest(text: str) -> str:
    return encoded(hashlib.sha256(text.encode()).digest())


def _disclosed(disclosures: Sequence[str], digests: Collection[str], taken: set[str]) -> dict[str, Any]:
    claims: dict[str, Any] = {}
    if len(set(disclosures)) != len(disclosures):
        raise BadToken("a disclosure is given twice")
    for text in disclosures:
        if _digest(text) not in digests:
            raise BadToken("a disclosure that was not signed")
        try:
            entry = json.loads(decoded(text).decode("utf-8"))
            _salt, name, value = entry
        except (UnicodeDecodeError, ValueError, TypeError, RecursionError) as reason:
            raise BadToken("not a disclosure") from reason
        if not isinstance(name, str) or name in claims or name in taken or name in {"_sd", "..."}:
            raise BadToken("a disclosure of a name that is taken")
        claims[name] = value
    return claims


def _require_binding(binding: str, shown: str, holder: Any, *, audience: str, nonce: str, now: datetime) -> None:
    parts = binding.split(".")
    if len(parts) != 3 or not audience or not nonce or not isinstance(holder, dict):
        raise BadToken("the holder did not sign for this showing")
    key = public_jwk(holder.get("jwk") or {})
    method = method_of(did_of(decoded(key["x"])))
    header, payload = json_object(decoded(parts[0])), json_object(decoded(parts[1]))
    if header.get("alg") != "EdDSA" or header.get("typ") != BINDING_KIND:
        raise BadToken("another kind of token")
    if not is_signature_good(method, decoded(parts[2]), f"{parts[0]}.{parts[1]}".encode()):
        raise BadToken("signed by another than the holder")
    age = now.timestamp() - payload["iat"] if type(payload.get("iat")) is int else None
    if age is None or not -60 <= age <= BINDING_AGE_MAX.total_seconds():
        raise BadToken("signed at another time")
    if (payload.get("aud"), payload.get("nonce"), payload.get("sd_hash")) != (audience, nonce, _digest(shown)):
        raise BadToken("signed for another verifier, another nonce, or other disclosures")
