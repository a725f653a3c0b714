from datetime import datetime

from django.db import transaction

from xueqiao.domains.demand.errors import BadOrder, CreditCodeWrong, EnterpriseKnown
from xueqiao.domains.demand.models import Enterprise, EnterpriseMember
from xueqiao.domains.demand.queries import access_enterprise
from xueqiao.domains.demand.rules import is_credit_code
from xueqiao.domains.demand.values import EnterpriseView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.regions import api as regions


def register_enterprise(*, actor: Actor, name: str, credit_code: str, region: int, now: datetime) -> EnterpriseView:
    """A person registers the firm she works for and becomes its first member; it orders once staff have verified it.

    region: the county or town where it sits. Raises NotAllowed, CreditCodeWrong, BadOrder, EnterpriseKnown.
    """
    if actor.person_id is None:
        raise NotAllowed
    clean, code = " ".join(name.split()), "".join(credit_code.split()).upper()
    if not is_credit_code(code):
        raise CreditCodeWrong
    if not 2 <= len(clean) <= 80 or not clean.isprintable():
        raise BadOrder(what="企业名称要照执照写，2 到 80 个字")
    if regions.unit_named(region) is None:
        raise BadOrder(what="所在的县区请从列表里选")
    with transaction.atomic():
        row, is_new = Enterprise.objects.get_or_create(
            credit_code=code,
            defaults={"name": clean, "region": region, "applied_by_id": actor.person_id, "applied_at": now},
        )
        if not is_new:
            if row.applied_by_id == actor.person_id and row.state == "applied":
                return access_enterprise(actor=actor, enterprise_uuid=row.uuid)  # the same form sent twice
            raise EnterpriseKnown
        row.refresh_from_db(fields=["uuid"])
        EnterpriseMember.objects.create(enterprise=row, person_id=actor.person_id, since=now)
        record_deed(
            actor=actor,
            verb="register_enterprise",
            object_kind="enterprise",
            object_id=row.pk,
            now=now,
            region=region,
            detail={"credit_code": code},
        )
        return access_enterprise(actor=actor, enterprise_uuid=row.uuid)
