"""Write a certificate as an Open Badges 3.0 AchievementCredential on VC 2.0, and read one back. Pure.

Every element the European micro-credential list asks for is there (learner, title, issuer and its region, date,
outcomes, workload, level where known, assessment, form of participation, quality assurance), and nothing else about
the person than her name: no birth date, no number, no phone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from xueqiao.domains.credits.signing.canonical import OB_CONTEXT, VC_CONTEXT
from xueqiao.domains.credits.signing.status_list import status_entry
from xueqiao.domains.credits.values.amounts import hours_text

LANGUAGE = "zh-Hans"


NO_LEVEL = "未定级"  # nobody has placed the course in the framework


@dataclass(frozen=True)
class Facts:
    """What a certificate states. evidence_address: where the holder finds the record; "" leaves it out.

    status_address, status_place: the published list that says whether it was revoked, and the place in it.
    """

    certificate_uuid: str
    code: str
    person_name: str
    title: str
    course_code: str
    course_uuid: str
    category: str
    outcomes: tuple[str, ...]
    institution_name: str
    institution_uuid: str
    region_name: str
    platform_name: str
    issued_at: datetime
    starts_on: date
    ends_on: date
    sessions_attended: int
    sessions_held: int
    minutes: int
    amount_hundredths: int
    rule_text: str
    evidence_address: str = ""
    status_address: str = ""
    status_place: int = -1
    level: str = NO_LEVEL
    assessment: str = "按出勤考核"
    participation: str = "线下面授"
    quality: str = "任课教师逐次签名点名，平台按公布规则判定，可追溯到每次到课记录"
    is_demo: bool = False


def listed(facts: Facts, address: str, place: int) -> Facts:
    """Return the facts with their place on a published list."""
    return replace(facts, status_address=address, status_place=place)


def moment_text(moment: datetime) -> str:
    """Return an XSD dateTime in UTC to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def credits_number(amount_hundredths: int) -> int | float:
    """Return credits as the JSON number that every implementation canonicalises alike: whole numbers as integers."""
    return amount_hundredths // 100 if amount_hundredths % 100 == 0 else amount_hundredths / 100


def credential_of(facts: Facts, *, issuer_did: str) -> dict[str, Any]:
    """Return the unsigned credential of `facts`."""
    base = f"urn:uuid:{facts.certificate_uuid}"
    outcomes = "；".join(facts.outcomes) if facts.outcomes else f"完成“{facts.title}”的学习"
    criteria = "\n".join(
        [
            facts.rule_text,
            f"学习成果：{outcomes}",
            f"学习量：{hours_text(facts.minutes)} 学时（每学时 60 分钟，按到课记录计）",
            f"等级：{facts.level}",
            f"考核方式：{facts.assessment}",
            f"学习形式：{facts.participation}",
            f"质量保证：{facts.quality}",
        ]
    )
    evidence: dict[str, Any] = {
        "type": ["Evidence"],
        "name": "到课记录",
        "narrative": f"出勤 {facts.sessions_attended}/{facts.sessions_held} 次，实到 {hours_text(facts.minutes)} 学时",
        "genre": "attendance",
    }
    if facts.evidence_address:
        evidence = {"id": facts.evidence_address, **evidence}
    results = _results(facts)
    status = status_entry(facts.status_address, facts.status_place) if facts.status_address else None
    return {
        "@context": [VC_CONTEXT, OB_CONTEXT],
        "id": base,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"《{facts.title}》结业证书" + ("（演示）" if facts.is_demo else ""),
        "issuer": {
            "id": issuer_did,
            "type": ["Profile"],
            "name": facts.platform_name,
            "address": {"type": ["Address"], "addressCountry": "中国", "addressRegion": facts.region_name},
        },
        "validFrom": moment_text(facts.issued_at),
        "awardedDate": moment_text(facts.issued_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": facts.person_name,
                    "identityType": "name",
                }
            ],
            "licenseNumber": facts.code,
            "activityStartDate": facts.starts_on.isoformat(),
            "activityEndDate": facts.ends_on.isoformat(),
            "creditsEarned": credits_number(facts.amount_hundredths),
            "achievement": {
                "id": f"urn:uuid:{facts.course_uuid}",
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": facts.title,
                "description": outcomes,
                "criteria": {"narrative": criteria},
                "creator": {
                    "id": f"urn:uuid:{facts.institution_uuid}",
                    "type": ["Profile"],
                    "name": facts.institution_name,
                },
                "creditsAvailable": credits_number(facts.amount_hundredths),
                "fieldOfStudy": facts.category,
                "humanCode": facts.course_code,
                "inLanguage": LANGUAGE,
                "resultDescription": [
                    {"id": f"{base}#{key}", "type": ["ResultDescription"], "name": name, "resultType": "Result"}
                    for key, (name, _) in results.items()
                ],
            },
            "result": [
                {"type": ["Result"], "resultDescription": f"{base}#{key}", "value": value}
                for key, (_, value) in results.items()
            ],
        },
        "evidence": [evidence],
        **({"credentialStatus": status} if status else {}),
    }


def _results(facts: Facts) -> dict[str, tuple[str, str]]:
    """Return what a program reads of a certificate: key -> name and value. The elements of `elements.py` are in it."""
    return {
        "hours": ("学时", hours_text(facts.minutes)),
        "attendance": ("出勤次数", f"{facts.sessions_attended}/{facts.sessions_held}"),
        "level": ("等级", facts.level),
        "assessment": ("考核方式", facts.assessment),
        "participation": ("学习形式", facts.participation),
        "quality": ("质量保证", facts.quality),
    }


def text_of(credential: Mapping[str, Any]) -> str:
    """Return the one byte form we hand out: compact, keys in order of writing, hanzi as they are."""
    return json.dumps(credential, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Reading:
    """What people want to know of a credential."""

    person_name: str
    title: str
    institution_name: str
    code: str
    issued_on: date | None
    issuer_did: str


def reading_of(credential: Mapping[str, Any]) -> Reading:
    """Return the readable parts of a credential. Raises KeyError, TypeError or ValueError for another shape."""
    subject = credential["credentialSubject"]
    names = [entry["identityHash"] for entry in subject["identifier"] if entry.get("identityType") == "name"]
    issuer = credential["issuer"]
    achievement = subject["achievement"]
    parts = (names[0], achievement["name"], achievement["creator"]["name"], subject["licenseNumber"], issuer["id"])
    if not all(isinstance(part, str) for part in parts):
        raise ValueError("a text was expected")
    return Reading(
        person_name=parts[0],
        title=parts[1],
        institution_name=parts[2],
        code=parts[3],
        issued_on=datetime.fromisoformat(credential["validFrom"]).date(),
        issuer_did=parts[4],
    )
