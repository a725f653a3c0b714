"""Reads of a certificate's standing: lists, changes asked for, and who may change what."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db.models import F

from xueqiao.domains.credits.errors.certificates import CertificateUnknown, UnknownRevokeReason
from xueqiao.domains.credits.errors.standing import (
    ChangeAlreadyDecided,
    ChangeUnknown,
    SecondPersonNeeded,
    WordsMissing,
)
from xueqiao.domains.credits.models import Certificate, StatusChange, StatusList, StatusPlace
from xueqiao.domains.credits.queries.certificates import CODE_PATTERN, certificate_view
from xueqiao.domains.credits.rules import certificates as rules
from xueqiao.domains.credits.signing.status_list import PURPOSES, REVOCATION, encoded_list
from xueqiao.domains.credits.values.certificates import REVOKE_REASONS, CertificateView
from xueqiao.domains.credits.values.standing import StatusChangeView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.scope import Scope

REVOKING_ROLES = ("county_officer", "city_officer", "province_officer")
WORDS_LENGTH_MAX = 200
OPEN_MAX = 100
LISTS_MAX = 40


def status_address(number: int, purpose: str, *, host: str = "") -> str:
    """Return where a list is published."""
    return f"{host or settings.PUBLIC_URL}/status/{number}/{purpose}/"


def places_set(status_list: StatusList, purpose: str) -> Iterable[int]:
    """Return the places whose bit is set, of certificates revoked (or suspended) now."""
    rows = StatusPlace.objects.filter(status_list=status_list)
    if purpose == REVOCATION:
        rows = rows.filter(certificate__revoked_at__isnull=False)
    else:
        rows = rows.filter(certificate__suspended_at__isnull=False, certificate__revoked_at=None)
    return rows.values_list("place", flat=True)


def standing_changed(certificate: Certificate) -> None:
    """Mark the certificate's published list as behind. Call it in the transaction that changed the certificate."""
    StatusList.objects.filter(places__certificate=certificate).update(version=F("version") + 1)


def locked_for_staff(actor: Actor, certificate_uuid: UUID) -> Certificate:
    """Lock and return a certificate whose unit the actor's duty contains. Raises CertificateUnknown, NotAllowed."""
    everything = Scope.everything("the role is checked against the certificate's unit")
    row = Certificate.objects.within(everything).select_for_update().filter(uuid=certificate_uuid).first()
    if row is None:
        raise CertificateUnknown
    people.require_role(actor, *REVOKING_ROLES, region=row.region)
    return row


def locked_change(actor: Actor, change_uuid: UUID) -> tuple[StatusChange, Certificate]:
    """Lock a request to revoke that the actor may decide. Raises ChangeUnknown, NotAllowed, SecondPersonNeeded,
    ChangeAlreadyDecided. The certificate is locked first, as everywhere."""
    found = StatusChange.objects.filter(uuid=change_uuid, kind="revoke").select_related("certificate").first()
    if found is None:
        raise ChangeUnknown
    row = locked_for_staff(actor, found.certificate.uuid)
    change = StatusChange.objects.select_for_update().get(pk=found.pk)
    if change.asked_by_id == actor.person_id:
        raise SecondPersonNeeded
    if change.state != "asked":
        raise ChangeAlreadyDecided
    return change, row


def require_reason(reason: str, words: str) -> str:
    """Return the words, trimmed. Raises UnknownRevokeReason, WordsMissing."""
    if reason not in REVOKE_REASONS:
        raise UnknownRevokeReason(what=reason)
    if not words.strip():
        raise WordsMissing
    return words.strip()[:WORDS_LENGTH_MAX]


def change_view(row: StatusChange) -> StatusChangeView:
    """Turn a row into what crosses the door."""
    return StatusChangeView(
        uuid=row.uuid,
        certificate=certificate_view(row.certificate),
        kind=row.kind,
        reason=row.reason,
        words=row.words,
        state=row.state,
        asked_by_id=row.asked_by_id,
        asked_at=row.asked_at,
        decided_at=row.decided_at,
    )


def access_revocations_asked(*, actor: Actor) -> tuple[StatusChangeView, ...]:
    """Return the open requests of the actor's units, longest waiting first."""
    people.require_role(actor, *REVOKING_ROLES)
    mine = Certificate.objects.within(actor.scope).values("pk")
    rows = StatusChange.objects.filter(state="asked", certificate__in=mine).order_by("asked_at")
    return tuple(change_view(row) for row in rows.select_related("certificate__signing_key")[:OPEN_MAX])


def access_suspended(*, actor: Actor) -> tuple[CertificateView, ...]:
    """Return the suspended certificates of the actor's units, longest first."""
    people.require_role(actor, *REVOKING_ROLES)
    rows = Certificate.objects.within(actor.scope).filter(suspended_at__isnull=False, revoked_at=None)
    return tuple(
        certificate_view(row) for row in rows.select_related("signing_key").order_by("suspended_at")[:OPEN_MAX]
    )


def access_certificate_by_code(*, actor: Actor, code: str) -> tuple[CertificateView, tuple[StatusChangeView, ...]]:
    """Return a certificate of the actor's units by its printed code, and its changes, newest first.

    Raises NotAllowed, CertificateUnknown.
    """
    people.require_role(actor, *REVOKING_ROLES)
    typed = rules.typed_code(code[:80])
    row = None
    if CODE_PATTERN.match(typed):
        row = Certificate.objects.within(actor.scope).select_related("signing_key").filter(code=typed).first()
    if row is None:
        raise CertificateUnknown
    changes = row.status_changes.select_related("certificate__signing_key").order_by("-asked_at", "-pk")
    return certificate_view(row), tuple(change_view(change) for change in changes[:OPEN_MAX])


def published_lists() -> dict[str, dict[str, str]]:
    """Return number -> purpose -> encoded list of the newest lists, for the page that checks offline."""
    return {
        str(row.number): {purpose: encoded_list(places_set(row, purpose)) for purpose in PURPOSES}
        for row in StatusList.objects.order_by("-number")[:LISTS_MAX]
    }
