from datetime import datetime
from uuid import UUID

from django.db import transaction

from xueqiao.domains.demand.errors import BadOrder
from xueqiao.domains.demand.models import EnterpriseMember
from xueqiao.domains.demand.queries import access_enterprise, find_enterprise
from xueqiao.domains.demand.values import EnterpriseView
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed


def add_member(*, actor: Actor, enterprise_uuid: UUID, learner_code: str, now: datetime) -> EnterpriseView:
    """A member lets a colleague act for the enterprise too, by her learner number. Adding twice changes nothing.

    Raises EnterpriseNotFound for who is no member, BadOrder for an unknown number.
    """
    row = find_enterprise(actor, enterprise_uuid, only_members=True)
    person = people.find_person_by_code(Actor.system("add_member"), learner_code.strip().upper()[:12])
    if person is None:
        raise BadOrder(what="没有这个学号，请让同事打开“我的”核对")
    with transaction.atomic():
        _, is_new = EnterpriseMember.objects.get_or_create(
            enterprise=row, person_id=person.id, ended_at=None, defaults={"since": now}
        )
        if is_new:
            record_deed(
                actor=actor,
                verb="add_member",
                object_kind="enterprise",
                object_id=row.pk,
                now=now,
                region=row.region,
                acting_for_id=person.id,
            )
        return access_enterprise(actor=actor, enterprise_uuid=row.uuid)
