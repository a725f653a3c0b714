"""Sign a certificate's facts in every form it is handed out in, and write its row."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from xueqiao.domains.catalogue import api as catalogue
from xueqiao.domains.credits.actions.certificates.take_status_place import free_place, take_status_place
from xueqiao.domains.credits.actions.signing.make_signing_key import make_signing_key, signer_in
from xueqiao.domains.credits.models import Certificate, SigningKey, StatusList
from xueqiao.domains.credits.queries.framework import level_of
from xueqiao.domains.credits.queries.standing import status_address
from xueqiao.domains.credits.rules import certificates as rules
from xueqiao.domains.credits.signing import credential, elements, jose, paper_code
from xueqiao.domains.credits.signing.did_key import ED25519
from xueqiao.domains.credits.signing.proof import with_proofs
from xueqiao.domains.credits.signing.signers import Signer
from xueqiao.domains.credits.signing.status_list import REVOCATION
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local, local_date
from xueqiao.foundation.identifiers import uuid7
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.region_code import PROVINCE, RegionCode
from xueqiao.foundation.regions import api as regions


@dataclass(frozen=True)
class Texts:
    """One certificate in its three signed forms."""

    credential: str
    token: str
    paper: str


@dataclass(frozen=True)
class OfClass:
    """What the certificates of one class have in common."""

    course: catalogue.CourseView
    institution_uuid: str
    province_name: str
    level: str


@dataclass
class ReadOnce:
    """What a transaction that issues many certificates has read, and need not read for each. Never kept beyond it, nor
    beyond a refusal: what was made for the refused one is gone again."""

    classes: dict[tuple[int, int, date], OfClass] = field(default_factory=dict)  # by class, region, day of completion
    key: SigningKey | None = None
    signer: Signer | None = None
    status_list: StatusList | None = None  # locked until the end of the transaction


def signed_texts(facts: credential.Facts, *, signer: Signer, list_number: int = 0) -> Texts:
    """Return the forms of `facts`. A token is signed with Ed25519 only; paper is left out when it would not fit.

    Raises ElementMissing when an element of a micro-credential is not stated.
    """
    unsigned = credential.credential_of(facts, issuer_did=signer.method.partition("#")[0])
    elements.require_elements(unsigned)
    signed = with_proofs(unsigned, signer=signer, created=credential.moment_text(facts.issued_at))
    words = paper_code.PaperWords(
        code=facts.code,
        person_name=facts.person_name,
        title=facts.title,
        institution_name=facts.institution_name,
        issued_on=local_date(facts.issued_at).isoformat(),
        minutes=facts.minutes,
        amount_hundredths=facts.amount_hundredths,
        list_number=list_number,
        place=facts.status_place,
    )
    try:
        paper = paper_code.paper_text(words, signer=signer)
    except ValueError:
        paper = ""
    token = jose.credential_token(unsigned, signer=signer) if signer.algorithm == ED25519 else ""
    return Texts(credential.text_of(signed), token, paper)


def sign_certificate(
    *,
    completion: Any,
    amount_hundredths: int,
    rule_text: str,
    now: datetime,
    supersedes: Certificate | None = None,
    seen: ReadOnce | None = None,
) -> Certificate:
    """Write a new certificate of a completion. Needs an open transaction and `CERTIFICATE` of that completion."""
    require_transaction()
    seen = seen or ReadOnce()
    if seen.key is None or seen.signer is None:
        seen.key = make_signing_key(actor=Actor.system("sign_certificate"), now=now)
        seen.signer = signer_in(seen.key)
    key, signer = seen.key, seen.signer
    status_list, place = free_place(key, now=now, known=seen.status_list)
    seen.status_list = status_list
    uuid, code = uuid7(), rules.code_from(secrets.token_bytes(rules.CODE_LENGTH), local(now).year)
    about = _of_class(completion, seen.classes)
    facts = _facts(
        completion, about, uuid=uuid, code=code, now=now, amount_hundredths=amount_hundredths, rule_text=rule_text
    )
    if settings.PUBLIC_URL:
        facts = credential.listed(facts, status_address(status_list.number, REVOCATION), place)
    texts = signed_texts(facts, signer=signer, list_number=status_list.number)
    row = Certificate.objects.create(
        uuid=uuid,
        code=code,
        person_id=completion.person_id,
        completion_id=completion.id,
        supersedes=supersedes,
        region=completion.region,
        credential_text=texts.credential,
        token_text=texts.token,
        paper_text=texts.paper,
        title=facts.title,
        person_name=facts.person_name,
        institution_name=facts.institution_name,
        minutes=facts.minutes,
        amount_hundredths=facts.amount_hundredths,
        signing_key=key,
        issued_at=now,
    )
    take_status_place(certificate=row, status_list=status_list, place=place)
    return row


def _of_class(completion: Any, seen: dict[tuple[int, int, date], OfClass]) -> OfClass:
    """Read what the certificates of one class have in common, unless it was read already."""
    on = local_date(completion.completed_at)
    key = (completion.run_id, completion.region, on)
    if key not in seen:
        course = catalogue.get_course(completion.course_code)
        province = regions.unit_named(int(RegionCode(completion.region).ancestor(PROVINCE)))
        seen[key] = OfClass(
            course,
            str(institutions.get_institution_by_id(completion.institution_id).uuid),
            province.name if province else "江苏省",
            level_of(course.code, on=on),
        )
    return seen[key]


def _facts(
    completion: Any,
    about: OfClass,
    *,
    uuid: UUID,
    code: str,
    now: datetime,
    amount_hundredths: int,
    rule_text: str,
) -> credential.Facts:
    course = about.course
    return credential.Facts(
        certificate_uuid=str(uuid),
        code=code,
        person_name=completion.person_name,
        title=completion.run_title,
        course_code=course.code,
        course_uuid=str(course.uuid),
        category=course.category,
        outcomes=tuple(course.outcomes),
        institution_name=completion.institution_name,
        institution_uuid=about.institution_uuid,
        region_name=about.province_name,
        platform_name=settings.SITE_OWNER or "学桥终身学习平台",
        issued_at=now,
        starts_on=completion.starts_on,
        ends_on=min(completion.ends_on, local_date(now)),
        sessions_attended=completion.sessions_attended,
        sessions_held=completion.sessions_held,
        minutes=completion.minutes_attended,
        amount_hundredths=amount_hundredths,
        rule_text=rule_text,
        level=about.level or credential.NO_LEVEL,
        evidence_address=f"{settings.PUBLIC_URL}/verify/{code}/" if settings.PUBLIC_URL else "",
        is_demo=settings.DEMO,
    )
