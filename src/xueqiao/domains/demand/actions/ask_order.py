import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from xueqiao.domains.catalogue import api as catalogue
from xueqiao.domains.demand.errors import BadOrder, EnterpriseNotVerified, GroupTooSmall
from xueqiao.domains.demand.models import Order
from xueqiao.domains.demand.parameters import GROUP_LEAST
from xueqiao.domains.demand.queries import EVERYTHING, find_enterprise, order_view
from xueqiao.domains.demand.values import OrderView
from xueqiao.domains.institutions import api as institutions
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.parameters.api import parameter_at

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LEARNERS_MAX = 500
WAGE_FEN_MAX = 100_000_00


def ask_order(
    *,
    actor: Actor,
    enterprise_uuid: UUID,
    course_code: str,
    institution_id: int,
    learners: int,
    wish_from: date,
    posts: str = "",
    wage_floor_fen: int | None = None,
    words: str = "",
    request_key: str,
    now: datetime,
) -> OrderView:
    """An enterprise asks for a course for a group of its people, at an institution, from a day on.

    Without posts the group must be as large as the rule says (20 by default). The same form twice is one order. Raises
    EnterpriseNotFound, EnterpriseNotVerified, UnknownCourse, InstitutionUnknown, BadOrder, GroupTooSmall.
    """
    firm = find_enterprise(actor, enterprise_uuid, only_members=True)
    if firm.state != "verified":
        raise EnterpriseNotVerified
    course = catalogue.get_course(course_code)
    institution = institutions.get_institution_by_id(institution_id)
    today, jobs, wish = local_date(now), " ".join(posts.split()), " ".join(words.split())
    if not 1 <= learners <= LEARNERS_MAX:
        raise BadOrder(what="人数要在 1 到 500 之间")
    if not today < wish_from <= today + timedelta(days=366):
        raise BadOrder(what="希望的开课日要在明天到一年之内")
    if len(jobs) > 120 or len(wish) > 200 or not (jobs + wish).isprintable():
        raise BadOrder(what="岗位最多 120 个字，说明最多 200 个字")
    if wage_floor_fen is not None and (not jobs or not 1 <= wage_floor_fen <= WAGE_FEN_MAX):
        raise BadOrder(what="写了工资就要写岗位，月工资在 10 万元以内")
    least = parameter_at(GROUP_LEAST.name, region=institution.region, on=today, institution_id=institution_id).value
    if learners < least and not jobs:
        raise GroupTooSmall(least=least)
    with transaction.atomic():
        order, is_new = Order.objects.within(EVERYTHING).get_or_create(
            enterprise=firm,
            request_key=request_key[:64],
            defaults={
                "code": "QY" + "".join(secrets.choice(_LETTERS) for _ in range(8)),
                "institution_id": institution_id,
                "region": institution.region,
                "course_id": course.id,
                "learners": learners,
                "wish_from": wish_from,
                "posts": jobs,
                "wage_floor_fen": wage_floor_fen,
                "words": wish,
                "asked_by_id": actor.person_id,
                "asked_at": now,
            },
        )
        if is_new:
            record_deed(
                actor=actor,
                verb="ask_order",
                object_kind="order",
                object_id=order.pk,
                now=now,
                region=institution.region,
                detail={"course": course_code, "learners": learners},
            )
        return order_view(order.pk, on=today)
