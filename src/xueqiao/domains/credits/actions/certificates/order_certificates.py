"""Order the certificates of everybody who completed a class of a centre and has none yet."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.credits.errors.batches import BatchRunning, NothingToIssue
from xueqiao.domains.credits.models import CertificateBatch
from xueqiao.domains.credits.queries.batches import batch_view, waiting_completions
from xueqiao.domains.credits.values.batches import BatchView
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import enqueue

ORDERING_ROLES = ("centre_clerk", "county_officer", "city_officer", "province_officer")
_BATCHES = -2  # the key of batches in the space of certificates


def order_certificates(*, actor: Actor, institution_id: int, now: datetime) -> BatchView:
    """Write the order; a worker issues them in parts of fifty and the order shows how far it is.

    Needs a clerk or officer whose range contains the centre's unit. One order of a centre at a time. Raises NotAllowed,
    BatchRunning, NothingToIssue.
    """
    institution = institutions.get_institution_by_id(institution_id)
    people.require_role(actor, *ORDERING_ROLES, region=institution.region)
    with transaction.atomic():
        lock(LockSpace.CERTIFICATE, [_BATCHES])
        if CertificateBatch.objects.within(actor.scope).filter(institution_id=institution_id, done_at=None).exists():
            raise BatchRunning
        total, through_id = waiting_completions(institution_id)
        if total == 0:
            raise NothingToIssue
        row = CertificateBatch.objects.create(
            institution_id=institution_id,
            region=institution.region,
            total=total,
            through_id=through_id,
            asked_by_id=actor.person_id,
            asked_at=now,
        )
        row.refresh_from_db(fields=["uuid"], from_queryset=CertificateBatch.objects.within(actor.scope))
        record_deed(
            actor=actor,
            verb="order_certificates",
            object_kind="certificate_batch",
            object_id=row.pk,
            region=row.region,
            now=now,
            detail={"total": total},
        )
        enqueue("credits.issue_ordered_certificates", {"batch_id": row.pk})
    return batch_view(row)
