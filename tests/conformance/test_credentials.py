"""Certificates against the documents they claim to follow, and against everybody who changes one."""

import hashlib
import json
import random
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from tests.conformance.samples import DID, FACTS, OTHER, signed
from xueqiao.domains.credits.errors.certificates import ContextNotShipped
from xueqiao.domains.credits.errors.signing import ElementMissing
from xueqiao.domains.credits.signing import canonical, credential, elements, proof
from xueqiao.domains.credits.signing.file_check import verify_file

HERE = Path(__file__).parent


def test_contexts_are_the_published_files_and_nothing_else_is_read() -> None:
    page = (canonical.FOLDER / "README.md").read_text()
    for name in canonical.SHIPPED.values():
        digest = hashlib.sha256((canonical.FOLDER / name).read_bytes()).hexdigest()
        assert f"{name} |" in page
        assert digest in page
    with pytest.raises(ContextNotShipped):
        canonical.load_document("https://example.com/other.jsonld")


OPEN_BADGES = json.loads((HERE / "open_badges" / "ob_v3p0_achievementcredential_schema.json").read_text())
CREDENTIAL_2 = json.loads((HERE / "vc_data_model" / "verifiable-credential-schema.json").read_text())
MICRO = json.loads((canonical.FOLDER.parent / "microcredential.schema.json").read_text())


@pytest.mark.parametrize("hundredths", [0, 50, 100, 250])
@pytest.mark.parametrize("place", [-1, 94_567])
def test_a_certificate_validates_against_the_published_schemas(hundredths: int, place: int) -> None:
    address = "https://xueqiao.example/status/1/revocation/" if place >= 0 else ""
    document = signed(replace(FACTS, amount_hundredths=hundredths, status_address=address, status_place=place))
    badges = jsonschema.Draft201909Validator(OPEN_BADGES)
    data_model = jsonschema.Draft202012Validator(CREDENTIAL_2)
    micro = jsonschema.Draft202012Validator(MICRO)
    for validator in (badges, data_model, micro):
        assert [error.message for error in validator.iter_errors(document)] == []
    del document["credentialSubject"]["achievement"]["criteria"]
    assert list(badges.iter_errors(document)), "the schema would accept anything"
    del document["issuer"]
    assert list(data_model.iter_errors(document)), "the schema would accept anything"


def test_each_element_of_a_micro_credential_is_asked_for_by_rule_and_by_schema() -> None:
    micro = jsonschema.Draft202012Validator(MICRO)
    assert elements.missing_elements(signed()) == ()

    def without(change: object) -> dict:
        document = json.loads(credential.text_of(signed()))
        change(document, document["credentialSubject"], document["credentialSubject"]["achievement"])  # type: ignore[operator]
        return document

    def rename(name: str) -> object:
        def change(_d: dict, _s: dict, achievement: dict) -> None:
            next(part for part in achievement["resultDescription"] if part["name"] == name)["name"] = "其他"

        return change

    changes = {
        "学员姓名": lambda _d, s, _a: s["identifier"][0].update(identityHash=" "),
        "名称": lambda _d, _s, a: a.update(name=""),
        "签发国家和地区": lambda d, _s, _a: d["issuer"]["address"].pop("addressRegion"),
        "颁发单位": lambda _d, _s, a: a.pop("creator"),
        "签发日期": lambda d, _s, _a: d.pop("awardedDate"),
        "学习成果": lambda _d, _s, a: a.update(description=" "),
        **{words: rename(name) for name, words in elements.RESULT_ELEMENTS.items()},
    }
    assert set(changes) == set(elements._ELEMENTS)
    for name, change in changes.items():
        document = without(change)
        assert elements.missing_elements(document) == (name,)
        assert list(micro.iter_errors(document)), name
        with pytest.raises(ElementMissing) as refusal:
            elements.require_elements(document)
        assert name in refusal.value.message


