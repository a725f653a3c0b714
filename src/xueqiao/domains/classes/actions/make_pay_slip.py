from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from xueqiao.domains.classes.actions.count_session_pay import count_sessions
from xueqiao.domains.classes.errors.pay import MonthNotOver, NothingToPay, OwnContract
from xueqiao.domains.classes.models import PaySlip, PaySlipLine
from xueqiao.domains.classes.parameters import LABOUR_TAX
from xueqiao.domains.classes.queries.pay import EVERYTHING, PAY_ROLES, open_lines, slip_view
from xueqiao.domains.classes.rules.pay import labour_tax_fen, month_after, month_of, tax_table
from xueqiao.domains.classes.values.pay import TAKEN_BACK, PaySlipView
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import at_local, local_date
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.parameters.api import parameter_at


def make_pay_slip(*, actor: Actor, teacher_id: int, institution_id: int, month: date, now: datetime) -> PaySlipView:
    """Make a teacher's slip of a month that is over, or return the one that stands: a month is paid once.

    On it stands every line of that month or before that is on no slip, corrections too; the tax is that of the sum.
    Somebody else releases it. Locks the teacher's pay. Raises NotAllowed, OwnContract, MonthNotOver, NothingToPay.
    """
    institution = institutions.get_institution_by_id(institution_id)
    people.require_role(actor, *PAY_ROLES, region=institution.region)
    if actor.person_id is None or actor.person_id == teacher_id:
        raise OwnContract
    first = month_of(month)
    end, today = month_after(first), local_date(now)
    if today < end:
        raise MonthNotOver(month=f"{first:%Y-%m} ")
    with transaction.atomic():
        lock(LockSpace.TEACHER_PAY, [teacher_id])
        slips = PaySlip.objects.within(EVERYTHING).filter(
            teacher_id=teacher_id, institution_id=institution_id, month=first
        )
        standing = slips.exclude(state=TAKEN_BACK).first()
        if standing is not None:
            return slip_view(standing)
        count_sessions(
            institution_id=institution_id,
            teacher_id=teacher_id,
            since=at_local(first, 0),
            until=at_local(end, 0),
            now=now,
        )
        lines = open_lines(teacher_id=teacher_id, institution_id=institution_id, before=at_local(end, 0))
        gross = sum(line.amount_fen for line in lines)
        if gross <= 0:
            raise NothingToPay
        rule = parameter_at(LABOUR_TAX.name, region=institution.region, on=today, institution_id=institution_id)
        slip = PaySlip.objects.create(
            teacher_id=teacher_id,
            institution_id=institution_id,
            region=institution.region,
            month=first,
            gross_fen=gross,
            tax_fen=labour_tax_fen(gross, tax_table(rule.value)),
            tax_rule=rule.source[:200],
            made_by_id=actor.person_id,
            made_at=now,
        )
        PaySlipLine.objects.bulk_create(PaySlipLine(slip=slip, line=line) for line in lines)
        record_deed(
            actor=actor,
            verb="make_pay_slip",
            object_kind="pay_slip",
            object_id=slip.pk,
            now=now,
            region=institution.region,
            acting_for_id=teacher_id,
            detail={"month": first.isoformat(), "gross_fen": gross, "tax_fen": slip.tax_fen},
        )
        return slip_view(slip)
