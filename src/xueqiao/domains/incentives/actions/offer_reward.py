from datetime import date, datetime, timedelta

from django.db import transaction

from xueqiao.domains.incentives.models import Reward
from xueqiao.domains.incentives.queries import DESK_ROLES, reward_view
from xueqiao.domains.incentives.values import RewardView
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

PRICE_MOST, STOCK_MOST = 1_000_000, 100_000


def offer_reward(
    *,
    actor: Actor,
    institution_id: int,
    title: str,
    partner: str,
    price_hundredths: int,
    stock: int,
    person_year_max: int,
    valid_to: date,
    now: datetime,
) -> RewardView:
    """Offer something a partner gives for points, handed over at an institution of the actor's unit.

    Raises NotAllowed, InstitutionUnknown, InvalidInput.
    """
    people.require_role(actor, *DESK_ROLES)
    if actor.person_id is None:
        raise NotAllowed
    institution = institutions.get_institution_by_id(institution_id)
    people.require_role(actor, *DESK_ROLES, region=institution.region)
    today, words, giver = local_date(now), " ".join(title.split()), " ".join(partner.split())
    for name, text in (("名称", words), ("提供方", giver)):
        if not 2 <= len(text) <= 60 or not text.isprintable():
            raise InvalidInput(what=f"{name}要写 2 到 60 个字")
    if not 0 < price_hundredths <= PRICE_MOST or not 0 < stock <= STOCK_MOST or not 0 < person_year_max <= 1000:
        raise InvalidInput(what="所需积分、数量、每人每年件数都要大于 0")
    if not today <= valid_to <= today + timedelta(days=3 * 366):
        raise InvalidInput(what="截止日要在今天到三年之内")
    with transaction.atomic():
        row = Reward.objects.create(
            title=words,
            institution_id=institution_id,
            region=institution.region,
            partner=giver,
            price_hundredths=price_hundredths,
            stock=stock,
            person_year_max=person_year_max,
            valid_to=valid_to,
            offered_by_id=actor.person_id,
            offered_at=now,
        )
        record_deed(
            actor=actor,
            verb="offer_reward",
            object_kind="reward",
            object_id=row.pk,
            region=row.region,
            now=now,
            detail={"title": words, "stock": stock, "price_hundredths": price_hundredths},
        )
        return reward_view(Reward.objects.select_related("institution").get(pk=row.pk), on=today)
