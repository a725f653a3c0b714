"""Reads of certificates in bulk and of links that show them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from xueqiao.domains.credits.errors.batches import BatchUnknown, ShareUnknown
from xueqiao.domains.credits.models import Certificate, CertificateBatch, CertificateShare
from xueqiao.domains.credits.queries.certificates import certificate_view, verify_certificate
from xueqiao.domains.credits.values.batches import BatchView, SharedCertificates, ShareView
from xueqiao.domains.credits.values.certificates import SUPERSEDED, VALID
from xueqiao.domains.learning import api as learning
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

PART = 1000
LAST_ID = 2**62


def batch_view(row: CertificateBatch) -> BatchView:
    """Turn a row into what crosses the door."""
    return BatchView(
        id=row.pk,
        uuid=row.uuid,
        institution_name=row.institution.name,
        total=row.total,
        issued=row.issued,
        failed=row.failed,
        first_failure=row.first_failure,
        asked_at=row.asked_at,
        done_at=row.done_at,
    )


def access_batches(*, actor: Actor, limit: int = 10) -> tuple[BatchView, ...]:
    """Return the newest orders of the actor's units."""
    rows = CertificateBatch.objects.within(actor.scope).select_related("institution").order_by("-pk")
    return tuple(batch_view(row) for row in rows[:limit])


def access_batch(*, actor: Actor, batch_uuid: UUID) -> BatchView:
    """Return one order of the actor's units. Raises BatchUnknown."""
    row = CertificateBatch.objects.within(actor.scope).select_related("institution").filter(uuid=batch_uuid).first()
    if row is None:
        raise BatchUnknown
    return batch_view(row)


def waiting_completions(institution_id: int, *, through_id: int = LAST_ID) -> tuple[int, int]:
    """Return how many completions of an institution have no certificate, and the highest id among all of them."""
    waiting, last = 0, 0
    while ids := learning.completions_of_institution(institution_id, after_id=last, through_id=through_id, limit=PART):
        waiting += len(without_certificate(ids))
        last = ids[-1]
    return waiting, last


def without_certificate(completion_ids: tuple[int, ...]) -> tuple[int, ...]:
    """Return those of the completions that have no certificate in force or revoked."""
    everything = Scope.everything("ids only")
    rows = Certificate.objects.within(everything).filter(completion_id__in=completion_ids)
    held = set(rows.exclude(revoke_reason=SUPERSEDED).values_list("completion_id", flat=True))
    return tuple(each for each in completion_ids if each not in held)


def token_hash(token: str) -> bytes:
    """Return what is kept of a link's token."""
    return hashlib.sha256(token.encode()).digest()


def share_view(row: CertificateShare, titles: dict[int, str]) -> ShareView:
    """Turn a row into what crosses the door."""
    found = tuple(titles.get(each, "") for each in row.certificate_ids)
    return ShareView(row.uuid, found, row.scope, row.made_at, row.expires_at)


def access_shares(*, actor: Actor, person_id: int, now: datetime) -> tuple[ShareView, ...]:
    """Return a person's links that still open, newest first."""
    rows = CertificateShare.objects.within(actor.scope).filter(person_id=person_id, ended_at=None, expires_at__gt=now)
    found = list(rows.order_by("-pk")[:100])
    everything = Scope.everything("titles of the person's own certificates")
    wanted = [each for row in found for each in row.certificate_ids]
    titles = dict(Certificate.objects.within(everything).filter(pk__in=wanted).values_list("pk", "title"))
    return tuple(share_view(row, titles) for row in found)


def shared_certificates(*, token: str, now: datetime) -> SharedCertificates:
    """Return what a link shows, to anybody who has it. Nothing is written: not who opened it, not that it was opened.

    Certificates that are no longer in force are left out. Raises ShareUnknown for every link that does not open.
    """
    everything = Scope.everything("whoever holds the link may read what it shows")
    rows = CertificateShare.objects.within(everything).filter(token_hash=token_hash(token[:200]), ended_at=None)
    share = rows.filter(expires_at__gt=now).first()
    if share is None:
        raise ShareUnknown
    found = Certificate.objects.within(everything).select_related("signing_key").filter(pk__in=share.certificate_ids)
    views = [certificate_view(row) for row in found.order_by("-issued_at")]
    views = [view for view in views if verify_certificate(code=view.code, now=now).state == VALID]
    name = views[0].person_name if views else ""
    if share.scope == "summary":
        views = [replace(view, person_name="", code="", person_id=0) for view in views]
        name = ""
    return SharedCertificates(share.scope, name, tuple(views), share.expires_at)
