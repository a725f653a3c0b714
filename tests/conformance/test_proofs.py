"""Signatures against the published examples of those who wrote the specifications, byte for byte."""

import json
import os
from pathlib import Path

import pytest

from tests.conformance.samples import FACTS, SIGNER, random_facts
from xueqiao.domains.credits.signing import canonical, credential, did_key, jcs, jose, proof, shapes, signers

HERE = Path(__file__).parent
VECTORS = HERE / "vc_di_eddsa"
EXAMPLES = {
    "https://www.w3.org/ns/credentials/examples/v2": {
        "@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}
    }
}


def read(name: str) -> str:
    return (VECTORS / name).read_text(encoding="utf-8")


def w3c_signer() -> signers.Ed25519Signer:
    secret = json.loads(read("keyPair.json"))["privateKeyMultibase"]
    return signers.Ed25519Signer(did_key.private_key_of(secret))


@pytest.mark.parametrize(("signed_name", "folder"), [("signedDataInt.json", "DataInt"), ("jcs/signedJCS.json", "JCS")])
def test_the_w3c_vectors_come_out_byte_for_byte(signed_name: str, folder: str) -> None:
    def name(part: str) -> str:
        return signed_name.rpartition("signed")[0] + f"{part}{folder}.txt"

    expected = json.loads(read(signed_name))
    document = {key: part for key, part in expected.items() if key != "proof"}
    options = {key: part for key, part in expected["proof"].items() if key != "proofValue"}
    if options["cryptosuite"] == proof.RDFC:
        configuration = {"@context": document["@context"], **options}
        texts = [canonical.canonical_text(part, extra_contexts=EXAMPLES) for part in (document, configuration)]
    else:
        texts = [jcs.canonical_bytes(part).decode() for part in (document, options)]
    assert texts == [read(name("canonDoc")), read(name("proofCanon"))]
    message = proof.bytes_to_sign(document, options, extra_contexts=EXAMPLES)
    assert message.hex() == read(name("proofHash")).strip() + read(name("docHash")).strip()
    signer = w3c_signer()
    assert signer.method == options["verificationMethod"]
    assert "z" + did_key.base58_encode(signer.sign(message)) == expected["proof"]["proofValue"]
    assert proof.require_proofs(expected, extra_contexts=EXAMPLES) == options["verificationMethod"]
    if options["cryptosuite"] == proof.JCS:
        ours = proof.with_proofs(document, signer=signer, created=options["created"], suites=[proof.JCS])
        assert ours["proof"] == [expected["proof"]]


def test_numbers_and_texts_are_written_as_rfc_8785_says() -> None:
    """Section 3.2.2, 3.2.3 and appendix B."""
    given = json.loads(
        '{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],'
        ' "string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}'
    )
    assert jcs.canonical_bytes(given).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    order = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(jcs.canonical_bytes(order))) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]
    for number, text in (
        (-0.0, "0"), (5e-324, "5e-324"), (1.7976931348623157e308, "1.7976931348623157e+308"), (1e21, "1e+21"),
        (9.999999999999997e22, "9.999999999999997e+22"), (295147905179352830000.0, "295147905179352830000"),
        (999999999999999700000.0, "999999999999999700000"), (1e-6, "0.000001"), (1e-7, "1e-7"), (-4.5, "-4.5"),
        (9007199254740992, "9007199254740992"), (1424953923781206.2, "1424953923781206.2"),
        (100.0, "100"), (0.5, "0.5"),
    ):  # fmt: skip
        assert jcs.number_text(number) == text
    for nonsense in (float("nan"), float("inf"), 2**53 + 1, "\ud800", {1: 2}, {"a": object()}):
        with pytest.raises(jcs.NotCanonical):
            jcs.canonical_bytes(nonsense)


