"""Certificates to try things on: one plain, and as many random ones as wanted, the same ones each time."""

import hashlib
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from xueqiao.domains.credits.signing import credential, jose
from xueqiao.domains.credits.signing.proof import with_proofs
from xueqiao.domains.credits.signing.signers import Ed25519Signer

SIGNER = Ed25519Signer(hashlib.sha256(b"a key of the tests").digest())
DID = SIGNER.method.partition("#")[0]
OTHER = Ed25519Signer(hashlib.sha256(b"another key of the tests").digest())
HOST = "https://xueqiao.example"
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
    evidence_address=f"{HOST}/verify/XQ26-7F3K-9MPQ-2WXH/",
)
_LETTERS = "张王李赵阿卜杜·㛃镕麗𣲗𤧛aZ9 \"\\/<>&'{}[]:;,.?!%#~`\u2028\u00e9\u0301　（）《》“”—…\n"


def signed(facts: credential.Facts = FACTS) -> dict:
    """Return the certificate of `facts` with both proofs."""
    document = credential.credential_of(facts, issuer_did=DID)
    return with_proofs(document, signer=SIGNER, created=credential.moment_text(facts.issued_at))


def token(facts: credential.Facts = FACTS) -> str:
    """Return the same as vc+jwt."""
    return jose.credential_token(credential.credential_of(facts, issuer_did=DID), signer=SIGNER)


def random_facts(count: int, seed: int = 20261123) -> list[credential.Facts]:
    """Return facts with odd names, long and short texts, every second one on a status list."""
    source = random.Random(seed)

    def words(longest: int) -> str:
        return "".join(source.choice(_LETTERS) for _ in range(source.randint(1, longest))).strip() or "一"

    made = []
    for number in range(count):
        minutes = source.randrange(0, 12_000)
        made.append(
            replace(
                FACTS,
                certificate_uuid=f"019ab000-0000-7000-8000-{number:012x}",
                person_name=words(20),
                title=words(40),
                category=words(8),
                outcomes=tuple(words(60) for _ in range(source.randint(0, 3))),
                institution_name=words(30),
                minutes=minutes,
                amount_hundredths=minutes // 480 * 50,
                issued_at=FACTS.issued_at - timedelta(seconds=source.randrange(10**7)),
                rule_text=words(80),
                evidence_address=FACTS.evidence_address if source.random() < 0.7 else "",
                status_address=f"{HOST}/status/1/revocation/" if number % 2 else "",
                status_place=source.randrange(131_072) if number % 2 else -1,
                is_demo=source.random() < 0.2,
            )
        )
    return made
