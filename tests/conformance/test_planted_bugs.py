"""Bugs planted in what signs and checks: each attack fails against the code and succeeds against its mutant."""

import gzip
import inspect
import random
import sys
import types
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conformance.samples import DID, FACTS, OTHER, SIGNER, signed
from tests.mutants import Mutants
from xueqiao.domains.credits.signing import (
    canonical,
    credential,
    elements,
    jose,
    paper_code,
    proof,
    sd_jwt,
    shapes,
    status_list,
    time_log,
    trust,
)
from xueqiao.domains.credits.signing.did_key import key_in_method
from xueqiao.domains.credits.signing.jose import compact_json, encoded

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ASKED = {"audience": "https://employer.example", "nonce": "n1"}
WORDS = compact_json(["XQ26-7F3K-9MPQ-2WXH", "张桂兰", "课", "中心", "2026-11-23", 540, 250, 1, 5])
HOLDER = {"kty": "OKP", "crv": "Ed25519", "x": encoded(key_in_method(OTHER.method))}


def mutated(module: types.ModuleType, old: str, new: str) -> types.ModuleType:
    """Return a copy of `module` in which one place reads differently."""
    source = inspect.getsource(module)
    assert source.count(old) == 1, (module.__name__, old, source.count(old))
    copy = types.ModuleType(module.__name__)
    copy.__file__ = module.__file__
    known = sys.modules[module.__name__]
    sys.modules[module.__name__] = copy  # dataclasses look their module up
    try:
        exec(compile(source.replace(old, new), str(module.__file__), "exec"), copy.__dict__)
    finally:
        sys.modules[module.__name__] = known
    return copy


def accepts(act: Callable[[], object]) -> bool:
    """True unless the act is refused."""
    try:
        return bool(act())
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def proven(holder: dict | None = None) -> sd_jwt.Proof:
    return sd_jwt.made_proof(
        {"completed": True, "name": "张桂兰"},
        kind=sd_jwt.COMPLETION_TYPE,
        signer=SIGNER,
        made_at=NOW,
        expires_at=NOW + timedelta(days=7),
        random=random.Random(1).randbytes,
        holder_key=holder,
    )


def bound(**changed: Any) -> str:
    asked = {"signer": OTHER, "now": NOW, **ASKED} | changed
    return sd_jwt.bound(proven(HOLDER).showing(["completed"]), **asked)


def foreign_proof() -> dict:
    other = credential.credential_of(FACTS, issuer_did=DID)
    own = signed()
    foreign = proof.with_proofs(other, signer=OTHER, created="2026-11-23T11:00:00Z")["proof"][0]
    return {**own, "proof": [foreign, own["proof"][1]]}


def headed(**changed: Any) -> str:
    header = {"alg": "EdDSA", "typ": "vc+jwt", "kid": SIGNER.method} | changed
    first = encoded(compact_json(header)) + "." + encoded(b"{}")
    return first + "." + encoded(SIGNER.sign(first.encode()))


def stolen_list() -> Any:
    unsigned = status_list.list_credential(
        address="https://x.example/status/1/revocation/",
        issuer_did=DID,
        purpose="revocation",
        places=[],
        made_at=NOW,
        moment=credential.moment_text,
    )
    made = proof.with_proofs(unsigned, signer=SIGNER, created="2026-11-24T00:00:00Z", suites=[proof.RDFC])
    return credential.text_of(made)


def twins() -> dict:
    document = credential.credential_of(FACTS, issuer_did=DID)
    return {**document, "evidence": [{"type": ["Evidence"], "name": "一"}, {"type": ["Evidence"], "name": "一"}]}


def relative() -> dict:
    document = credential.credential_of(FACTS, issuer_did=DID)
    return {**document, "evidence": [{**document["evidence"][0], "id": "verify/1"}]}


def receipt_at(moment: datetime) -> tuple[time_log.Receipt, str]:
    leaf = time_log.leaf_of("x")
    head = time_log.head_of(number=1, previous=bytes(32), root=leaf, count=1, sealed_at=moment)
    return time_log.Receipt(1, 1, moment, bytes(32).hex(), ()), head.hex()


def proven_before(module: Any) -> bool:
    receipt, head = receipt_at(NOW)
    return bool(module.is_signing_time_proven("x", receipt, trust.Trust({}, {1: head}), NOW))


def proven_backdated(module: Any) -> bool:
    _, head = receipt_at(NOW)
    earlier = replace(receipt_at(NOW)[0], sealed_at=NOW - timedelta(days=9))
    return bool(module.is_signing_time_proven("x", earlier, trust.Trust({}, {1: head}), NOW))


def without_region() -> dict:
    document = signed()
    return {**document, "issuer": {**document["issuer"], "address": {"addressCountry": "中国"}}}


