"""Sign and check any Verifiable Credential 2.0, for outside test suites only; never certificates, nor with their key.

The key is drawn from the server's secret under a label of its own: nothing it signs is trusted anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pyld.jsonld import JsonLdError

from xueqiao.domains.credits.errors.certificates import ContextNotShipped
from xueqiao.domains.credits.signing.canonical import VC_CONTEXT, TooTangled, UndefinedTerm
from xueqiao.domains.credits.signing.credential import moment_text
from xueqiao.domains.credits.signing.proof import JCS, RDFC, BadProof, require_proofs, with_proofs
from xueqiao.domains.credits.signing.signers import Ed25519Signer

SUITES = (RDFC, JCS)
_UNREADABLE = (BadProof, UndefinedTerm, TooTangled, ContextNotShipped, JsonLdError, KeyError, TypeError, ValueError)


class NotIssuable(ValueError):
    """The credential cannot be signed; the text says why."""


def suite_signer(server_secret: str) -> Ed25519Signer:
    """Return the signer of the test interface."""
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"xueqiao.credits.vc-api.v1")
    return Ed25519Signer(key.derive(server_secret.encode()))


def sign_for_suite(credential: Mapping[str, Any], *, suite: str, server_secret: str, now: datetime) -> dict[str, Any]:
    """Return `credential` with us as its issuer and one proof. Raises NotIssuable."""
    signer = suite_signer(server_secret)
    did = signer.method.partition("#")[0]
    issuer = credential.get("issuer")
    document = {**credential, "issuer": {**issuer, "id": did} if isinstance(issuer, dict) else did}
    found = faults(document, now=None)
    if suite not in SUITES:
        found.append("cryptosuite")
    if "proof" in document:
        found.append("proof")
    if found:
        raise NotIssuable(", ".join(found))
    try:
        return with_proofs(document, signer=signer, created=moment_text(now), suites=[suite])
    except _UNREADABLE as reason:
        raise NotIssuable(str(reason) or type(reason).__name__) from reason


def faults(credential: Mapping[str, Any], *, now: datetime | None) -> list[str]:
    """Return what is wrong with a credential under the data model (VC 2.0, section 4); with `now` its dates too."""
    found = []
    context, kinds = credential.get("@context"), credential.get("type")
    if not isinstance(context, list) or not context or context[0] != VC_CONTEXT:
        found.append("@context")
    if "VerifiableCredential" not in (kinds if isinstance(kinds, list) else [kinds]):
        found.append("type")
    issuer = credential.get("issuer")
    did = issuer.get("id") if isinstance(issuer, dict) else issuer
    if not isinstance(did, str) or ":" not in did:
        found.append("issuer")
    subjects = credential.get("credentialSubject")
    subjects = subjects if isinstance(subjects, list) else [subjects]
    if not subjects or not all(isinstance(subject, dict) and subject for subject in subjects):
        found.append("credentialSubject")
    if not isinstance(credential.get("id", "urn:x"), str) or ":" not in credential.get("id", "urn:x"):
        found.append("id")
    return found + [name for name in ("validFrom", "validUntil") if not _is_in_time(credential, name, now)]


def _is_in_time(credential: Mapping[str, Any], name: str, now: datetime | None) -> bool:
    if name not in credential:
        return True
    try:
        moment = datetime.fromisoformat(credential[name])
        if moment.tzinfo is None:
            return False
    except (TypeError, ValueError):
        return False
    if now is None:
        return True
    return moment <= now if name == "validFrom" else now <= moment


def credential_errors(credential: Any, *, now: datetime) -> list[str]:
    """Return why a signed credential is not accepted; empty when it is."""
    if not isinstance(credential, dict):
        return ["credential"]
    found = faults(credential, now=now)
    if found:
        return found
    try:
        method = require_proofs(credential)
    except _UNREADABLE as reason:
        return [f"proof: {str(reason) or type(reason).__name__}"]
    issuer = credential["issuer"]
    did = issuer["id"] if isinstance(issuer, dict) else issuer
    return [] if method.partition("#")[0] == did else ["proof: signed by another key than the issuer's"]


def presentation_errors(presentation: Any, *, challenge: str, domain: str, now: datetime) -> list[str]:
    """Return why a presentation is not accepted: its own proof, when it has one, and every credential in it."""
    if not isinstance(presentation, dict):
        return ["presentation"]
    context, kinds = presentation.get("@context"), presentation.get("type")
    found = []
    if not isinstance(context, list) or not context or context[0] != VC_CONTEXT:
        found.append("@context")
    if "VerifiablePresentation" not in (kinds if isinstance(kinds, list) else [kinds]):
        found.append("type")
    if "proof" in presentation:
        found += _holder_errors(presentation, challenge=challenge, domain=domain)
    credentials = presentation.get("verifiableCredential", [])
    credentials = credentials if isinstance(credentials, list) else [credentials]
    for credential in credentials:
        found += credential_errors(credential, now=now)
    return found


def _holder_errors(presentation: Mapping[str, Any], *, challenge: str, domain: str) -> list[str]:
    try:
        require_proofs(presentation, purpose="authentication")
    except _UNREADABLE as reason:
        return [f"proof: {str(reason) or type(reason).__name__}"]
    proofs = presentation["proof"]
    for proof in proofs if isinstance(proofs, list) else [proofs]:
        if proof.get("challenge", "") != challenge or proof.get("domain", "") != domain:
            return ["proof: made for another challenge or domain"]
    return []
