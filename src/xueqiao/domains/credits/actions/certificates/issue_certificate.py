"""Sign a certificate for a completion."""

from datetime import datetime

from django.db import transaction

from xueqiao.domains.credits.actions.accounts.propose_credit import proposal_for
from xueqiao.domains.credits.actions.certificates.sign_certificate import ReadOnce, sign_certificate
from xueqiao.domains.credits.errors.certificates import CompletionUnknown
from xueqiao.domains.credits.events import CertificateIssued
from xueqiao.domains.credits.models import Certificate
from xueqiao.domains.credits.queries.certificates import certificate_view
from xueqiao.domains.credits.queries.deposits import require_may_decide_for
from xueqiao.domains.credits.values.certificates import SUPERSEDED, CertificateView
from xueqiao.domains.learning import api as learning
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import NotFound
from xueqiao.foundation.scope import Scope


def issue_certificate(
    *, actor: Actor, completion_id: int, now: datetime, seen: ReadOnce | None = None
) -> CertificateView:
    """Sign the certificate of a completion, or return the one in force. One per completion, for ever.

    seen: of a transaction that issues many.

    The credit it states is what the rule gives, deposited or not. Raises CompletionUnknown, NotYours, ElementMissing,
    or SealCannotBeOpened when the server's secret was changed.
    """
    system = Actor.system("issue_certificate")
    try:
        completion = learning.access_completion(actor=system, completion_id=completion_id)
    except NotFound as reason:
        raise CompletionUnknown from reason
    require_may_decide_for(actor, completion.person_id, now=now)
    everything = Scope.everything("one certificate per completion")
    with transaction.atomic():
        lock(LockSpace.CERTIFICATE, [completion_id])
        known = Certificate.objects.within(everything).select_related("signing_key").filter(completion_id=completion_id)
        if (row := known.exclude(revoke_reason=SUPERSEDED).first()) is not None:
            return certificate_view(row)
        proposal = proposal_for(completion, actor=system, now=now)
        row = sign_certificate(
            completion=completion,
            amount_hundredths=proposal.amount_hundredths,
            rule_text=proposal.rule_text,
            now=now,
            seen=seen,
        )
        record_event(
            CertificateIssued(row.pk, row.person_id, completion_id, row.region, now), region=row.region, now=now
        )
        record_deed(
            actor=actor,
            verb="issue_certificate",
            object_kind="certificate",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id if actor.person_id != row.person_id else None,
            now=now,
            detail={"code": row.code, "key": row.signing_key.public_key[-8:]},
        )
    return certificate_view(row)
