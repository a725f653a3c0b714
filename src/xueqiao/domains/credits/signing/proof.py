"""Data Integrity proofs with the cryptosuite eddsa-rdfc-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.2).

Signed are 64 bytes: SHA-256 of the canonical proof options, then SHA-256 of the canonical document.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from xueqiao.domains.credits.signing import did_key
from xueqiao.domains.credits.signing.canonical import canonical_hash

CRYPTOSUITE = "eddsa-rdfc-2022"
_OPTION_KEYS = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose"}


class BadProof(ValueError):
    """The proof is missing, of another kind, or does not fit the document."""


def bytes_to_sign(
    document: Mapping[str, Any], options: Mapping[str, Any], *, extra_contexts: Mapping[str, Any] | None = None
) -> bytes:
    """Return the 64 bytes an Ed25519 key signs for `document` (without proof) and proof `options` (without value)."""
    configuration = {"@context": document["@context"], **options}
    return canonical_hash(configuration, extra_contexts=extra_contexts) + canonical_hash(
        document, extra_contexts=extra_contexts
    )


def with_proof(
    document: Mapping[str, Any],
    *,
    private_key: bytes,
    method: str,
    created: str,
    extra_contexts: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return `document` with its proof added. `created` is an XSD dateTime in UTC ("2026-11-23T11:00:00Z")."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": created,
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    message = bytes_to_sign(document, options, extra_contexts=extra_contexts)
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(message)
    return {**document, "proof": {**options, "proofValue": "z" + did_key.base58_encode(signature)}}


def require_proof(signed: Mapping[str, Any], *, extra_contexts: Mapping[str, Any] | None = None) -> str:
    """Check the one proof of `signed` (alone or in a list) and return its verification method. Raises BadProof.

    The caller decides whether that key is trusted and whether it belongs to the issuer named in the document.
    """
    options = signed.get("proof")
    if isinstance(options, list) and len(options) == 1:
        options = options[0]
    if not isinstance(options, dict) or set(options) != _OPTION_KEYS | {"proofValue"}:
        raise BadProof("no single proof of the expected shape")
    expected = (options["type"], options["cryptosuite"], options["proofPurpose"])
    if expected != ("DataIntegrityProof", CRYPTOSUITE, "assertionMethod"):
        raise BadProof("a proof of another kind")
    value, method = options["proofValue"], options["verificationMethod"]
    if not isinstance(value, str) or not value.startswith("z") or not isinstance(method, str):
        raise BadProof("a proof of another kind")
    document = {key: part for key, part in signed.items() if key != "proof"}
    configuration = {key: part for key, part in options.items() if key != "proofValue"}
    try:
        public_key = Ed25519PublicKey.from_public_bytes(did_key.key_in_method(method))
        signature = did_key.base58_decode(value[1:])
        public_key.verify(signature, bytes_to_sign(document, configuration, extra_contexts=extra_contexts))
    except InvalidSignature as reason:
        raise BadProof("the signature does not fit the document") from reason
    except ValueError as reason:
        raise BadProof(str(reason) or "not readable") from reason
    return method
