"""Staff ask that recognised credit be revoked; somebody else decides."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from xueqiao.domains.credits.errors.corrections import NothingToRevoke, RevocationAsked
from xueqiao.domains.credits.models import RecognitionRevocation
from xueqiao.domains.credits.queries.corrections import (
    CORRECTING_ROLES,
    EVERYTHING,
    find_recognition,
    require_corrector,
    revocation_rows,
    revocation_view,
)
from xueqiao.domains.credits.queries.standing import require_reason
from xueqiao.domains.credits.values.corrections import RevocationView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor


def ask_recognition_revocation(
    *, actor: Actor, recognition_uuid: UUID, reason: str, words: str, now: datetime
) -> RevocationView:
    """Write the request; the credit stays as it is until another officer decides.

    recognition_uuid: of a recognised claim or a deposited credit proposal. reason: record_error, identity_error, fraud
    or key_stolen. An officer whose range contains the place, neither the person nor her family. Raises NotAllowed,
    RecognitionUnknown, OwnCredit, UnknownRevokeReason, WordsMissing, NothingToRevoke, RevocationAsked.
    """
    people.require_role(actor, *CORRECTING_ROLES)
    about = find_recognition(recognition_uuid)
    require_corrector(actor, region=about.region, person_id=about.person_id)
    clean = require_reason(reason, words)
    if not about.is_posted:
        raise NothingToRevoke
    with transaction.atomic():
        try:
            with transaction.atomic():
                row = RecognitionRevocation.objects.create(
                    proposal_id=about.proposal_id,
                    claim_id=about.claim_id,
                    person_id=about.person_id,
                    region=about.region,
                    reason=reason,
                    words=clean,
                    asked_by_id=actor.person_id,
                    asked_at=now,
                )
        except IntegrityError as taken:
            raise RevocationAsked from taken
        record_deed(
            actor=actor,
            verb="ask_recognition_revocation",
            object_kind="recognition_revocation",
            object_id=row.pk,
            region=about.region,
            acting_for_id=about.person_id,
            now=now,
            detail={"reason": reason, "recognition": str(about.uuid)},
        )
    return revocation_view(revocation_rows(EVERYTHING).get(pk=row.pk))
