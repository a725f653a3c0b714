"""Staff revoke a certificate for a stated class of reason."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.errors.certificates import AlreadyRevoked, CertificateUnknown, UnknownRevokeReason
from xueqiao.domains.credits.events import CertificateRevoked
from xueqiao.domains.credits.models import Certificate
from xueqiao.domains.credits.queries.certificates import certificate_view
from xueqiao.domains.credits.values.certificates import REVOKE_REASONS, CertificateView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope

REVOKING_ROLES = ("county_officer", "city_officer", "province_officer")


def revoke_certificate(*, actor: Actor, certificate_uuid: UUID, reason: str, now: datetime) -> CertificateView:
    """Revoke a certificate; the verify page says so from the next request on. It is never deleted and never un-revoked.

    reason: record_error, identity_error, fraud or key_stolen. Needs an officer whose range contains the class's unit.
    Raises CertificateUnknown, NotAllowed, UnknownRevokeReason, AlreadyRevoked.
    """
    everything = Scope.everything("the role is checked against the certificate's unit")
    with transaction.atomic():
        row = Certificate.objects.within(everything).select_for_update().filter(uuid=certificate_uuid).first()
        if row is None:
            raise CertificateUnknown
        people.require_role(actor, *REVOKING_ROLES, region=row.region)
        if reason not in REVOKE_REASONS:
            raise UnknownRevokeReason(what=reason)
        if row.revoked_at is not None:
            raise AlreadyRevoked
        row.revoked_at, row.revoke_reason, row.revoked_by_id = now, reason, actor.person_id
        row.save(update_fields=["revoked_at", "revoke_reason", "revoked_by_id"])
        record_event(CertificateRevoked(row.pk, reason, now), region=row.region, now=now)
        record_deed(
            actor=actor,
            verb="revoke_certificate",
            object_kind="certificate",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"reason": reason},
        )
    return certificate_view(row)
