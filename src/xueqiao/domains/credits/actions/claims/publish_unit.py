"""Publish a version of a recognition unit (认证单元)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from xueqiao.domains.credits.models import RecognitionUnit
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import record_deed
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.locks import LockSpace, lock
from xueqiao.foundation.reasons import InvalidInput

PUBLISHING_ROLES = ("county_officer", "city_officer", "province_officer")


def publish_unit(
    *,
    actor: Actor,
    code: str,
    title: str,
    level: int,
    learning_outcomes: Sequence[str],
    notional_minutes: int,
    amount_hundredths: int,
    assessment: str,
    owner_id: int,
    effective_from: date,
    now: datetime,
    valid_years: int | None = None,
) -> int:
    """Return the number of the new version; the one before ends the day this one begins. What is in the catalogue may
    be decided by a single reviewer.

    An officer whose range contains the owner. Locks the register of units. Raises NotAllowed, InstitutionUnknown,
    InvalidInput.
    """
    people.require_role(actor, *PUBLISHING_ROLES)
    owner = institutions.get_institution_by_id(owner_id)
    people.require_role(actor, *PUBLISHING_ROLES, region=owner.region)
    outcomes = [each.strip() for each in learning_outcomes if each.strip()]
    if not code.strip() or not title.strip() or not outcomes or not assessment.strip():
        raise InvalidInput(what="请写代号、名称、学会什么和怎样考核")
    if not 1 <= level <= 10 or not 0 < notional_minutes <= 600_000 or not 0 <= amount_hundredths <= 10_000:
        raise InvalidInput(what="等级在 1 到 10 之间，学时要大于 0，学分不超过 100")
    if valid_years is not None and not 1 <= valid_years <= 100:
        raise InvalidInput(what="有效期在 1 到 100 年之间，长期有效的不填")
    with transaction.atomic():
        lock(LockSpace.RECOGNITION_UNIT, [0])
        rows = RecognitionUnit.objects.filter(code=code.strip())
        version = (rows.aggregate(last=Max("version"))["last"] or 0) + 1
        rows.filter(effective_until=None).update(effective_until=effective_from)
        row = RecognitionUnit.objects.create(
            code=code.strip(),
            version=version,
            title=title.strip(),
            level=level,
            learning_outcomes=outcomes,
            notional_minutes=notional_minutes,
            amount_hundredths=amount_hundredths,
            assessment=assessment.strip(),
            valid_years=valid_years,
            owner_id=owner.id,
            effective_from=effective_from,
        )
        record_deed(
            actor=actor,
            verb="publish_unit",
            object_kind="recognition_unit",
            object_id=row.pk,
            region=owner.region,
            now=now,
            detail={"code": row.code, "version": version},
        )
    return version
