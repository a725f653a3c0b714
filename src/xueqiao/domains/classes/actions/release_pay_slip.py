from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes.errors.pay import (
    OwnContract,
    SlipNeedsAnother,
    SlipNotInThisState,
    SlipOutdated,
    UnknownPaySlip,
)
from xueqiao.domains.classes.events import PaySlipReleased
from xueqiao.domains.classes.models import PaySlip
from xueqiao.domains.classes.queries.pay import EVERYTHING, RELEASE_ROLES, is_outdated, slip_view
from xueqiao.domains.classes.rules.pay import owed_account, paid_account, tax_account
from xueqiao.domains.classes.values.pay import MADE, RELEASED, SLIP_STATE_WORDS, PaySlipView
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import Posting, post_transfer
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.outbox.api import record_event


def release_pay_slip(*, actor: Actor, slip_uuid: UUID, now: datetime) -> PaySlipView:
    """Give a month's pay out: a second person, an officer of a unit above, has looked at the slip and agrees.

    What the teacher is owed goes to her bank and, the tax, to the tax office's account; she is told by the event.
    Pressing twice pays once. Locks the teacher's pay, then the ledger. Raises NotAllowed, UnknownPaySlip,
    SlipNeedsAnother, OwnContract, SlipNotInThisState, SlipOutdated when a meeting was corrected since.
    """
    people.require_role(actor, *RELEASE_ROLES)
    with transaction.atomic():
        slip = locked_slip(actor, slip_uuid)
        people.require_role(actor, *RELEASE_ROLES, region=slip.region)
        if slip.state == RELEASED:
            return slip_view(slip)
        if slip.state != MADE:
            raise SlipNotInThisState(state=SLIP_STATE_WORDS[slip.state])
        if actor.person_id is None or actor.person_id == slip.made_by_id:
            raise SlipNeedsAnother
        if actor.person_id == slip.teacher_id:
            raise OwnContract
        if is_outdated(slip):
            raise SlipOutdated
        slip.state, slip.released_by_id, slip.released_at = RELEASED, actor.person_id, now
        slip.save(update_fields=["state", "released_by", "released_at"])
        post_transfer(
            unit=payments.CNY,
            postings=release_postings(slip),
            key=f"pay:slip:{slip.pk}",
            memo={"slip": str(slip.uuid), "month": slip.month.isoformat()},
            now=now,
        )
        record_event(
            PaySlipReleased(slip.pk, slip.teacher_id, slip.institution_id, slip.region, slip.net_fen),
            region=slip.region,
            now=now,
        )
        record_deed(
            actor=actor,
            verb="release_pay_slip",
            object_kind="pay_slip",
            object_id=slip.pk,
            now=now,
            region=slip.region,
            acting_for_id=slip.teacher_id,
            detail={"net_fen": slip.net_fen, "tax_fen": slip.tax_fen},
        )
        return slip_view(slip)


def locked_slip(actor: Actor, slip_uuid: UUID) -> PaySlip:
    """A slip in the actor's units with its teacher's pay locked. Needs an open transaction. Raises UnknownPaySlip."""
    slips = PaySlip.objects.within(EVERYTHING).filter(uuid=slip_uuid)
    slip = slips.first()
    if slip is None or not actor.scope.has_region(slip.region):
        raise UnknownPaySlip
    lock(LockSpace.TEACHER_PAY, [slip.teacher_id])
    return slips.select_for_update().get()


def release_postings(slip: PaySlip) -> list[Posting]:
    """What leaves the teacher's account: the net to the bank, the tax to the tax office's account."""
    owed = owed_account(slip.teacher_id, slip.institution_id)
    tax = [Posting(owed, tax_account(slip.institution_id), slip.tax_fen)] if slip.tax_fen else []
    return [Posting(owed, paid_account(slip.institution_id), slip.net_fen), *tax]
