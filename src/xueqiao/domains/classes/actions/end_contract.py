from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes.errors.pay import BadContract, OwnContract, UnknownContract
from xueqiao.domains.classes.models import TeacherContract
from xueqiao.domains.classes.queries.pay import EVERYTHING, PAY_ROLES, access_contract
from xueqiao.domains.classes.rules.runs import require_reason
from xueqiao.domains.classes.values.pay import ContractView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.locks import set_lock_timeout


def end_contract(*, actor: Actor, contract_uuid: UUID, last_day: date, reason: str, now: datetime) -> ContractView:
    """End a contract before its time, today at the earliest: what was taught under it stays earned.

    Locks its row. Raises NotAllowed, ReasonNeeded, UnknownContract, OwnContract, BadContract for a day that is over or
    behind the contract's own last day.
    """
    people.require_role(actor, *PAY_ROLES)
    clean = require_reason(reason)
    with transaction.atomic():
        set_lock_timeout()
        row = TeacherContract.objects.within(EVERYTHING).select_for_update().filter(uuid=contract_uuid).first()
        if row is None or not actor.scope.has_region(row.region):
            raise UnknownContract
        people.require_role(actor, *PAY_ROLES, region=row.region)
        if actor.person_id == row.teacher_id:
            raise OwnContract
        if not max(local_date(now), row.valid_from) <= last_day <= row.valid_to:
            raise BadContract(what=f"最后一天要在今天和 {row.valid_to:%Y-%m-%d} 之间")
        row.valid_to, row.end_reason = last_day, clean
        row.save(update_fields=["valid_to", "end_reason"])
        record_deed(
            actor=actor,
            verb="end_contract",
            object_kind="teacher_contract",
            object_id=row.pk,
            now=now,
            region=row.region,
            acting_for_id=row.teacher_id,
            detail={"last_day": last_day.isoformat(), "reason": clean},
        )
        return access_contract(actor=actor, contract_uuid=row.uuid)
