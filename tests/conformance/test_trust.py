"""What an offline check leans on: stolen keys, receipts of the time log, status lists and their age; codes on paper."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.conformance.samples import DID, FACTS, HOST, OTHER, SIGNER, signed, token
from xueqiao.domains.credits.signing import credential, paper_code, status_list, time_log, trust
from xueqiao.domains.credits.signing.file_check import verify_file
from xueqiao.domains.credits.signing.jose import BadToken
from xueqiao.domains.credits.signing.proof import RDFC, with_proofs

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SEALED = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = credential.text_of(signed())


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13, 64, 100])
def test_every_leaf_finds_its_way_to_the_root_and_no_other_leaf_does(count: int) -> None:
    leaves = [time_log.leaf_of(str(number)) for number in range(count)]
    root = time_log.tree_root(leaves)
    for place, leaf in enumerate(leaves):
        path = time_log.path_of(leaves, place)
        assert time_log.root_along(leaf, path) == root
        assert time_log.root_along(time_log.leaf_of("x"), path) != root


def sealed() -> tuple[str, time_log.Receipt]:
    leaves = [time_log.leaf_of(text) for text in ("a", TEXT, "b")]
    head = time_log.head_of(number=7, previous=b"\x07" * 32, root=time_log.tree_root(leaves), count=3, sealed_at=SEALED)
    receipt = time_log.Receipt(7, 3, SEALED, (b"\x07" * 32).hex(), tuple(time_log.path_of(leaves, 1)))
    return head.hex(), receipt


def stolen(at: datetime, head: str) -> trust.Trust:
    return trust.Trust({DID: at}, {7: head})


def state(leaning: trust.Trust, receipt: time_log.Receipt | None, text: str = TEXT) -> str:
    body = json.dumps(receipt.as_dict()).encode() if receipt else None
    return verify_file(text.encode(), trust=leaning, receipt=body, now=NOW).state


def test_what_a_stolen_key_signed_counts_only_with_a_receipt_from_before_the_theft() -> None:
    head, receipt = sealed()
    later = SEALED + timedelta(seconds=1)
    assert state(stolen(later, head), receipt) == "valid"
    assert state(stolen(later, head), None) == "invalid"
    assert state(stolen(SEALED, head), receipt) == "invalid"
    assert state(stolen(later, "00" * 32), receipt) == "invalid"
    assert state(trust.Trust({DID: later}), receipt) == "invalid"
    for wrong in (
        replace(receipt, sealed_at=SEALED - timedelta(days=1)),
        replace(receipt, count=2),
        replace(receipt, number=6),
        replace(receipt, previous="08" * 32),
        replace(receipt, path=receipt.path[:1]),
        replace(receipt, path=("X" + "00" * 32,)),
    ):
        assert state(stolen(later, head), wrong) == "invalid", wrong


def test_a_thief_who_writes_an_earlier_date_gains_nothing() -> None:
    head, receipt = sealed()
    backdated = credential.text_of(signed(replace(FACTS, issued_at=SEALED - timedelta(days=300), person_name="王五")))
    assert state(stolen(SEALED + timedelta(days=1), head), receipt, backdated) == "invalid"
    assert verify_file(token().encode(), trust=stolen(SEALED + timedelta(days=1), head)).state == "invalid"


def listed(purpose: str, places: list[int], made_at: datetime = NOW, signer: object = SIGNER) -> str:
    unsigned = status_list.list_credential(
        address=f"{HOST}/status/1/{purpose}/",
        issuer_did=signer.method.partition("#")[0],  # type: ignore[attr-defined]
        purpose=purpose,
        places=places,
        made_at=made_at,
        moment=credential.moment_text,
    )
    return credential.text_of(with_proofs(unsigned, signer=signer, created="2026-11-24T00:00:00Z", suites=[RDFC]))  # type: ignore[arg-type]


def on_list(place: int = 5) -> bytes:
    facts = replace(FACTS, status_address=f"{HOST}/status/1/revocation/", status_place=place)
    return credential.text_of(signed(facts)).encode()


def leaning_on(*lists: str) -> trust.Trust:
    plain = trust.trust_of([DID])
    return replace(plain, lists=tuple(trust.checked_list(text, plain) for text in lists))


def test_revoked_and_suspended_are_told_apart_and_the_age_of_the_list_is_said() -> None:
    nobody = listed("suspension", [])
    cases = [
        ([listed("revocation", [5]), nobody], "revoked"),
        ([listed("revocation", [4, 6]), listed("suspension", [5])], "suspended"),
        ([listed("revocation", [4, 6]), nobody], "valid"),
        ([listed("suspension", [5])], "suspended"),
    ]
    for lists, expected in cases:
        assert verify_file(on_list(), trust=leaning_on(*lists), now=NOW).state == expected
    fresh = verify_file(on_list(), trust=leaning_on(listed("revocation", []), nobody), now=NOW + timedelta(hours=3))
    assert "3 小时前" in fresh.notes[0]
    old = verify_file(on_list(), trust=leaning_on(listed("revocation", []), nobody), now=NOW + timedelta(hours=30))
    assert "已经过期" in old.notes[0]
    without = verify_file(on_list(), trust=leaning_on(), now=NOW)
    assert "看不出是否已被撤销" in without.notes[0]


def test_a_list_that_is_changed_foreign_or_by_a_stolen_key_is_refused() -> None:
    plain = trust.trust_of([DID])
    good = listed("revocation", [5])
    empty = json.loads(listed("revocation", []))["credentialSubject"]["encodedList"]
    changed = json.loads(good)
    changed["credentialSubject"]["encodedList"] = empty
    for text in (credential.text_of(changed), listed("revocation", [], signer=OTHER), "{}", "[]", "x", TEXT):
        with pytest.raises(trust.BadTrust):
            trust.checked_list(text, plain)
    with pytest.raises(trust.BadTrust):
        trust.checked_list(good, trust.Trust({DID: NOW}))


def test_a_file_of_keys_is_read_as_it_was_written() -> None:
    text = trust.keys_file(
        [
            {"did": DID, "made_at": SEALED, "retired_at": None, "stolen_at": NOW},
            {"did": "did:key:z6Mk", "stolen_at": None},
        ],
        [{"number": 7, "head": "ab", "sealed_at": SEALED}],
        made_at=NOW,
    )
    assert trust.trust_from(text) == trust.Trust({DID: NOW, "did:key:z6Mk": None}, {7: "ab"})
    assert trust.trust_from(f"{DID}\n\ndid:key:z6Mk\n") == trust.trust_of([DID, "did:key:z6Mk"])
    for wrong in (
        "{}",
        "{",
        "hello",
        '{"type": "xueqiao-keys-v1", "keys": [1], "heads": []}',
        text.replace("+00:00", ""),
    ):
        with pytest.raises(trust.BadTrust):
            trust.trust_from(wrong)


WORDS = paper_code.PaperWords(
    "XQ26-7F3K-9MPQ-2WXH", "张桂兰", "手机支付与防诈骗", "合德镇社区教育中心", "2026-11-23", 540, 250, 1, 5
)


def test_the_code_on_paper_says_the_same_offline_and_fits() -> None:
    text = paper_code.paper_text(WORDS, signer=SIGNER)
    assert len(text) < 600
    address = f"{HOST}/verify/XQ26-7F3K-9MPQ-2WXH/#{text}"
    for scanned in (text, address):
        verdict = verify_file(scanned.encode(), trusted_keys=[DID])
        assert (verdict.state, verdict.masked_name, verdict.code) == ("valid", "张*兰", WORDS.code)
    assert verify_file(text.encode(), trusted_keys=[]).state == "invalid"
    assert verify_file(text.encode(), trust=leaning_on(listed("revocation", [5]))).state == "revoked"
    with pytest.raises(ValueError, match="too long"):
        paper_code.paper_text(replace(WORDS, title="课" * 600), signer=SIGNER)


def test_a_thousand_codes_changed_by_one_bit_are_refused() -> None:
    text = paper_code.paper_text(WORDS, signer=SIGNER).encode()
    source = random.Random(4)
    accepted = []
    for _ in range(1000):
        changed = bytearray(text)
        changed[source.randrange(len(text))] ^= 1 << source.randrange(8)
        if verify_file(bytes(changed), trusted_keys=[DID]).state == "valid":
            accepted.append(bytes(changed))
    assert accepted == []
    for wrong in ("XQ1", "XQ1...", "XQ1.a.b.c", "XQ2" + text.decode()[3:]):
        with pytest.raises(BadToken):
            paper_code.read_paper(wrong)
