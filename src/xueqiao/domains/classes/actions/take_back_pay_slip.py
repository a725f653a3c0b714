from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes.actions.release_pay_slip import locked_slip, release_postings
from xueqiao.domains.classes.errors.pay import OwnContract, SlipNotInThisState
from xueqiao.domains.classes.events import PaySlipTakenBack
from xueqiao.domains.classes.models import PaySlipLine
from xueqiao.domains.classes.queries.pay import PAY_ROLES, RELEASE_ROLES, slip_view
from xueqiao.domains.classes.rules.runs import require_reason
from xueqiao.domains.classes.values.pay import MADE, RELEASED, SLIP_STATE_WORDS, TAKEN_BACK, PaySlipView
from xueqiao.domains.payments import api as payments
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.ledger.api import Posting, post_transfer
from xueqiao.foundation.outbox.api import record_event


def take_back_pay_slip(*, actor: Actor, slip_uuid: UUID, reason: str, now: datetime) -> PaySlipView:
    """Take a slip back, with a reason; its lines wait for another one.

    One that was released (the bank sent it back, the sum was wrong) only by an officer; its money goes the other way by
    a transfer of its own. Locks the teacher's pay, then the ledger. Raises NotAllowed, ReasonNeeded, UnknownPaySlip,
    OwnContract, SlipNotInThisState.
    """
    people.require_role(actor, *PAY_ROLES)
    clean = require_reason(reason)
    with transaction.atomic():
        slip = locked_slip(actor, slip_uuid)
        was_released = slip.state == RELEASED
        people.require_role(actor, *(RELEASE_ROLES if was_released else PAY_ROLES), region=slip.region)
        if slip.state not in {MADE, RELEASED}:
            raise SlipNotInThisState(state=SLIP_STATE_WORDS[slip.state])
        if actor.person_id is None or actor.person_id == slip.teacher_id:
            raise OwnContract
        slip.state, slip.end_reason = TAKEN_BACK, clean
        slip.taken_back_by_id, slip.taken_back_at = actor.person_id, now
        slip.save(update_fields=["state", "end_reason", "taken_back_by", "taken_back_at"])
        PaySlipLine.objects.filter(slip=slip).update(is_live=False)
        if was_released:
            post_transfer(
                unit=payments.CNY,
                postings=[Posting(p.destination, p.source, p.amount) for p in release_postings(slip)],
                key=f"pay:slip:{slip.pk}:back",
                memo={"slip": str(slip.uuid), "reason": clean[:80]},
                now=now,
            )
        record_event(
            PaySlipTakenBack(slip.pk, slip.teacher_id, slip.institution_id, slip.region, was_released),
            region=slip.region,
            now=now,
        )
        record_deed(
            actor=actor,
            verb="take_back_pay_slip",
            object_kind="pay_slip",
            object_id=slip.pk,
            now=now,
            region=slip.region,
            acting_for_id=slip.teacher_id,
            detail={"reason": clean, "was_released": was_released},
        )
        return slip_view(slip)