def test_a_token_is_signed_as_rfc_8037_shows() -> None:
    """Appendix A.4: key, input and signature of a JWS with Ed25519."""
    private = jose.decoded("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
    token = jose.signed_token({}, b"Example of Ed25519 signing", signer=signers.Ed25519Signer(private))
    assert token == (
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )


def test_a_certificate_as_token_opens_and_nothing_else_does() -> None:
    document = credential.credential_of(FACTS, issuer_did="did:key:x")
    token = jose.credential_token(document, signer=SIGNER)
    header, payload = jose.opened_token(token, kind="vc+jwt")
    assert (header, payload) == ({"alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "kid": SIGNER.method}, document)
    head, body, signature = token.split(".")

    def headed(**changed: object) -> str:
        return jose.encoded(jose.compact_json({**header, **changed})) + f".{body}.{signature}"

    for wrong in (
        headed(alg="none"), headed(alg="HS256"), headed(typ="JWT"), headed(crit=["x"]), headed(kid="did:key:zzz#zzz"),
        headed(kid=None), f"{head}.{body}.", f"{head}.{body}", token + "=", f"{head}.{body}x.{signature}", "", "...",
        f"{head}.{body}.{signature[:-1]}{'A' if signature[-1] != 'A' else 'Q'}",
    ):  # fmt: skip
        with pytest.raises(jose.BadToken):
            jose.opened_token(wrong, kind="vc+jwt")


def test_random_certificates_have_the_same_canonical_text_both_ways() -> None:
    """Two hundred of them; a thousand with XUEQIAO_LONG, as pyld takes a while for each."""
    shapes._shape.cache_clear()
    for facts in random_facts(1000 if os.environ.get("XUEQIAO_LONG") else 200):
        document = credential.credential_of(facts, issuer_did=SIGNER.method.partition("#")[0])
        assert shapes.swift_canonical_text(document) == canonical.canonical_text(document)
    found = shapes._shape.cache_info()
    assert found.hits > found.misses, "the short way was never taken"


def test_what_is_not_plainly_of_a_known_shape_goes_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def counted(document: dict) -> str:
        asked.append(document)
        return canonical.canonical_text(document)

    monkeypatch.setattr(shapes, "canonical_text", counted)
    plain = credential.credential_of(FACTS, issuer_did="did:key:z6Mk")
    assert shapes.swift_canonical_text(plain) == canonical.canonical_text(plain)
    assert asked == []
    twins = json.loads(json.dumps(plain))
    twins["evidence"] = [{"type": ["Evidence"], "name": "一"}, {"type": ["Evidence"], "name": "一"}]
    tab = {**plain, "name": "a\tb"}
    relative = {**plain, "evidence": [{**plain["evidence"][0], "id": "verify/1"}]}
    for document in (twins, tab, relative):
        before = len(asked)
        assert shapes.swift_canonical_text(document) == canonical.canonical_text(document)
        assert len(asked) == before + 1, document
    with pytest.raises(canonical.UndefinedTerm):
        shapes.swift_canonical_text({**plain, "note": "优秀毕业生"})


SM2_PUBLIC = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
SM2_PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
SM2_SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
needs_sm2 = pytest.mark.skipif(not signers.has_sm2(), reason="NO SM2 PROVIDER: pip install 'xueqiao[guomi]'")


@needs_sm2
def test_sm2_and_sm3_follow_the_examples_of_the_standards() -> None:
    """GB/T 32918.5-2017 appendix A.2 (signature of "message digest"); GB/T 32905-2016 appendix A.1 (hash of "abc")."""
    assert signers.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    method = signers.Sm2Signer(SM2_PRIVATE + SM2_PUBLIC).method
    assert signers.is_signature_good(method, SM2_SIGNATURE, b"message digest")
    assert not signers.is_signature_good(method, SM2_SIGNATURE, b"message digesT")


@needs_sm2
def test_a_certificate_by_an_sm2_key_is_checked_like_any_other() -> None:
    signer = signers.signer_of(did_key.SM2, signers.new_private_key(did_key.SM2))
    did = signer.method.partition("#")[0]
    document = credential.credential_of(FACTS, issuer_did=did)
    signed = proof.with_proofs(document, signer=signer, created="2026-11-23T11:00:00Z")
    assert [part["cryptosuite"] for part in signed["proof"]] == [proof.SM2_JCS]
    assert proof.require_proofs(signed) == signer.method
    for wrong in (
        {**signed, "name": "别的证书"},
        {**signed, "proof": [{**signed["proof"][0], "cryptosuite": proof.JCS}]},
        {**signed, "proof": [{**signed["proof"][0], "verificationMethod": SIGNER.method}]},
    ):
        with pytest.raises(proof.BadProof):
            proof.require_proofs(wrong)
