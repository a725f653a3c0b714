"""Give expired credit back, or keep announced credit from expiring."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.models import CreditExpiry
from xueqiao.domains.credits.queries.balances import arriving
from xueqiao.domains.credits.queries.conversions import require_words
from xueqiao.domains.credits.queries.corrections import (
    CORRECTING_ROLES,
    expiry_view,
    is_free,
    locked_expiry,
    recognition_of_claim,
    require_corrector,
)
from xueqiao.domains.credits.rules.conversions import EXPIRED_ACCOUNT
from xueqiao.domains.credits.values.corrections import RESTORED, ExpiryView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger import api as ledger


def restore_expired_credit(*, actor: Actor, expiry_uuid: UUID, words: str, now: datetime) -> ExpiryView:
    """Move what expired back by a new transfer; from now on it does not expire. Twice is once.

    An officer whose range contains the place, neither the person nor her family. An open deficit is filled first; what
    was revoked after it expired stays with its issuer. Locks CREDIT_ACCOUNT, then the row. Raises NotAllowed,
    ExpiryUnknown, OwnCredit, ReasonNeeded.
    """
    people.require_role(actor, *CORRECTING_ROLES)
    with transaction.atomic():
        row = locked_expiry(expiry_uuid)
        outcome = row.claim.outcome
        require_corrector(actor, region=outcome.region, person_id=outcome.person_id)
        clean = require_words(words)
        if row.state == RESTORED:
            return expiry_view(row)
        if row.amount_hundredths and is_free(row.claim_id):
            row.restore_transfer_id = _move_back(row, now)
        row.state, row.restored_at, row.restored_by_id, row.restore_words = RESTORED, now, actor.person_id, clean
        row.save(update_fields=["state", "restored_at", "restored_by_id", "restore_words", "restore_transfer_id"])
        record_deed(
            actor=actor,
            verb="restore_expired_credit",
            object_kind="claim",
            object_id=row.claim_id,
            region=outcome.region,
            acting_for_id=outcome.person_id,
            now=now,
            detail={"amount_hundredths": row.amount_hundredths},
        )
    return expiry_view(row)


def _move_back(row: CreditExpiry, now: datetime) -> int:
    about = recognition_of_claim(row.claim)
    transfer = ledger.post_transfer(
        unit=about.unit,
        postings=arriving(about.unit, EXPIRED_ACCOUNT, about.person_id, row.amount_hundredths),
        key=f"credits.restore:{row.pk}",
        memo={"deed": "restore", "claim": str(about.uuid), "of_transfer": row.transfer_id},
        now=now,
    )
    return transfer.id