BUGS: list[tuple[types.ModuleType, str, str, str, Callable[[Any], bool]]] = [
    (proof, "one of two proofs is by somebody else", "len(methods) != 1 or", "False or",
     lambda m: accepts(lambda: m.require_proofs(foreign_proof()))),
    (proof, "the same proof counts twice", ' or len({proof["cryptosuite"] for proof in proofs}) != len(proofs)', "",
     lambda m: accepts(lambda: m.require_proofs({**signed(), "proof": [signed()["proof"][1]] * 2}))),
    (proof, "a proof for another purpose counts",
     '!= ("DataIntegrityProof", purpose)', '[:1] != ("DataIntegrityProof",)',
     lambda m: accepts(lambda: m.require_proofs(signed(), purpose="authentication"))),
    (sd_jwt, "a recorded showing is shown again",
     '(payload.get("aud"), payload.get("nonce"), payload.get("sd_hash")) !=',
     '(audience, nonce, payload.get("sd_hash")) !=',
     lambda m: accepts(lambda: m.read_shown(bound(nonce="n0"), now=NOW, **ASKED))),
    (sd_jwt, "more is shown than the holder signed for", '(audience, nonce, _digest(shown)):',
     '(audience, nonce, payload.get("sd_hash")):',
     lambda m: accepts(lambda: m.read_shown(
         proven(HOLDER).showing(["completed", "name"]) + bound().rpartition("~")[2], now=NOW, **ASKED))),
    (sd_jwt, "a claim nobody signed", "if _digest(text) not in digests:", "if False:",
     lambda m: accepts(lambda: m.read_shown(
         proven().token + "~" + encoded(compact_json(["AAAA", "hours_at_least_160", True])) + "~", now=NOW))),
    (sd_jwt, "a proof out of date", "not made_at <= now.timestamp() < expires_at", "False",
     lambda m: accepts(lambda: m.read_shown(proven().showing([]), now=NOW + timedelta(days=30)))),
    (sd_jwt, "an old signature of the holder", "or not -60 <= age <= BINDING_AGE_MAX.total_seconds()", "",
     lambda m: accepts(lambda: m.read_shown(bound(now=NOW - timedelta(days=1)), now=NOW, **ASKED))),
    (sd_jwt, "somebody else signs for the holder",
     'if not is_signature_good(method, decoded(parts[2]), f"{parts[0]}.{parts[1]}".encode()):', "if False:",
     lambda m: accepts(lambda: m.read_shown(bound(signer=SIGNER), now=NOW, **ASKED))),
    (jose, "a token that names no algorithm", 'header.get("alg") != ALGORITHM or ', "",
     lambda m: accepts(lambda: m.opened_token(headed(alg="none"), kind="vc+jwt"))),
    (jose, "a token of another kind", ' or header.get("typ") != kind', "",
     lambda m: accepts(lambda: m.opened_token(headed(typ="kb+jwt"), kind="vc+jwt"))),
    (jose, "a token with demands we do not know", ' or "crit" in header', "",
     lambda m: accepts(lambda: m.opened_token(headed(crit=["exp"]), kind="vc+jwt"))),
    (status_list, "bits counted from the other end", "bits[place >> 3] & (0x80 >> (place & 7))",
     "bits[place >> 3] & (0x01 << (place & 7))", lambda m: m.is_set(status_list.encoded_list([0]), 7)),
    (status_list, "a list of another length", "if len(bits) != BYTES:", "if False:",
     lambda m: accepts(lambda: not m.is_set("u" + encoded(gzip.compress(bytes(99_999))), 5))),
    (trust, "a thief's list counts", " or trust.keys[did] is not None", "",
     lambda m: accepts(lambda: m.checked_list(stolen_list(), trust.Trust({DID: NOW})))),
    (trust, "signed in the moment of the theft counts", "microseconds(receipt.sealed_at) >= microseconds(before)",
     "microseconds(receipt.sealed_at) > microseconds(before)", proven_before),
    (trust, "a head nobody published counts", "return trust.heads.get(receipt.number) == head_along(text, receipt)",
     "return bool(head_along(text, receipt))", proven_backdated),
    (time_log, "a head does not cover its moment",
     "    words += microseconds(sealed_at).to_bytes(8, \"big\", signed=True)\n", "",
     lambda m: len({m.head_of(number=1, previous=bytes(32), root=bytes(32), count=1, sealed_at=NOW + timedelta(days=n))
                    for n in range(2)}) == 1),
    (time_log, "a node passes for a leaf", 'hashlib.sha256(b"\\x01" + left + right)',
     'hashlib.sha256(b"\\x00" + left + right)',
     lambda m: m.tree_root([b"l" * 32, b"r" * 32]) == m.leaf_of("l" * 32 + "r" * 32)),
    (shapes, "unnamed nodes that look alike are named by chance",
     "if len({value for value, _ in hashes}) != len(hashes):\n        raise _TheLongWay", "if False:\n        pass",
     lambda m: m.swift_canonical_text(twins()) != canonical.canonical_text(twins())),
    (shapes, "an address that is none goes the short way", "if not _ABSOLUTE.match(value):", "if False:",
     lambda m: m.swift_canonical_text(relative()) != canonical.canonical_text(relative())),
    (elements, "a certificate without its region",
     '_text(address["addressCountry"]) and _text(address["addressRegion"])',
     '_text(address["addressCountry"])', lambda m: m.missing_elements(without_region()) == ()),
    (paper_code, "a signature for something else passes for paper", "decoded(parts[3]), _PREFIX + content)",
     "decoded(parts[3]), content)",
     lambda m: accepts(lambda: m.read_paper(".".join(
         ["XQ1", encoded(WORDS), SIGNER.method.partition("#")[2], encoded(SIGNER.sign(WORDS))])))),
]  # fmt: skip


@pytest.mark.parametrize(("module", "name", "old", "new", "attack"), BUGS, ids=[bug[1] for bug in BUGS])
def test_each_planted_bug_is_seen(
    module: types.ModuleType, name: str, old: str, new: str, attack: Callable[[Any], bool], mutants: Mutants
) -> None:
    assert not attack(module), "the attack succeeds against the code as it is"
    caught = attack(mutated(module, old, new))
    mutants.tell("certificates", name, caught=caught)
    assert caught