def test_it_states_every_element_of_a_micro_credential_and_nothing_more_of_the_person() -> None:
    text = credential.text_of(signed())
    for words in (
        "张桂兰", "手机支付与防诈骗", "江苏省", "学桥终身学习平台", "2026-11-23T11:00:00Z", "会用手机付钱", "9 学时",
        "等级：", "考核方式：", "学习形式：", "质量保证：", '"creditsEarned":2.5', "出勤 6/8 次",
    ):  # fmt: skip
        assert words in text, words
    for words in ("1957", "phone", "birth", "100000", "合德镇城东"):
        assert words not in text


def test_a_thousand_changes_of_one_byte_are_all_refused() -> None:
    original = credential.text_of(signed()).encode()
    assert verify_file(original, trusted_keys=[DID]).state == "valid"
    random_source = random.Random(20261123)
    accepted = []
    for _ in range(1000):
        changed = bytearray(original)
        position = random_source.randrange(len(changed))
        changed[position] ^= 1 << random_source.randrange(8)
        verdict = verify_file(bytes(changed), trusted_keys=[DID])
        if verdict.state == "valid":
            accepted.append((position, bytes(changed[max(0, position - 20) : position + 20])))
    assert accepted == []


def test_words_added_outside_the_signature_are_refused() -> None:
    for path, value in (
        (("note",), "优秀毕业生"),
        (("credentialSubject", "honour"), "优秀"),
        (("credentialSubject", "achievement", "name_en"), "x"),
        (("proof", 0, "comment"), "x"),
        (("proof", 1, "comment"), "x"),
    ):
        document = signed()
        part = document
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value
        assert verify_file(credential.text_of(document).encode(), trusted_keys=[DID]).state == "invalid", path
    twice = credential.text_of(signed()).replace('{"@context"', '{"name":"别的证书","@context"', 1)
    assert verify_file(twice.encode()).state == "unreadable"


def test_somebody_elses_signature_is_not_ours() -> None:
    document = credential.credential_of(FACTS, issuer_did=DID)
    forged = proof.with_proofs(document, signer=OTHER, created="2026-11-23T11:00:00Z")
    assert verify_file(credential.text_of(forged).encode(), trusted_keys=[DID]).state == "invalid"
    other_did = OTHER.method.partition("#")[0]
    own = proof.with_proofs(
        credential.credential_of(FACTS, issuer_did=other_did), signer=OTHER, created="2026-11-23T11:00:00Z"
    )
    verdict = verify_file(credential.text_of(own).encode(), trusted_keys=[DID])
    assert (verdict.state, verdict.is_issuer_trusted) == ("invalid", False)


def test_every_proof_must_hold_and_come_from_one_key() -> None:
    good = signed()
    rdfc, jcs = good["proof"]
    foreign = proof.with_proofs(
        credential.credential_of(FACTS, issuer_did=DID), signer=OTHER, created="2026-11-23T11:00:00Z"
    )["proof"]
    for proofs in (
        [rdfc, {**jcs, "proofValue": rdfc["proofValue"]}],
        [{**rdfc, "proofValue": jcs["proofValue"]}, jcs],
        [rdfc, foreign[1]],
        [rdfc, rdfc],
        [rdfc, jcs, jcs],
        [],
        None,
        [rdfc, {**jcs, "@context": jcs["@context"][:1]}],
        [{**rdfc, "cryptosuite": "eddsa-2022"}],
        [{**rdfc, "proofPurpose": "authentication"}],
    ):
        text = credential.text_of({**good, "proof": proofs}).encode()
        assert verify_file(text, trusted_keys=[DID]).state == "invalid", proofs
    for proofs in ([rdfc], [jcs], rdfc, [jcs, rdfc]):
        assert verify_file(credential.text_of({**good, "proof": proofs}).encode(), trusted_keys=[DID]).state == "valid"


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b"%PDF-1.7 nothing", b"\x00" * 100, b"[" * 5000, b'{"a":' * 3000, b"1e999"]
)
def test_no_content_breaks_the_check(content: bytes) -> None:
    assert verify_file(content).state in {"invalid", "unreadable"}
