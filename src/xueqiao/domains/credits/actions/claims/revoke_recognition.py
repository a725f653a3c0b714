"""A second officer takes recognised credit back for good."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.credits.actions.claims.tell_revocation import tell_revocation
from xueqiao.domains.credits.errors.corrections import NothingToRevoke, RevocationDecided
from xueqiao.domains.credits.events import RecognitionRevoked
from xueqiao.domains.credits.models import CreditExpiry, RecognitionRevocation
from xueqiao.domains.credits.queries.balances import as_postings, available_in
from xueqiao.domains.credits.queries.corrections import (
    EVERYTHING,
    Recognition,
    locked_revocation,
    revocation_view,
    revoked_recognition,
)
from xueqiao.domains.credits.rules.conversions import deficit_account, revoked_parts
from xueqiao.domains.credits.rules.postings import revoked_lines
from xueqiao.domains.credits.values.corrections import ASKED, DONE, EXPIRED, RevocationView
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.ledger import api as ledger
from xueqiao.foundation.outbox.api import record_event


def revoke_recognition(*, actor: Actor, revocation_uuid: UUID, now: datetime) -> RevocationView:
    """Move the credit back to its issuer: what had expired, what is available, and the rest as the person's deficit.

    The recognition's row and its transfer stay; the available balance never falls below zero; later credit fills the
    deficit first. She is told. A conversion that used it stays in force, one still waiting cannot be confirmed. Another
    officer than who asked; twice is once. Locks CREDIT_ACCOUNT, then the request. Raises NotAllowed,
    RevocationUnknown, OwnCredit, AnotherMustRevoke, RevocationDecided, NothingToRevoke.
    """
    with transaction.atomic():
        row = locked_revocation(actor, revocation_uuid)
        if row.state == DONE:
            return revocation_view(row)
        if row.state != ASKED:
            raise RevocationDecided
        about = revoked_recognition(row)
        if not about.is_posted:
            raise NothingToRevoke
        if about.amount_hundredths:
            _post(row, about, now)
        row.state, row.decided_by_id, row.decided_at = DONE, actor.person_id, now
        row.save()
        tell_revocation(row=row, about=about, now=now)
        record_event(
            RecognitionRevoked(row.pk, row.person_id, about.amount_hundredths, row.deficit_hundredths),
            region=row.region,
            now=now,
        )
        record_deed(
            actor=actor,
            verb="revoke_recognition",
            object_kind="recognition_revocation",
            object_id=row.pk,
            region=row.region,
            acting_for_id=row.person_id,
            now=now,
            detail={"asked_by": row.asked_by_id, "deficit_hundredths": row.deficit_hundredths},
        )
    return revocation_view(row)


def _post(row: RecognitionRevocation, about: Recognition, now: datetime) -> None:
    """One transfer with up to three lines, all to the issuer."""
    expiry = CreditExpiry.objects.within(EVERYTHING).filter(claim_id=row.claim_id, state=EXPIRED).first()
    parts = revoked_parts(
        about.amount_hundredths,
        expired=expiry.amount_hundredths if row.claim_id and expiry else 0,
        available=available_in(about.unit, row.person_id),
    )
    row.expired_hundredths, row.available_hundredths, row.deficit_hundredths = parts
    ledger.open_account(about.unit, deficit_account(row.person_id), may_go_negative=True, now=now)
    transfer = ledger.post_transfer(
        unit=about.unit,
        postings=as_postings(revoked_lines(about.issuer, row.person_id, parts)),
        key=f"credits.revoke:{row.pk}",
        memo={
            "deed": "revoke",
            "recognition": str(about.uuid),
            "reason": row.reason,
            "asked_by": row.asked_by_id or 0,
        },
        now=now,
    )
    row.transfer_id = transfer.id
