"""Certificates against the documents they claim to follow, and against an implementation nobody here wrote."""

import hashlib
import json
import os
import random
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from xueqiao.domains.credits.errors.certificates import ContextNotShipped
from xueqiao.domains.credits.signing import canonical, credential, did_key, proof
from xueqiao.domains.credits.signing.file_check import verify_file

HERE = Path(__file__).parent
VECTORS = HERE / "vc_di_eddsa"
EXAMPLES = {
    "https://www.w3.org/ns/credentials/examples/v2": {
        "@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
    }
}
PRIVATE = hashlib.sha256(b"a key of the tests").digest()
DID = did_key.did_of(Ed25519PrivateKey.from_private_bytes(PRIVATE).public_key().public_bytes_raw())
FACTS = credential.Facts(
    certificate_uuid="019ab000-0000-7000-8000-000000000001",
    code="XQ26-7F3K-9MPQ-2WXH",
    person_name="张桂兰",
    title="手机支付与防诈骗",
    course_code="C402",
    course_uuid="019ab000-0000-7000-8000-000000000002",
    category="生活技能",
    outcomes=("会用手机付钱", "认得出三种常见骗局"),
    institution_name="合德镇社区教育中心",
    institution_uuid="019ab000-0000-7000-8000-000000000003",
    region_name="江苏省",
    platform_name="学桥终身学习平台",
    issued_at=datetime(2026, 11, 23, 11, tzinfo=UTC),
    starts_on=date(2026, 10, 7),
    ends_on=date(2026, 11, 23),
    sessions_attended=6,
    sessions_held=8,
    minutes=540,
    amount_hundredths=250,
    rule_text="出勤 6/8 次，满足《社区教育学分认定规则（默认稿）》第 3 条。",
    evidence_address="https://xueqiao.example/verify/XQ26-7F3K-9MPQ-2WXH/",
)


def signed(facts: credential.Facts = FACTS) -> dict:
    document = credential.credential_of(facts, issuer_did=DID)
    created = credential.moment_text(facts.issued_at)
    with_one = proof.with_proof(document, private_key=PRIVATE, method=did_key.method_of(DID), created=created)
    return credential.as_issued(with_one)


def test_the_w3c_vector_comes_out_byte_for_byte() -> None:
    expected = json.loads((VECTORS / "signedDataInt.json").read_text())
    document = json.loads((VECTORS / "unsigned.json").read_text())
    options = {k: v for k, v in expected["proof"].items() if k != "proofValue"}
    text = canonical.canonical_text(document, extra_contexts=EXAMPLES)
    assert text == (VECTORS / "canonDocDataInt.txt").read_text()
    configuration = {"@context": document["@context"], **options}
    assert (
        canonical.canonical_text(configuration, extra_contexts=EXAMPLES)
        == (VECTORS / "proofCanonDataInt.txt").read_text()
    )
    message = proof.bytes_to_sign(document, options, extra_contexts=EXAMPLES)
    hashes = (VECTORS / "proofHashDataInt.txt").read_text() + (VECTORS / "docHashDataInt.txt").read_text()
    assert message.hex() == hashes
    secret = json.loads((VECTORS / "keyPair.json").read_text())["privateKeyMultibase"]
    ours = proof.with_proof(
        document,
        private_key=did_key.private_key_of(secret),
        method=options["verificationMethod"],
        created=options["created"],
        extra_contexts=EXAMPLES,
    )
    assert ours == expected
    assert proof.require_proof(expected, extra_contexts=EXAMPLES) == options["verificationMethod"]


def test_contexts_are_the_published_files_and_nothing_else_is_read() -> None:
    page = (canonical.FOLDER / "README.md").read_text()
    for name in canonical.SHIPPED.values():
        digest = hashlib.sha256((canonical.FOLDER / name).read_bytes()).hexdigest()
        assert f"{name} |" in page
        assert digest in page
    with pytest.raises(ContextNotShipped):
        canonical.load_document("https://example.com/other.jsonld")


@pytest.mark.parametrize("hundredths", [0, 50, 100, 250])
def test_a_certificate_validates_against_the_schema_of_open_badges(hundredths: int) -> None:
    schema = json.loads((HERE / "open_badges" / "ob_v3p0_achievementcredential_schema.json").read_text())
    validator = jsonschema.Draft201909Validator(schema)
    document = signed(replace(FACTS, amount_hundredths=hundredths))
    assert [error.message for error in validator.iter_errors(document)] == []
    del document["credentialSubject"]["achievement"]["criteria"]
    assert list(validator.iter_errors(document)), "the schema would accept anything"


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
    other = Ed25519PrivateKey.generate()
    method = did_key.method_of(did_key.did_of(other.public_key().public_bytes_raw()))
    document = credential.credential_of(FACTS, issuer_did=DID)
    forged = proof.with_proof(
        document, private_key=other.private_bytes_raw(), method=method, created="2026-11-23T11:00:00Z"
    )
    assert verify_file(credential.text_of(forged).encode(), trusted_keys=[DID]).state == "invalid"
    own = proof.with_proof(
        credential.credential_of(FACTS, issuer_did=method.partition("#")[0]),
        private_key=other.private_bytes_raw(),
        method=method,
        created="2026-11-23T11:00:00Z",
    )
    verdict = verify_file(credential.text_of(own).encode(), trusted_keys=[DID])
    assert (verdict.state, verdict.is_issuer_trusted) == ("invalid", False)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b"%PDF-1.7 nothing", b"\x00" * 100, b"[" * 5000, b'{"a":' * 3000, b"1e999"]
)
def test_no_content_breaks_the_check(content: bytes) -> None:
    assert verify_file(content).state in {"invalid", "unreadable"}


def node_modules() -> str | None:
    """XUEQIAO_NODE_MODULES names a folder holding node_modules with the @digitalbazaar packages."""
    folder = os.environ.get("XUEQIAO_NODE_MODULES", "")
    has_suite = (Path(folder) / "node_modules/@digitalbazaar/eddsa-rdfc-2022-cryptosuite").exists() if folder else False
    return folder if has_suite and shutil.which("node") else None


@pytest.mark.skipif(
    node_modules() is None,
    reason="NO NODE MODULES: npm install @digitalbazaar/data-integrity @digitalbazaar/eddsa-rdfc-2022-cryptosuite "
    "@digitalbazaar/ed25519-multikey jsonld-signatures; name the folder in XUEQIAO_NODE_MODULES",
)
@pytest.mark.parametrize("hundredths", [0, 50, 100, 250])
def test_an_implementation_nobody_here_wrote_accepts_ours_and_refuses_a_change(tmp_path: Path, hundredths: int) -> None:
    document = signed(replace(FACTS, amount_hundredths=hundredths))
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(credential.text_of(document), encoding="utf-8")
    bad.write_text(credential.text_of(document).replace("张桂兰", "张桂英"), encoding="utf-8")
    for file, verified in ((good, True), (bad, False)):
        command = ["node", str(HERE / "node" / "verify.mjs"), str(node_modules()), str(file), str(canonical.FOLDER)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert answer["verified"] is verified, answer
