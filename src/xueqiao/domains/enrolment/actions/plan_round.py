from contextlib import suppress
from datetime import datetime

from django.db import connection, transaction

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.errors.rounds import BadRoundPlan
from xueqiao.domains.enrolment.models import AdmissionRound, RoundRun, SeatQuota
from xueqiao.domains.enrolment.queries.round_numbers import numbers_at
from xueqiao.domains.enrolment.queries.rounds import round_view
from xueqiao.domains.enrolment.queries.seats import STAFF_ROLES, facts_of, seats_of
from xueqiao.domains.enrolment.rules.rounds import require_sound_plan, round_code
from xueqiao.domains.enrolment.values.rounds import RoundPlan, RoundView
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed


def plan_round(*, actor: Actor, plan: RoundPlan, now: datetime, is_demo: bool = False) -> RoundView:
    """Write down a round of one or several schools' classes; residents see nothing until a second person opens it.

    Opens the classes' pools. Raises NotAllowed (for the institution's unit or a class's), BadRoundPlan.
    """
    body = institutions.get_institution_by_id(plan.institution_id)
    people.require_role(actor, *STAFF_ROLES, region=body.region)
    with transaction.atomic():
        codes = [each.run_code for each in plan.runs]
        ids = _ids_of(codes, now)
        for run_id in sorted(ids.values()):
            seats.open_pool(run_id)
        facts = {each.code: each for each in facts_of(ids.values()).values()}
        for each in facts.values():
            people.require_role(actor, *STAFF_ROLES, region=each.region)
        free = {code: seats_of(run_id).left for code, run_id in ids.items()}
        require_sound_plan(
            plan, facts, free, numbers_at(region=body.region, institution_id=plan.institution_id, now=now), now=now
        )
        if RoundRun.objects.filter(run_id__in=ids.values(), is_live=True).exists():
            raise BadRoundPlan(what="有的班已经在另一轮报名里")
        row = _write(actor, plan, body.region, ids, is_demo, now)
        record_deed(
            actor=actor,
            verb="plan_round",
            object_kind="round",
            object_id=row.pk,
            now=now,
            region=row.region,
            detail={"code": row.code, "runs": codes},
        )
        return round_view(row, now=now)


def _write(
    actor: Actor, plan: RoundPlan, region: int, ids: dict[str, int], is_demo: bool, now: datetime
) -> AdmissionRound:
    round_id = _next_id()
    row = AdmissionRound.objects.create(
        id=round_id,
        code=round_code(round_id),
        title=plan.title.strip()[:80] or "报名",
        institution_id=plan.institution_id,
        region=region,
        mode=plan.mode,
        series=plan.series.strip()[:40],
        info_opens_at=plan.info_opens_at,
        priority_opens_at=plan.priority_opens_at,
        wishes_open_at=plan.wishes_open_at,
        wishes_close_at=plan.wishes_close_at,
        offer_hours=plan.offer_hours,
        leftovers_open_at=plan.leftovers_open_at,
        wishes_max=plan.wishes_max,
        group_size_max=plan.group_size_max,
        rules={"open_to": plan.open_to},
        source_kind=plan.source_kind,
        source_name=plan.source_name.strip()[:120],
        source_due_at=plan.source_due_at,
        planned_by_id=actor.person_id,
        is_demo=is_demo,
    )
    earlier = _ids_of([each.continues for each in plan.runs if each.continues], now)
    for each in plan.runs:
        if each.continues and each.continues not in earlier:
            raise BadRoundPlan(what=f"没有找到上学期的班 {each.continues}")
        one = RoundRun.objects.create(
            round=row,
            run_id=ids[each.run_code],
            seats=each.seats,
            is_beginner=each.is_beginner,
            continues_id=earlier.get(each.continues),
            series_terms=each.series_terms,
        )
        SeatQuota.objects.bulk_create(SeatQuota(round_run=one, bucket=q.bucket, seats=q.seats) for q in each.quotas)
    row.refresh_from_db(fields=["uuid"])
    return row


def _ids_of(codes: list[str], now: datetime) -> dict[str, int]:
    """Class code -> id; codes nobody has are missing."""
    found = {}
    for code in codes[:200]:
        with suppress(classes.UnknownClass):
            found[code] = classes.get_class(code, now=now).run_id
    return found


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('enrolment_admissionround', 'id'))")
        return int(cursor.fetchone()[0])
