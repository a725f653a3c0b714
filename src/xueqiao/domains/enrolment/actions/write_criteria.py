from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xueqiao.domains.enrolment.admission.rounds import shut_gate
from xueqiao.domains.enrolment.errors.interviews import CriteriaFixed
from xueqiao.domains.enrolment.models import InterviewCriterion
from xueqiao.domains.enrolment.queries.interviews import criteria_of, require_interviews
from xueqiao.domains.enrolment.queries.rounds import access_round
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES
from xueqiao.domains.enrolment.rules.interviews import require_criteria
from xueqiao.domains.enrolment.values.interviews import CriterionPlan, CriterionView
from xueqiao.domains.enrolment.values.rounds import PLANNED
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed


def write_criteria(*, actor: Actor, code: str, criteria: Sequence[CriterionPlan], now: datetime) -> list[CriterionView]:
    """Write down by what the interviews of a planned round are judged; replaces what stood there.

    From the opening on the criteria are public and fixed. Shuts the round's gate.
    Raises NotAllowed, RoundNotFound, NotAnInterview, CriteriaFixed, BadCriteria.
    """
    with transaction.atomic():
        known = access_round(actor=actor, code=code, now=now)
        people.require_role(actor, *STAFF_ROLES, region=known.region)
        require_interviews(known)
        row = shut_gate(known.id)
        if row.state != PLANNED:
            raise CriteriaFixed
        cleaned = [CriterionPlan(c.name.strip()[:30], c.words.strip()[:200], c.points_max) for c in criteria]
        require_criteria(cleaned)
        InterviewCriterion.objects.filter(round=row).delete()
        InterviewCriterion.objects.bulk_create(
            InterviewCriterion(round=row, number=number, name=c.name, words=c.words, points_max=c.points_max)
            for number, c in enumerate(cleaned, 1)
        )
        record_deed(
            actor=actor,
            verb="write_criteria",
            object_kind="round",
            object_id=row.pk,
            now=now,
            region=row.region,
            detail={"code": row.code, "criteria": [[c.name, c.points_max] for c in cleaned]},
        )
        return criteria_of(row.pk)
