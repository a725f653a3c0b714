"""The interface for outside test suites: signs and checks any credential, with a key nobody trusts."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.conformance.samples import OTHER, signed
from xueqiao.domains.credits.signing import did_key
from xueqiao.domains.credits.signing.proof import JCS, bytes_to_sign

pytestmark = [pytest.mark.django_db, pytest.mark.urls("xueqiao.channels.web.verify.vc_api")]
CONTEXT = "https://www.w3.org/ns/credentials/v2"
PLAIN = {
    "@context": [CONTEXT],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:suite",
    "validFrom": "2020-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:holder"},
}


def asked(path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = Client(enforce_csrf_checks=True).post(path, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_what_it_signs_it_accepts_and_what_was_changed_it_does_not(suite: str) -> None:
    status, made = asked("/credentials/issue", credential=PLAIN, options={"cryptosuite": suite})
    assert status == 201
    credential = made["verifiableCredential"]
    assert credential["issuer"].startswith("did:key:z6Mk")
    assert asked("/credentials/verify", verifiableCredential=credential) == (200, {"verified": True, "errors": []})
    changed = {**credential, "credentialSubject": {"id": "did:example:other"}}
    status, verdict = asked("/credentials/verify", verifiableCredential=changed)
    assert (status, verdict["verified"]) == (400, False)
    foreign = {**credential, "issuer": "did:example:other"}
    assert asked("/credentials/verify", verifiableCredential=foreign)[0] == 400


def test_faults_of_the_data_model_are_named() -> None:
    for change, name in (
        ({"@context": []}, "@context"), ({"@context": ["https://example.com"]}, "@context"), ({"type": ["x"]}, "type"),
        ({"credentialSubject": {}}, "credentialSubject"), ({"credentialSubject": []}, "credentialSubject"),
        ({"id": "not an address"}, "id"), ({"validFrom": "yesterday"}, "validFrom"), ({"proof": {}}, "proof"),
        ({"validUntil": "2020-01-01T00:00:00"}, "validUntil"),
    ):  # fmt: skip
        status, answer = asked("/credentials/issue", credential={**PLAIN, **change})
        assert (status, name in answer["errors"][0]) == (400, True), (change, answer)
    assert asked("/credentials/issue", credential=PLAIN, options={"cryptosuite": "ecdsa-rdfc-2019"})[0] == 400
    assert asked("/credentials/issue", credential={**PLAIN, "unknown": "words"})[0] == 400
    expired = asked("/credentials/issue", credential={**PLAIN, "validUntil": "2021-01-01T00:00:00Z"})[1]
    assert asked("/credentials/verify", **expired)[1]["errors"] == ["validUntil"]
    for nonsense in (None, [], "x", {}, {"proof": 1}):
        assert asked("/credentials/verify", verifiableCredential=nonsense)[0] == 400
        assert asked("/presentations/verify", verifiablePresentation=nonsense)[0] == 400


def presented(challenge: str) -> dict[str, Any]:
    document = {"@context": [CONTEXT], "type": ["VerifiablePresentation"], "verifiableCredential": [signed()]}
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": JCS,
        "created": "2026-11-23T11:00:00Z",
        "verificationMethod": OTHER.method,
        "proofPurpose": "authentication",
        "challenge": challenge,
        "domain": "example.com",
        "@context": [CONTEXT],
    }
    value = "z" + did_key.base58_encode(OTHER.sign(bytes_to_sign(document, options)))
    return {**document, "proof": {**options, "proofValue": value}}


def test_a_presentation_is_checked_with_its_challenge_and_every_credential_in_it() -> None:
    asking = {"challenge": "c1", "domain": "example.com"}
    good = presented("c1")
    bare = {key: part for key, part in good.items() if key != "proof"}
    for presentation in (good, bare):
        assert asked("/presentations/verify", verifiablePresentation=presentation, options=asking)[0] == 200
    assert asked("/presentations/verify", verifiablePresentation=good, options={**asking, "challenge": "c2"})[0] == 400
    spoilt = {**bare, "verifiableCredential": [{**signed(), "name": "别的证书"}]}
    assert asked("/presentations/verify", verifiablePresentation=spoilt, options=asking)[0] == 400
    swapped = {**good, "verifiableCredential": []}
    assert asked("/presentations/verify", verifiablePresentation=swapped, options=asking)[0] == 400
    asserted = {**good, "proof": {**good["proof"], "proofPurpose": "assertionMethod"}}
    assert asked("/presentations/verify", verifiablePresentation=asserted, options=asking)[0] == 400


@pytest.mark.urls("xueqiao.server.urls")
def test_it_is_off_unless_asked_for() -> None:
    assert settings.VC_API is False
    assert Client().post("/vc-api/credentials/issue").status_code == 404
