"""Show one thing and keep the rest: what may be read, and every way to cheat that is refused."""

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest

from tests.conformance.samples import DID, OTHER, SIGNER
from xueqiao.domains.credits.signing import sd_jwt
from xueqiao.domains.credits.signing.did_key import key_in_method
from xueqiao.domains.credits.signing.file_check import verify_file
from xueqiao.domains.credits.signing.jose import BadToken, compact_json, encoded

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CLAIMS = sd_jwt.completion_claims(
    title="手机支付与防诈骗",
    institution="合德镇社区教育中心",
    person_name="张桂兰",
    code="XQ26-7F3K-9MPQ-2WXH",
    minutes=3700,
    completed_on="2026-11-23",
)
HOLDER = {"kty": "OKP", "crv": "Ed25519", "x": encoded(key_in_method(OTHER.method)), "d": "never copied"}


def made(holder: dict | None = None, seed: int = 1) -> sd_jwt.Proof:
    return sd_jwt.made_proof(
        CLAIMS,
        kind=sd_jwt.COMPLETION_TYPE,
        signer=SIGNER,
        made_at=NOW,
        expires_at=NOW + timedelta(days=7),
        random=random.Random(seed).randbytes,
        holder_key=holder,
    )


def test_only_what_is_shown_can_be_read() -> None:
    text = made().showing(["completed", "hours_at_least_60"])
    shown = sd_jwt.read_shown(text, now=NOW)
    assert shown.claims == {"completed": True, "hours_at_least_60": True}
    assert (shown.issuer, shown.kind, shown.hidden_count) == (DID, sd_jwt.COMPLETION_TYPE, len(CLAIMS) - 2)
    for word in ("张桂兰", "手机支付", "3700", "XQ26"):
        assert word not in text
        assert encoded(word.encode())[:-1] not in text
    verdict = verify_file(text.encode(), trusted_keys=[DID], now=NOW)
    assert (verdict.state, verdict.masked_name, verdict.title) == ("valid", "", "")
    assert verdict.shown == (("completed", "True"), ("hours_at_least_60", "True"))
    assert verify_file(text.encode(), trusted_keys=[], now=NOW).state == "invalid"


def test_sixty_hours_are_counted_to_the_minute() -> None:
    def at_least(minutes: int) -> bool:
        claims = sd_jwt.completion_claims(
            title="t", institution="i", person_name="n", code="c", minutes=minutes, completed_on="d"
        )
        return claims["hours_at_least_60"]

    assert (at_least(3599), at_least(3600)) == (False, True)


def test_two_proofs_of_one_certificate_have_nothing_in_common_but_the_issuer_and_the_day() -> None:
    one, two = made(seed=1), made(seed=2)
    assert not set(one.disclosures.values()) & set(two.disclosures.values())
    assert one.token.split(".")[1:] != two.token.split(".")[1:]


def test_salts_have_128_bits() -> None:
    asked: list[int] = []

    def counted(count: int) -> bytes:
        asked.append(count)
        return bytes(count)

    sd_jwt.made_proof(CLAIMS, kind="k", signer=SIGNER, made_at=NOW, expires_at=NOW + timedelta(days=1), random=counted)
    assert asked == [16] * len(CLAIMS)


def test_whoever_adds_changes_or_repeats_a_disclosure_is_refused() -> None:
    proof, other = made(seed=1), made(seed=2)
    token = proof.token
    name, hours = proof.disclosures["name"], proof.disclosures["hours_at_least_60"]
    invented = encoded(compact_json(["AAAAAAAAAAAAAAAAAAAAAA", "hours_at_least_160", True]))
    for wrong in (
        f"{token}~{invented}~", f"{token}~{name}~{name}~", f"{token}~{other.disclosures['name']}~",
        f"{token}~{hours[:-2]}AA~", f"{token}~~", token, f"{token[:-4]}AAAA~{name}~", f"{token}~{name}~eyJ.x.y",
        "~~", "~",
        "a~b~c", f"{token}~{name}",
    ):  # fmt: skip
        with pytest.raises(BadToken):
            sd_jwt.read_shown(wrong, now=NOW)
        assert verify_file(wrong.encode(), trusted_keys=[DID], now=NOW).state in {"invalid", "unreadable"}


def test_it_is_in_force_for_its_days_only() -> None:
    text = made().showing(["completed"])
    for moment in (NOW - timedelta(days=1), NOW + timedelta(days=7)):
        with pytest.raises(BadToken):
            sd_jwt.read_shown(text, now=moment)
    assert sd_jwt.read_shown(text, now=NOW + timedelta(days=6, hours=23)).claims == {"completed": True}


def test_a_bound_proof_is_worth_nothing_to_another_verifier_another_time_or_another_person() -> None:
    proof = made(HOLDER)
    shown = proof.showing(["completed"])
    asked = {"audience": "https://employer.example", "nonce": "n1"}
    text = sd_jwt.bound(shown, signer=OTHER, now=NOW, **asked)
    assert sd_jwt.read_shown(text, now=NOW, **asked).is_bound
    assert "never copied" not in text
    more = proof.showing(["completed", "name"]) + text.rpartition("~")[2]
    for wrong, changed in (
        (text, {"nonce": "n2"}), (text, {"audience": "https://other.example"}), (text, {"nonce": ""}),
        (shown, {}), (more, {}), (sd_jwt.bound(shown, signer=SIGNER, now=NOW, **asked), {}),
        (sd_jwt.bound(shown, signer=OTHER, now=NOW - timedelta(minutes=6), **asked), {}),
        (sd_jwt.bound(shown, signer=OTHER, now=NOW + timedelta(minutes=2), **asked), {}),
    ):  # fmt: skip
        with pytest.raises(BadToken):
            sd_jwt.read_shown(wrong, now=NOW, **(asked | changed))


def test_only_a_public_ed25519_key_binds() -> None:
    for key in (
        {},
        {"kty": "RSA"},
        {"kty": "OKP", "crv": "X25519", "x": "AA"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
    ):
        with pytest.raises(BadToken):
            made(key or {"x": 1})


def test_five_hundred_changes_of_one_bit_are_refused() -> None:
    text = made().showing(["completed", "hours_at_least_60"]).encode()
    source = random.Random(5)
    accepted = []
    for _ in itertools.repeat(None, 500):
        changed = bytearray(text)
        changed[source.randrange(len(text))] ^= 1 << source.randrange(8)
        if verify_file(bytes(changed), trusted_keys=[DID], now=NOW).state == "valid":
            accepted.append(bytes(changed))
    assert accepted == []
