"""Data Integrity proofs (W3C Verifiable Credential Data Integrity 1.0) with three cryptosuites.

| Suite | Signed are | By |
|---|---|---|
| eddsa-rdfc-2022 | SHA-256 of the canonical RDF of the proof options, then of the document | Ed25519 |
| eddsa-jcs-2022 | SHA-256 of the canonical JSON of both | Ed25519 |
| xueqiao-sm2-jcs-2026 | SM3 of the canonical JSON of both | SM2 |

The first two are W3C's (Data Integrity EdDSA Cryptosuites 1.0, sections 3.2 and 3.3), the third is ours until somebody
standardises one. A certificate by an Ed25519 key carries the first two side by side: linked-data software reads one,
a plain web page without a JSON-LD processor the other. Every proof of a document must hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from xueqiao.domains.credits.errors.signing import SignerMissing
from xueqiao.domains.credits.signing import did_key
from xueqiao.domains.credits.signing.canonical import canonical_hash
from xueqiao.domains.credits.signing.did_key import ED25519, SM2
from xueqiao.domains.credits.signing.jcs import canonical_bytes
from xueqiao.domains.credits.signing.shapes import swift_canonical_hash
from xueqiao.domains.credits.signing.signers import Signer, is_signature_good, sm3

RDFC, JCS, SM2_JCS = "eddsa-rdfc-2022", "eddsa-jcs-2022", "xueqiao-sm2-jcs-2026"
ALGORITHM = {RDFC: ED25519, JCS: ED25519, SM2_JCS: SM2}
SUITES = {ED25519: (RDFC, JCS), SM2: (SM2_JCS,)}
_OPTION_KEYS = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose"}
_PROOFS_MAX = 2


class BadProof(ValueError):
    """A proof is missing, of another kind, or does not fit the document."""


def bytes_to_sign(
    document: Mapping[str, Any], options: Mapping[str, Any], *, extra_contexts: Mapping[str, Any] | None = None
) -> bytes:
    """Return the 64 bytes a key signs for `document` (without proof) and proof `options` (without value)."""
    suite = options["cryptosuite"]
    if suite == RDFC:
        configuration = {**options, "@context": document["@context"]}
        return canonical_hash(configuration, extra_contexts=extra_contexts) + canonical_hash(
            document, extra_contexts=extra_contexts
        )
    digest = sm3 if suite == SM2_JCS else lambda content: hashlib.sha256(content).digest()
    return digest(canonical_bytes(options)) + digest(canonical_bytes(document))


def with_proofs(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    created: str,
    suites: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return `document` with a list of proofs added, one per suite (all of the signer's algorithm when not named).

    created: an XSD dateTime in UTC ("2026-11-23T11:00:00Z"). Raises what `canonical_text` raises.
    """
    proofs = []
    for suite in suites or SUITES[signer.algorithm]:
        options: dict[str, Any] = {
            "type": "DataIntegrityProof",
            "cryptosuite": suite,
            "created": created,
            "verificationMethod": signer.method,
            "proofPurpose": "assertionMethod",
        }
        if suite == RDFC:
            configuration = {**options, "@context": document["@context"]}
            message = swift_canonical_hash(configuration) + swift_canonical_hash(document)
        else:
            options["@context"] = document["@context"]
            message = bytes_to_sign(document, options)
        proofs.append({**options, "proofValue": "z" + did_key.base58_encode(signer.sign(message))})
    return {**document, "proof": proofs}


def require_proofs(
    signed: Mapping[str, Any],
    *,
    extra_contexts: Mapping[str, Any] | None = None,
    purpose: str = "assertionMethod",
) -> str:
    """Check every proof of `signed` (one, or one per suite) and return their one verification method. Raises BadProof.

    purpose: "authentication" for a presentation, whose proof may name a challenge and a domain. The caller decides
    whether that key is trusted and whether it belongs to the issuer named in the document.
    """
    proofs = signed.get("proof")
    proofs = [proofs] if isinstance(proofs, dict) else proofs
    if not isinstance(proofs, list) or not 1 <= len(proofs) <= _PROOFS_MAX:
        raise BadProof("no proof of the expected shape")
    document = {key: part for key, part in signed.items() if key != "proof"}
    # Canonical JSON takes a hundredth of the time of canonical RDF: what was changed is mostly refused by it alone.
    swiftest_first = sorted(proofs, key=lambda proof: isinstance(proof, dict) and proof.get("cryptosuite") == RDFC)
    methods = {_require_one(document, proof, extra_contexts, purpose) for proof in swiftest_first}
    if len(methods) != 1 or len({proof["cryptosuite"] for proof in proofs}) != len(proofs):
        raise BadProof("proofs of several keys, or twice the same")
    return methods.pop()


def _require_one(
    document: Mapping[str, Any], proof: Any, extra_contexts: Mapping[str, Any] | None, purpose: str
) -> str:
    optional = {"@context"} if purpose == "assertionMethod" else {"@context", "challenge", "domain"}
    if not isinstance(proof, dict) or set(proof) - optional != _OPTION_KEYS | {"proofValue"}:
        raise BadProof("no proof of the expected shape")
    suite, value, method = proof["cryptosuite"], proof["proofValue"], proof["verificationMethod"]
    if (proof["type"], proof["proofPurpose"]) != ("DataIntegrityProof", purpose) or suite not in ALGORITHM:
        raise BadProof("a proof of another kind")
    if not isinstance(value, str) or not value.startswith("z") or not isinstance(method, str):
        raise BadProof("a proof of another kind")
    if "@context" in proof and proof["@context"] != document.get("@context"):
        raise BadProof("a proof made under other definitions")
    if "@context" in proof and suite == RDFC:
        raise BadProof("a proof of another shape")
    options = {key: part for key, part in proof.items() if key != "proofValue"}
    try:
        kind, _ = did_key.kind_and_key_in(method)
        if kind != ALGORITHM[suite]:
            raise BadProof("a key of another kind")
        signature = did_key.base58_decode(value[1:])
        message = bytes_to_sign(document, options, extra_contexts=extra_contexts)
        if not is_signature_good(method, signature, message):
            raise BadProof("the signature does not fit the document")
    except SignerMissing:
        raise
    except ValueError as reason:
        raise BadProof(str(reason) or "not readable") from reason
    return method
