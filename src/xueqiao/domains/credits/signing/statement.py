"""An account statement as a Comprehensive Learner Record (CLR 2.0): a person's certificates in one signed document.

The certificates stand in it exactly as they were signed, each with its own proofs; the statement's own proof
(`eddsa-jcs-2022`) covers them and the list of them. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xueqiao.domains.credits.signing.canonical import CLR_CONTEXT, OB_CONTEXT, VC_CONTEXT
from xueqiao.domains.credits.signing.credential import moment_text
from xueqiao.domains.credits.signing.did_key import ED25519
from xueqiao.domains.credits.signing.proof import JCS, SM2_JCS, with_proofs
from xueqiao.domains.credits.signing.signers import Signer


def statement_of(
    *,
    statement_uuid: str,
    person_name: str,
    platform_name: str,
    region_name: str,
    credential_texts: Sequence[str],
    made_at: datetime,
    signer: Signer,
) -> dict[str, Any]:
    """Return the signed statement over one or more credential texts. Raises ValueError without any."""
    credentials = [json.loads(text) for text in credential_texts]
    if not credentials:
        raise ValueError("a statement of nothing")
    document = {
        "@context": [VC_CONTEXT, CLR_CONTEXT, OB_CONTEXT],
        "id": f"urn:uuid:{statement_uuid}",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "学分账户证明",
        "issuer": {
            "id": signer.method.partition("#")[0],
            "type": ["Profile"],
            "name": platform_name,
            "address": {"type": ["Address"], "addressCountry": "中国", "addressRegion": region_name},
        },
        "validFrom": moment_text(made_at),
        "credentialSubject": {
            "type": ["ClrSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": person_name, "identityType": "name"}
            ],
            "achievement": [_plain(credential["credentialSubject"]["achievement"]) for credential in credentials],
            "verifiableCredential": credentials,
        },
    }
    suite = JCS if signer.algorithm == ED25519 else SM2_JCS
    return with_proofs(document, signer=signer, created=moment_text(made_at), suites=[suite])


def _plain(achievement: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in achievement.items() if key != "resultDescription"}
