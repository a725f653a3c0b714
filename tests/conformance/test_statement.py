"""The account statement: a CLR 2.0 with every certificate in it as it was signed."""

import json
from pathlib import Path

import jsonschema
import pytest

from tests.conformance.independent import asked
from tests.conformance.samples import FACTS, SIGNER, random_facts, signed
from xueqiao.domains.credits.signing import credential, proof, statement

SCHEMA = json.loads((Path(__file__).parent / "clr" / "clr_v2p0_clrcredential_schema_draft4.json").read_text())


def made(count: int = 3) -> dict:
    texts = [credential.text_of(signed(facts)) for facts in (FACTS, *random_facts(count - 1))]
    return statement.statement_of(
        statement_uuid="019ab000-0000-7000-8000-00000000ffff",
        person_name="张桂兰",
        platform_name="学桥终身学习平台",
        region_name="江苏省",
        credential_texts=texts,
        made_at=FACTS.issued_at,
        signer=SIGNER,
    )


def as_of_draft(document: dict) -> dict:
    """Return the statement in the words the schema knows: the three differences named in clr/README.md, no others."""

    def older(value: object) -> object:
        if isinstance(value, list):
            return [older(part) for part in value]
        if not isinstance(value, dict):
            return value
        if value.get("identityType") == "name":
            return {**value, "identityType": "ext:name"}
        if value.get("type") == "BitstringStatusListEntry":
            return {"id": value["id"], "type": value["type"]}
        renamed = {key: older(part) for key, part in value.items()}
        return {**renamed, "issuanceDate": value["validFrom"]} if "validFrom" in value else renamed

    return older(document)  # type: ignore[return-value]


def test_it_follows_the_published_schema_and_holds_the_certificates_unchanged() -> None:
    document = made()
    validator = jsonschema.Draft4Validator(SCHEMA)
    assert [error.message for error in validator.iter_errors(as_of_draft(document))] == []
    assert list(validator.iter_errors(document)), "the schema would accept anything"
    del document["credentialSubject"]["type"]
    assert list(validator.iter_errors(as_of_draft(document))), "the schema would accept anything"
    document = made()
    inside = document["credentialSubject"]["verifiableCredential"]
    assert inside[0] == signed()
    assert [proof.require_proofs(part) for part in inside] == [SIGNER.method] * 3
    assert proof.require_proofs(document) == SIGNER.method


def test_a_certificate_cannot_be_taken_out_or_put_in() -> None:
    for change in (
        lambda entries: entries.pop(),
        lambda entries: entries.append(entries[0]),
        lambda entries: entries.reverse(),
        lambda entries: entries[1].update(name="别的证书"),
    ):
        document = json.loads(json.dumps(made(), ensure_ascii=False))
        change(document["credentialSubject"]["verifiableCredential"])
        with pytest.raises(proof.BadProof):
            proof.require_proofs(document)
    with pytest.raises(ValueError, match="a statement of nothing"):
        statement.statement_of(
            statement_uuid="x",
            person_name="x",
            platform_name="x",
            region_name="x",
            credential_texts=[],
            made_at=FACTS.issued_at,
            signer=SIGNER,
        )


def test_others_read_it_too() -> None:
    good = credential.text_of(made())
    answer = asked(credentials=[good, good.replace("张桂兰", "张桂英", 1)])["credentials"]
    assert [entry["verified"] for entry in answer] == [True, False], answer
