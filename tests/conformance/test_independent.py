"""An implementation nobody here wrote accepts every certificate of ours and none that was changed by a bit."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.conformance.independent import asked
from tests.conformance.samples import DID, FACTS, HOST, OTHER, SIGNER, random_facts, signed, token
from xueqiao.domains.credits.signing import credential, sd_jwt, status_list
from xueqiao.domains.credits.signing.proof import JCS, RDFC, with_proofs

NOW = datetime(2026, 11, 24, tzinfo=UTC)
COUNT = 1000


def one_bit_changed(text: str, source: random.Random) -> str:
    """Change one bit so that it is still a text: what is no UTF-8 any more would be refused before it is read."""
    content = text.encode()
    while True:
        changed = bytearray(content)
        changed[source.randrange(len(content))] ^= 1 << source.randrange(8)
        try:
            return changed.decode()
        except UnicodeDecodeError:
            continue


def test_a_thousand_of_ours_are_accepted_and_a_thousand_changed_by_one_bit_are_refused() -> None:
    """The library is content when one proof holds, so each changed one carries a single proof of either kind."""
    documents = [signed(replace(facts, status_address="")) for facts in random_facts(COUNT)]
    texts = [credential.text_of(document) for document in documents]
    source = random.Random(20261124)
    changed = [
        one_bit_changed(credential.text_of({**document, "proof": [document["proof"][number % 2]]}), source)
        for number, document in enumerate(documents)
    ]
    answer = asked(credentials=texts + changed)["credentials"]
    refused = [entry["error"] for entry in answer[:COUNT] if not entry["verified"]]
    assert refused == []
    assert {tuple(entry["suites"]) for entry in answer[:COUNT]} == {(JCS, RDFC)}
    accepted = [text for text, entry in zip(changed, answer[COUNT:], strict=True) if entry["verified"]]
    assert accepted == []


def published(purpose: str, places: list[int], signer: object = SIGNER) -> tuple[str, str]:
    address = f"{HOST}/status/1/{purpose}/"
    unsigned = status_list.list_credential(
        address=address,
        issuer_did=signer.method.partition("#")[0],  # type: ignore[attr-defined]
        purpose=purpose,
        places=places,
        made_at=NOW - timedelta(hours=1),
        moment=credential.moment_text,
    )
    signed_list = with_proofs(unsigned, signer=signer, created=credential.moment_text(NOW), suites=[RDFC])  # type: ignore[arg-type]
    return address, credential.text_of(signed_list)


def test_the_status_list_speaks_to_others_as_it_does_to_us() -> None:
    address, text = published("revocation", [7, 94_567, 131_071])
    on_list = [
        credential.text_of(signed(replace(FACTS, status_address=address, status_place=place)))
        for place in (0, 7, 8, 94_566, 94_567, 131_070, 131_071)
    ]
    answer = asked(credentials=on_list, lists={address: text})["credentials"]
    assert all(entry["verified"] for entry in answer)
    assert [entry["status"] for entry in answer] == [False, True, False, False, True, False, True]
    forged_address, forged = published("revocation", [], OTHER)
    refused = asked(credentials=on_list[:1], lists={forged_address: forged})["credentials"]
    assert not refused[0]["verified"]


def test_tokens_are_read_by_another_library_too() -> None:
    facts = random_facts(20)
    tokens = [token(each) for each in facts]
    answer = asked(tokens=[{"token": each, "did": DID} for each in tokens])["tokens"]
    assert [entry["payload"] for entry in answer] == [credential.credential_of(each, issuer_did=DID) for each in facts]
    spoilt = [each[:-3] + ("AAA" if not each.endswith("AAA") else "BBB") for each in tokens]
    assert not any(entry["verified"] for entry in asked(tokens=[{"token": t, "did": DID} for t in spoilt])["tokens"])


def test_completed_at_least_sixty_hours_is_read_without_a_name_by_another_library() -> None:
    claims = sd_jwt.completion_claims(
        title="手机支付与防诈骗",
        institution="合德镇社区教育中心",
        person_name="张桂兰",
        code="XQ26-7F3K-9MPQ-2WXH",
        minutes=3700,
        completed_on="2026-11-23",
    )
    random_source = random.Random(1)
    made = sd_jwt.made_proof(
        claims,
        kind=sd_jwt.COMPLETION_TYPE,
        signer=SIGNER,
        made_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=7),
        random=random_source.randbytes,
    )
    shown = made.showing(["completed", "hours_at_least_60"])
    everything = made.showing(list(claims))
    cut = shown.replace("~", "~" + made.disclosures["name"][:-2] + "AA~", 1)
    answer = asked(shown=[{"text": each, "did": DID} for each in (shown, everything, cut)])["shown"]
    assert answer[0]["verified"], answer[0]
    visible = answer[0]["payload"]
    assert (visible["completed"], visible["hours_at_least_60"]) == (True, True)
    assert not {"name", "title", "code", "minutes", "institution"} & set(visible)
    assert {name: answer[1]["payload"][name] for name in claims} == claims
    assert not answer[2]["verified"]


def test_a_proof_bound_to_the_holder_is_read_by_another_library_with_its_nonce() -> None:
    from xueqiao.domains.credits.signing.did_key import key_in_method
    from xueqiao.domains.credits.signing.jose import encoded

    jwk = {"kty": "OKP", "crv": "Ed25519", "x": encoded(key_in_method(OTHER.method))}
    made = sd_jwt.made_proof(
        {"completed": True, "name": "张桂兰"},
        kind=sd_jwt.COMPLETION_TYPE,
        signer=SIGNER,
        made_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=7),
        random=random.Random(2).randbytes,
        holder_key=jwk,
    )
    shown = made.showing(["completed"])
    text = sd_jwt.bound(shown, signer=OTHER, audience="https://employer.example", nonce="n-0S6_WzA2Mj", now=NOW)
    stolen = sd_jwt.bound(shown, signer=SIGNER, audience="https://employer.example", nonce="n-0S6_WzA2Mj", now=NOW)
    work = [{"text": text, "did": DID, "nonce": "n-0S6_WzA2Mj"}, {"text": stolen, "did": DID, "nonce": "n-0S6_WzA2Mj"}]
    answer = asked(shown=work)["shown"]
    assert answer[0]["verified"], answer[0]
    assert answer[0]["bound"]["aud"] == "https://employer.example"
    assert not answer[1]["verified"]
