"""Issue a certificate anew under a person's new name; the old one says where the new one is."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.actions.certificates.sign_certificate import sign_certificate
from xueqiao.domains.credits.errors.certificates import AlreadyRevoked, CertificateUnknown
from xueqiao.domains.credits.errors.standing import NameUnchanged
from xueqiao.domains.credits.events import CertificateReissued
from xueqiao.domains.credits.models import Certificate, CreditProposal
from xueqiao.domains.credits.queries.certificates import certificate_view
from xueqiao.domains.credits.queries.deposits import require_may_decide_for
from xueqiao.domains.credits.queries.standing import standing_changed
from xueqiao.domains.credits.rules import certificates as rules
from xueqiao.domains.credits.values.certificates import SUPERSEDED, CertificateView
from xueqiao.domains.learning import api as learning
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.scope import Scope


def reissue_certificate(*, actor: Actor, certificate_uuid: UUID, now: datetime) -> CertificateView:
    """Sign the same completion under the name the person has now, and end the old certificate as superseded.

    The old one's code goes on being answered and leads to the new one. Credit, hours and dates are the old one's.
    Needs the person, whoever acts for her, or the counter. Raises CertificateUnknown, NotYours, AlreadyRevoked,
    NameUnchanged.
    """
    everything = Scope.everything("authority is checked for the certificate's person")
    found = Certificate.objects.within(everything).filter(uuid=certificate_uuid).first()
    if found is None:
        raise CertificateUnknown
    require_may_decide_for(actor, found.person_id, now=now)
    completion = learning.access_completion(
        actor=Actor.system("reissue_certificate"), completion_id=found.completion_id
    )
    with transaction.atomic():
        lock(LockSpace.CERTIFICATE, [found.completion_id])
        old = Certificate.objects.within(everything).select_for_update().get(pk=found.pk)
        if old.revoked_at is not None:
            raise AlreadyRevoked
        if rules.names_agree(completion.person_name, old.person_name):
            raise NameUnchanged
        proposal = CreditProposal.objects.within(everything).get(completion_id=old.completion_id)
        old.revoked_at, old.revoke_reason, old.revoked_by_id = now, SUPERSEDED, actor.person_id
        old.save(update_fields=["revoked_at", "revoke_reason", "revoked_by_id"])
        standing_changed(old)
        row = sign_certificate(
            completion=completion,
            amount_hundredths=old.amount_hundredths,
            rule_text=proposal.rule_text,
            now=now,
            supersedes=old,
        )
        record_event(CertificateReissued(row.pk, old.pk, row.person_id, now), region=row.region, now=now)
        record_deed(
            actor=actor,
            verb="reissue_certificate",
            object_kind="certificate",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id if actor.person_id != row.person_id else None,
            now=now,
            detail={"code": row.code, "old_code": old.code},
        )
    return certificate_view(row)
