from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from xueqiao.domains.people import rules
from xueqiao.domains.people.errors import RoleConflict, RoleUnknown
from xueqiao.domains.people.models import Account, Person, StaffRole
from xueqiao.domains.people.queries import require_role
from xueqiao.domains.people.values import (
    CENTRE_CLERK,
    CITY_OFFICER,
    COUNTY_OFFICER,
    OPERATOR,
    PROVINCE_OFFICER,
    STAFF_ROLES,
    TEACHER,
)
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.reasons import NotAllowed, NotFound
from xueqiao.foundation.region_code import CITY, COUNTY, PROVINCE, RegionCode
from xueqiao.foundation.scope import Scope

# Who may give which duty, always inside her own range: each level looks after the one below.
GRANTED_BY = {
    TEACHER: (CENTRE_CLERK, COUNTY_OFFICER),
    CENTRE_CLERK: (COUNTY_OFFICER,),
    COUNTY_OFFICER: (CITY_OFFICER, PROVINCE_OFFICER),
    CITY_OFFICER: (PROVINCE_OFFICER,),
    PROVINCE_OFFICER: (OPERATOR,),
    OPERATOR: (OPERATOR,),
}
LEVEL_OF = {COUNTY_OFFICER: COUNTY, CITY_OFFICER: CITY, PROVINCE_OFFICER: PROVINCE}


def grant_role(
    *,
    actor: Actor,
    phone: str,
    role: str,
    region: int | str,
    now: datetime,
    institution_id: int | None = None,
    valid_to: date | None = None,
) -> int:
    """Give an account's owner a duty from today on, in one unit's subtree; returns the row's id.

    Each level gives duties to the one below inside its own range, never to itself; operators see no residents and give
    only the province's and their own, and nobody holds an operator's duty beside another (separation of duties, GB/T
    22239). The console (system) makes the first operator. The same duty given twice is one row.
    Raises RoleUnknown, RoleConflict, NotAllowed, NotFound, PhoneInvalid, UnknownRegionCode.
    """
    unit, today = RegionCode.parse(region), local_date(now)
    if role not in STAFF_ROLES or LEVEL_OF.get(role, unit.level) != unit.level or (valid_to and valid_to <= today):
        raise RoleUnknown(what="职务")
    require_role(actor, *GRANTED_BY[role], region=None if OPERATOR in GRANTED_BY[role] else int(unit))
    with transaction.atomic():
        account = Account.objects.filter(phone=rules.parse_phone(phone), is_active=True).first()
        if account is None:
            raise NotFound
        if account.person_id == actor.person_id:
            raise NotAllowed
        person = Person.objects.select_for_update().within(Scope.everything("the new holder")).get(pk=account.person_id)
        if rules.is_minor(person.birth_date, today):
            raise RoleUnknown(what="职务")
        held = StaffRole.objects.filter(Q(valid_to=None) | Q(valid_to__gt=today), person=person)
        if any((row.role == OPERATOR) != (role == OPERATOR) for row in held):
            raise RoleConflict
        known = held.filter(role=role, region=int(unit), institution_id=institution_id).first()
        if known is not None:
            return int(known.pk)
        row = StaffRole.objects.create(
            person=person,
            role=role,
            region=int(unit),
            institution_id=institution_id,
            valid_from=today,
            valid_to=valid_to,
            granted_by_id=actor.person_id,
        )
        record_deed(
            actor=actor,
            verb="grant_role",
            object_kind="staff_role",
            object_id=row.id,
            acting_for_id=person.id,
            region=int(unit),
            now=now,
            detail={"role": role, "institution": institution_id},
        )
    return int(row.pk)
