from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from xueqiao.domains.classes.actions.count_session_pay import count_sessions
from xueqiao.domains.classes.errors.pay import BadContract, OwnContract, PermissionNotNeeded, UnknownContract
from xueqiao.domains.classes.models import TeacherContract, TeachingPermission
from xueqiao.domains.classes.queries.pay import EVERYTHING, PAY_ROLES, access_contract
from xueqiao.domains.classes.values.pay import PUBLIC, ContractView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import at_local, local_date
from xueqiao.foundation.locks import LockSpace, lock

DAYS_MAX = 366 * 3


def record_permission(
    *,
    actor: Actor,
    contract_uuid: UUID,
    unit: str,
    document: str,
    issued_on: date,
    valid_to: date,
    now: datetime,
) -> ContractView:
    """Record that the paper was seen by which a public body lets its own member teach for pay.

    Only meetings from its date on are paid; those already held since then are counted at once. The same document twice
    changes nothing. Locks the teacher's pay. Raises NotAllowed, UnknownContract, OwnContract, PermissionNotNeeded,
    BadContract.
    """
    people.require_role(actor, *PAY_ROLES)
    body, paper = " ".join(unit.split()), " ".join(document.split())
    if not 2 <= len(body) <= 60 or not 2 <= len(paper) <= 60 or not (body + paper).isprintable():
        raise BadContract(what="出具单位和文号都要写，2 到 60 个字")
    if issued_on > local_date(now) or not issued_on <= valid_to <= issued_on + timedelta(days=DAYS_MAX):
        raise BadContract(what="许可的日期不对：不能晚于今天，最长管三年")
    with transaction.atomic():
        row = TeacherContract.objects.within(EVERYTHING).filter(uuid=contract_uuid).first()
        if row is None or not actor.scope.has_region(row.region):
            raise UnknownContract
        people.require_role(actor, *PAY_ROLES, region=row.region)
        if actor.person_id is None or actor.person_id == row.teacher_id:
            raise OwnContract
        if row.kind != PUBLIC:
            raise PermissionNotNeeded
        lock(LockSpace.TEACHER_PAY, [row.teacher_id])
        permission, is_new = TeachingPermission.objects.get_or_create(
            contract=row,
            document=paper,
            defaults={
                "unit": body,
                "issued_on": issued_on,
                "valid_to": valid_to,
                "seen_by_id": actor.person_id,
                "seen_at": now,
            },
        )
        if is_new:
            record_deed(
                actor=actor,
                verb="record_permission",
                object_kind="teacher_contract",
                object_id=row.pk,
                now=now,
                region=row.region,
                acting_for_id=row.teacher_id,
                detail={"unit": body, "document": paper, "issued_on": issued_on.isoformat()},
            )
            count_sessions(
                institution_id=row.institution_id,
                teacher_id=row.teacher_id,
                since=at_local(max(row.valid_from, permission.issued_on), 0),
                until=now,
                now=now,
            )
        return access_contract(actor=actor, contract_uuid=row.uuid)
