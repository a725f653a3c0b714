"""Reads of declarations: which papers of a person are good today."""

from datetime import date, datetime

from xueqiao.domains.enrolment.models import Declaration
from xueqiao.foundation import clock
from xueqiao.foundation.audit.api import Actor


def access_papers(*, actor: Actor, person_id: int, now: datetime) -> dict[str, date]:
    """Kind of paper (health, over80) -> the last day it is good, for a person in the actor's scope."""
    rows = (
        Declaration.objects.within(actor.scope)
        .filter(person_id=person_id, valid_until__gte=clock.local_date(now))
        .order_by("valid_until")
    )
    return dict(rows.values_list("kind", "valid_until"))
