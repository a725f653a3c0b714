"""Go on with an order of certificates: issue the next part."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.credits.actions.certificates.issue_certificate import issue_certificate
from xueqiao.domains.credits.actions.certificates.sign_certificate import ReadOnce
from xueqiao.domains.credits.errors.batches import BatchUnknown
from xueqiao.domains.credits.models import CertificateBatch
from xueqiao.domains.credits.queries.batches import batch_view, without_certificate
from xueqiao.domains.credits.values.batches import BatchView
from xueqiao.domains.learning import api as learning
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.scope import Scope

PART = 50
FAILURE_LENGTH_MAX = 200


def issue_ordered_certificates(*, batch_id: int, now: datetime) -> BatchView:
    """Issue up to fifty certificates of an order, in one transaction with how far it is, and return the order.

    A part that dies is done again from its start; certificates are one per completion, so none is issued twice. One
    that is refused is counted and named, and stops none of the others. Raises BatchUnknown.
    """
    actor = Actor.system("issue_ordered_certificates")
    everything = Scope.everything("the order's duty was checked when it was given")
    seen = ReadOnce()
    with transaction.atomic():
        rows = CertificateBatch.objects.within(everything).select_for_update(of=("self",)).select_related("institution")
        row = rows.filter(pk=batch_id).first()
        if row is None:
            raise BatchUnknown
        if row.done_at is not None:
            return batch_view(row)
        ids = learning.completions_of_institution(
            row.institution_id, after_id=row.after_id, through_id=row.through_id, limit=PART
        )
        for completion_id in without_certificate(ids):
            try:
                with transaction.atomic():
                    issue_certificate(actor=actor, completion_id=completion_id, now=now, seen=seen)
            except Refused as reason:
                row.failed += 1
                seen = ReadOnce()
                row.first_failure = row.first_failure or reason.message[:FAILURE_LENGTH_MAX]
            else:
                row.issued += 1
        row.total = max(row.total, row.issued + row.failed)
        if ids:
            row.after_id = ids[-1]
        if len(ids) < PART:
            row.done_at = now
        row.save(update_fields=["failed", "first_failure", "issued", "total", "after_id", "done_at"])
    return batch_view(row)
