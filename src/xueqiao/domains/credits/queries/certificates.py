"""Reads of certificates, named by the answer."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.conf import settings

from xueqiao.domains.credits.errors.certificates import CertificateUnknown
from xueqiao.domains.credits.models import Certificate, SigningKey
from xueqiao.domains.credits.paper.draw import Sheet, certificate_pdf_of
from xueqiao.domains.credits.rules import certificates as rules
from xueqiao.domains.credits.values.certificates import (
    REVOKED,
    SUPERSEDED,
    SUSPENDED,
    UNKNOWN,
    VALID,
    CertificateView,
    PublicVerdict,
)
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.scope import Scope

CODE_PATTERN = re.compile(r"XQ\d\d(-[2-9A-HJKMNP-Z]{4}){3}\Z")


def certificate_view(row: Certificate) -> CertificateView:
    """Turn a row into what crosses the door."""
    return CertificateView(
        id=row.pk,
        uuid=row.uuid,
        code=row.code,
        person_id=row.person_id,
        person_name=row.person_name,
        title=row.title,
        institution_name=row.institution_name,
        issued_at=row.issued_at,
        minutes=row.minutes,
        amount_hundredths=row.amount_hundredths,
        revoked_at=row.revoked_at,
        revoke_reason=row.revoke_reason,
        issuer_key=row.signing_key.key_id,
        suspended_at=row.suspended_at,
    )


def _certificate_of(actor: Actor, certificate_uuid: UUID) -> Certificate:
    rows = Certificate.objects.within(actor.scope).select_related("signing_key", "completion__run")
    row = rows.filter(uuid=certificate_uuid).first()
    if row is None:
        raise CertificateUnknown
    return row


def access_certificate(*, actor: Actor, certificate_uuid: UUID) -> CertificateView:
    """Return a certificate in the actor's scope. Raises CertificateUnknown."""
    return certificate_view(_certificate_of(actor, certificate_uuid))


def credential_text(*, actor: Actor, certificate_uuid: UUID) -> str:
    """Return the signed credential exactly as issued. Raises CertificateUnknown."""
    return str(_certificate_of(actor, certificate_uuid).credential_text)


def credential_token(*, actor: Actor, certificate_uuid: UUID) -> str:
    """Return the certificate as vc+jwt. Raises CertificateUnknown, also for one that was signed without a token."""
    text = str(_certificate_of(actor, certificate_uuid).token_text)
    if not text:
        raise CertificateUnknown
    return text


def certificate_pdf(*, actor: Actor, certificate_uuid: UUID, site_address: str) -> bytes:
    """Return the certificate as PDF/A-3b. site_address: where the QR leads when no public address is configured.

    Raises CertificateUnknown, CharacterCannotBePrinted.
    """
    row = _certificate_of(actor, certificate_uuid)
    host = settings.PUBLIC_URL or site_address.rstrip("/")
    starts, ends = row.completion.run.starts_on, min(row.completion.run.ends_on, local_date(row.issued_at))
    return certificate_pdf_of(
        Sheet(
            code=row.code,
            person_name=row.person_name,
            title=row.title,
            institution_name=row.institution_name,
            platform_name=settings.SITE_OWNER or "学桥终身学习平台",
            issued_at=row.issued_at,
            starts_words=f"{starts.year} 年 {starts.month} 月 {starts.day} 日",
            ends_words=(f"{ends.year} 年 " if ends.year != starts.year else "") + f"{ends.month} 月 {ends.day} 日",
            sessions_words=f"{row.completion.sessions_attended}/{row.completion.sessions_held}",
            minutes=row.minutes,
            amount_hundredths=row.amount_hundredths,
            verify_address=f"{host}/verify/{row.code}/",
            qr_text=f"{host}/verify/{row.code}/" + (f"#{row.paper_text}" if row.paper_text else ""),
            verify_host=host,
            credential_text=row.credential_text,
            is_demo=settings.DEMO,
        )
    )


def verify_certificate(*, code: str, name: str = "", now: datetime) -> PublicVerdict:
    """Answer anybody who holds a code: valid, suspended, superseded, revoked or unknown.

    A given name is compared, never shown in full.
    A certificate of a stolen key is shown as revoked unless the time log proves that it is older than the theft.
    """
    typed = rules.typed_code(code[:80])
    if not CODE_PATTERN.match(typed):
        return PublicVerdict(UNKNOWN, code=typed[:24], checked_at=now)
    rows = Certificate.objects.within(Scope.everything("whoever holds the code may verify it"))
    row = rows.select_related("signing_key", "sealed__seal", "superseded_by").filter(code=typed).first()
    if row is None:
        return PublicVerdict(UNKNOWN, code=typed, checked_at=now)
    revoked_at, reason = row.revoked_at, row.revoke_reason
    stolen_at = row.signing_key.stolen_at
    if revoked_at is None and stolen_at is not None and not _is_sealed_before(row, stolen_at):
        revoked_at, reason = stolen_at, "key_stolen"
    state = VALID if row.suspended_at is None else SUSPENDED
    if revoked_at is not None:
        state = SUPERSEDED if reason == SUPERSEDED else REVOKED
    return PublicVerdict(
        state=state,
        code=row.code,
        masked_name=people.mask_name(row.person_name),
        title=row.title,
        institution_name=row.institution_name,
        issued_on=local_date(row.issued_at),
        minutes=row.minutes,
        amount_hundredths=row.amount_hundredths,
        revoked_on=local_date(revoked_at) if revoked_at else None,
        revoke_reason=reason,
        suspended_on=local_date(row.suspended_at) if state == SUSPENDED else None,
        new_code=row.superseded_by.code if state == SUPERSEDED else "",
        name_matches=rules.names_agree(name, row.person_name) if name.strip() else None,
        issuer_key=row.signing_key.key_id,
        is_demo=settings.DEMO,
        checked_at=now,
    )


def _is_sealed_before(row: Certificate, moment: datetime) -> bool:
    sealed = getattr(row, "sealed", None)
    return sealed is not None and sealed.seal.sealed_at < moment


def trusted_keys() -> tuple[str, ...]:
    """Return the issuer dids of this region whose signatures count: active and retired keys, not stolen ones."""
    keys = SigningKey.objects.filter(stolen_at=None).order_by("id").values_list("key_id", flat=True)
    return tuple(key.partition("#")[0] for key in keys)
