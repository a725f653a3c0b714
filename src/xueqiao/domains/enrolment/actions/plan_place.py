from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.actions._delivery import plan_delivery
from xueqiao.domains.enrolment.models import Place
from xueqiao.foundation.scope import Scope


def plan_place(*, place_id: int, now: datetime) -> None:
    """After a confirmation: note which meetings the place's money pays for. Repeating it changes nothing."""
    with transaction.atomic():
        place = Place.objects.within(Scope.everything("the platform plans what money pays for")).get(pk=place_id)
        if place.price_fen:
            plan_delivery(place, now=now)
