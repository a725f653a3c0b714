"""Reads of learning, named by the answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import Count

from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.learning import parameters, rules
from xueqiao.domains.learning.errors import NotYourSession, SessionUnknown
from xueqiao.domains.learning.models import Attendance, Completion, RollSignature, SessionCode
from xueqiao.domains.learning.values import (
    AttendanceLine,
    CompletionRule,
    CompletionView,
    ParticipantCount,
    ParticipationEvent,
    ParticipationHome,
    ParticipationPage,
    Roll,
    RollLine,
    RotatingCode,
    SessionPlan,
)
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import NotAllowed, NotFound, Refused
from xueqiao.foundation.region_code import RegionCode
from xueqiao.foundation.scope import Scope

PAGE_SIZE = 50
LINES_MAX = 500  # attendance rows of one person shown at once: some ten years of weekly classes
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_ROLL_STAFF = ("centre_clerk", "county_officer")
_NAME_STAFF = ("centre_clerk", "county_officer")


def plan_of(session_id: int, *, now: datetime) -> SessionPlan:
    """Return a session with its class, room and teacher. Raises SessionUnknown."""
    try:
        view = classes.get_session(session_id)
    except Refused as reason:
        raise SessionUnknown from reason
    card = classes.class_cards([view.run_id], now=now)[view.run_id]
    return SessionPlan(
        session_id=view.id,
        run_id=view.run_id,
        run_code=view.run_code,
        run_title=view.title,
        number=view.number,
        starts_at=view.starts_at,
        ends_at=view.ends_at,
        room_name=view.room_name,
        venue_name=view.venue_name,
        institution_id=view.institution_id,
        institution_name=card.institution_name,
        region=view.region,
        teacher_id=view.teacher_id,
        teacher_name=view.teacher_name,
        is_cancelled=view.state == "cancelled",
    )


def require_may_call_roll(actor: Actor, plan: SessionPlan) -> None:
    """Raise NotYourSession unless the actor teaches the session, or is staff of the place."""
    if actor.kind == "system":
        return
    if actor.person_id is not None and actor.person_id == plan.teacher_id:
        return
    if actor.has_role(*_ROLL_STAFF) and actor.scope.has_region(plan.region):
        return
    raise NotYourSession


def whole_parameter(name: str, region: int, on: date, institution_id: int | None = None) -> int:
    """Return a whole-number parameter in force for a place on a day."""
    return int(parameter_at(name, region=region, on=on, institution_id=institution_id).value)


def rule_for(region: int, on: date, institution_id: int | None) -> CompletionRule:
    """Return the completion rule in force for a place on a day, with sources."""
    share = parameter_at(parameters.completion_share.name, region=region, on=on, institution_id=institution_id)
    late = parameter_at(parameters.late_minutes_lost.name, region=region, on=on, institution_id=institution_id)
    return CompletionRule(
        share_numerator=share.value[0],
        share_denominator=share.value[1],
        late_minutes_lost=late.value,
        sources={share.name: share.source, late.name: late.source},
        confirmed=share.confirmed and late.confirmed,
    )


def roster_ids(run_id: int) -> set[int]:
    """Return the persons who hold a confirmed place now."""
    return set(enrolment.confirmed_persons(run_id))


def access_roll(*, actor: Actor, session_id: int, now: datetime) -> Roll:
    """Return the roll of a session: everyone enrolled, and everyone who was recorded though no longer enrolled."""
    plan = plan_of(session_id, now=now)
    require_may_call_roll(actor, plan)
    everything = Scope.everything("the roll of a session its caller may call")
    rows = {row.person_id: row for row in Attendance.objects.within(everything).filter(session_id=session_id)}
    signature = RollSignature.objects.select_related("signed_by").filter(session_id=session_id).first()
    persons = people.access_persons(Actor.system("roll"), roster_ids(plan.run_id) | set(rows))
    day = local_date(plan.starts_at)
    lines = []
    for person_id, card in sorted(persons.items(), key=lambda item: item[1].code):
        row = rows.get(person_id)
        lines.append(
            RollLine(
                person_id=person_id,
                code=card.code,
                name=card.name,
                age=people.age_on(card.birth_date, day),
                **(_recorded(row) if row else {}),
            )
        )
    edit_hours = whole_parameter(parameters.edit_hours.name, plan.region, day, plan.institution_id)
    return Roll(
        session=plan,
        lines=tuple(lines),
        signed_at=signature.signed_at if signature else None,
        signed_by_name=signature.signed_by.name if signature and signature.signed_by else "",
        needs_reason=signature is not None and not rules.is_edit_free(plan.ends_at, edit_hours, now),
    )


def _recorded(row: Attendance) -> dict[str, Any]:
    return {
        "state": row.state,
        "minutes": row.minutes,
        "method": row.method,
        "recorded_at": row.recorded_at,
        "change_reason": row.change_reason,
        "previous_state": row.previous_state,
        "changed_at": row.changed_at,
    }


def access_rotating_code(*, actor: Actor, session_id: int, now: datetime) -> RotatingCode:
    """Return the code to show now. Raises NotFound when `open_session_code` was never called for the session."""
    plan = plan_of(session_id, now=now)
    require_may_call_roll(actor, plan)
    code = SessionCode.objects.filter(session_id=session_id).first()
    if code is None:
        raise NotFound
    step = rules.step_of(now)
    token = rules.token_of(session_id, step, rules.code_for(bytes(code.secret), session_id, step))
    valid_until = datetime.fromtimestamp((step + 1) * rules.STEP_SECONDS, tz=now.tzinfo)
    left = max(1, int((valid_until - now).total_seconds()))
    return RotatingCode(session_id, token, step, valid_until, left)


def session_of_token(token: str, *, now: datetime) -> SessionPlan:
    """Return the session a scanned token names, live or not. Raises SessionUnknown for a token that is none of ours."""
    parts = rules.parts_of(token)
    if parts is None:
        raise SessionUnknown
    return plan_of(parts[0], now=now)


def attendance_of(*, actor: Actor, person_id: int, run_id: int) -> tuple[AttendanceLine, ...]:
    """Return every session of one class for one learner, recorded or not, in order. The actor must be in scope."""
    return attendance_by_run(actor=actor, person_id=person_id, run_ids=[run_id]).get(run_id, ())


def attendance_by_run(*, actor: Actor, person_id: int, run_ids: Iterable[int]) -> dict[int, tuple[AttendanceLine, ...]]:
    """Return run -> sessions with what was recorded for one learner; two queries for any number of runs."""
    wanted = list(run_ids)
    rows = {
        row.session_id: row
        for row in Attendance.objects.within(actor.scope).filter(person_id=person_id, session__run_id__in=wanted)
    }
    answer: dict[int, list[AttendanceLine]] = defaultdict(list)
    for session in classes.sessions_of_runs(wanted, first=_EARLIEST, last=_LATEST):
        row = rows.get(session.id)
        answer[session.run_id].append(
            AttendanceLine(
                session_id=session.id,
                run_id=session.run_id,
                number=session.number,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                is_cancelled=session.state == "cancelled",
                state=row.state if row else "",
                minutes=row.minutes if row else 0,
                method=row.method if row else "",
                recorded_at=row.recorded_at if row else None,
                previous_state=row.previous_state if row else "",
                change_reason=row.change_reason if row else "",
                changed_at=row.changed_at if row else None,
            )
        )
    return {run_id: tuple(lines) for run_id, lines in answer.items()}


def access_attendance(*, actor: Actor, person_ids: Iterable[int], limit: int = 100) -> tuple[dict[str, Any], ...]:
    """Return recorded sessions of the persons in the actor's scope, newest first, at most `limit` (up to 500)."""
    rows = (
        Attendance.objects.within(actor.scope)
        .filter(person_id__in=list(person_ids))
        .select_related("session__run")
        .order_by("-attended_on", "-id")[: min(limit, LINES_MAX)]
    )
    return tuple(
        {
            "person_id": row.person_id,
            "run_code": row.session.run.code,
            "run_title": row.session.run.title,
            "session_number": row.session.number,
            "attended_on": row.attended_on,
            **_recorded(row),
        }
        for row in rows
    )


_COMPLETION_PARTS = ("run__institution", "run__course", "person")


def _completion_view(row: Completion) -> CompletionView:
    return CompletionView(
        id=row.pk,
        run_id=row.run_id,
        run_code=row.run.code,
        run_title=row.run.title,
        course_id=row.run.course_id,
        course_code=row.run.course.code,
        institution_id=row.run.institution_id,
        institution_name=row.run.institution.name,
        region=row.region,
        person_id=row.person_id,
        person_name=row.person.name,
        completed_at=row.completed_at,
        sessions_attended=row.sessions_attended,
        sessions_held=row.sessions_held,
        minutes_attended=row.minutes_attended,
        starts_on=row.run.starts_on,
        ends_on=row.run.ends_on,
        rule=row.rule,
    )


def access_completions(*, actor: Actor, person_ids: Iterable[int], limit: int = 100) -> tuple[CompletionView, ...]:
    """Return completions of the persons in the actor's scope, newest first."""
    rows = (
        Completion.objects.within(actor.scope)
        .filter(person_id__in=list(person_ids))
        .select_related(*_COMPLETION_PARTS)
        .order_by("-completed_at", "-id")[: min(limit, LINES_MAX)]
    )
    return tuple(_completion_view(row) for row in rows)


def completions_of_institution(institution_id: int, *, after_id: int, through_id: int, limit: int) -> tuple[int, ...]:
    """Return the next ids of an institution's completions, in order: for work that goes through all in parts."""
    rows = Completion.objects.within(Scope.everything("ids only; whoever asks checks the duty"))
    rows = rows.filter(run__institution_id=institution_id, pk__gt=after_id, pk__lte=through_id)
    return tuple(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def access_completion(*, actor: Actor, completion_id: int) -> CompletionView:
    """Return one completion in the actor's scope. Raises NotFound."""
    try:
        row = Completion.objects.within(actor.scope).select_related(*_COMPLETION_PARTS).get(pk=completion_id)
    except ObjectDoesNotExist as reason:
        raise NotFound from reason
    return _completion_view(row)


# Distinct first, then add up: almost everybody has one home in a year, and those are counted per home and summed
# upwards without another distinct; only the few with several homes are made distinct per unit.
_COUNT_SQL = """
WITH pair AS MATERIALIZED (
    SELECT a.person_id, a.{region} AS home
      FROM learning_attendance a
      {join}
     WHERE a.attended_on BETWEEN %(first)s AND %(last)s
       AND a.{region} BETWEEN %(low)s AND %(high)s
       AND a.minutes >= %(minutes)s
       {born}
     GROUP BY a.person_id, a.{region}
), person AS MATERIALIZED (
    SELECT person_id, min(home) AS home, count(*) AS homes FROM pair GROUP BY person_id
), settled AS MATERIALIZED (
    SELECT home, count(*) AS persons FROM person WHERE homes = 1 GROUP BY home
), step(level, span) AS (
    VALUES (1, 10000000000::bigint), (2, 100000000), (3, 1000000), (4, 1000), (5, 1)
), counted AS (
    SELECT step.level, settled.home - settled.home %% step.span AS unit, settled.persons
      FROM settled CROSS JOIN step
     WHERE step.level < 5 OR settled.home %% 1000 <> 0
    UNION ALL
    SELECT level, unit, count(*)
      FROM (
            SELECT DISTINCT step.level, pair.home - pair.home %% step.span AS unit, pair.person_id
              FROM pair JOIN person USING (person_id) CROSS JOIN step
             WHERE person.homes > 1 AND (step.level < 5 OR pair.home %% 1000 <> 0)
           ) AS moved
     GROUP BY level, unit
)
SELECT level, unit, sum(persons)::bigint
  FROM counted
 WHERE level = ANY(%(levels)s)
 GROUP BY level, unit
 ORDER BY level, unit
"""


def arrivals_of(session_ids: Iterable[int]) -> dict[int, int]:
    """How many are on record as present or late, by session id; numbers only, for the centre's day."""
    rows = Attendance.objects.within(Scope.everything("counts without names")).filter(
        session_id__in=list(session_ids)[:500], state__in=(rules.PRESENT, rules.LATE)
    )
    return dict(rows.order_by().values_list("session_id").annotate(Count("id")))


def participants_by_unit(
    *,
    year: int,
    region: int | None = None,
    levels: Iterable[int] = (1, 2, 3, 4, 5),
    by: str = "home",
    age_from: int | None = None,
    through: date | None = None,
    minutes: int | None = None,
) -> list[ParticipantCount]:
    """Count distinct persons with a valid participation in a calendar year, per unit of the asked levels.

    A person counts once per year and per unit, so levels do not add up: someone who moved counts in both counties and
    once in the province (domain rules 2.1). by: "home" (where she lived on the day) or "class" (where it happened).
    age_from: reached on or before 31 December of the year. through: last day counted, for figures of a running year.
    minutes: least minutes of a valid participation; the parameter of the province by default. Only present and late
    rows carry minutes, so absences never count.
    """
    last = date(year, 12, 31)
    place = RegionCode(region) if region is not None else None
    if minutes is None:
        minutes = whole_parameter(parameters.valid_minutes.name, int(place or 320000000000), last)
    born = "AND b.birth_date <= %(born)s" if age_from is not None else ""
    sql = _COUNT_SQL.format(
        region={"home": "person_region", "class": "region"}[by],
        join="JOIN people_person b ON b.id = a.person_id" if born else "",
        born=born,
    )
    values: dict[str, Any] = {
        "first": date(year, 1, 1),
        "last": min(last, through) if through else last,
        "low": place.low if place else 0,
        "high": place.high if place else 999_999_999_999,
        "minutes": minutes,
        "born": date(year - age_from, 12, 31) if age_from is not None else None,
        "levels": list(levels),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', '128MB', true)")  # one pass in memory instead of on disk
        cursor.execute(sql, values)
        return [ParticipantCount(level, unit, persons) for level, unit, persons in cursor.fetchall()]


_HOMES_SQL = """
SELECT a.person_id, a.person_region, (array_agg(a.id ORDER BY a.attended_on, a.id))[1], min(a.attended_on)
  FROM learning_attendance a
  JOIN people_person b ON b.id = a.person_id
 WHERE a.attended_on BETWEEN %(first)s AND %(last)s
   AND a.minutes >= %(minutes)s
   AND b.birth_date <= %(born)s
   {one}
 GROUP BY a.person_id, a.person_region
"""


def participation_homes(*, year: int, age_from: int, person_id: int | None = None) -> Iterator[ParticipationHome]:
    """Stream everyone (or one person) with a valid participation in a year, once per home, with the first signature.

    The conditions are those of `participants_by_unit`. Needs an open transaction: rows come from a server-side cursor,
    so that a province's million never stands in memory.
    """
    last = date(year, 12, 31)
    values: dict[str, Any] = {
        "first": date(year, 1, 1),
        "last": last,
        "minutes": whole_parameter(parameters.valid_minutes.name, 320000000000, last),
        "born": date(year - age_from, 12, 31),
        "person": person_id,
    }
    one = "AND a.person_id = %(person)s" if person_id is not None else ""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_HOMES_SQL.format(one=one), values)
        for row in cursor:
            yield ParticipationHome(*row)


def participation_events(
    *,
    actor: Actor,
    region: int,
    year: int,
    page: int = 1,
    by: str = "home",
    age_from: int | None = None,
    through: date | None = None,
    minutes: int | None = None,
) -> ParticipationPage:
    """Return the valid participations behind a figure of one unit, newest first, a page at a time.

    The whole unit must lie in the actor's scope. Names are shown to centre clerks and county officers of the place;
    everybody else reads masked names. The conditions are those of `participants_by_unit`, so that the distinct persons
    of all pages are the figure.
    """
    place = RegionCode(region)
    if not actor.scope.has_region(place):
        raise NotAllowed
    last = date(year, 12, 31)
    if minutes is None:
        minutes = whole_parameter(parameters.valid_minutes.name, place, last)
    path = {"home": "person_region", "class": "region"}[by]
    rows = Attendance.objects.within(actor.scope if by == "class" else Scope.everything("figure of a unit in scope"))
    rows = rows.filter(
        **{f"{path}__range": (place.low, place.high)},
        attended_on__range=(date(year, 1, 1), min(last, through) if through else last),
        minutes__gte=minutes,
    )
    if age_from is not None:
        rows = rows.filter(person__birth_date__lte=date(year - age_from, 12, 31))
    totals = rows.aggregate(events=Count("id"), persons=Count("person_id", distinct=True))
    page_count = max(1, -(-totals["events"] // PAGE_SIZE))
    page = min(max(1, page), page_count)
    shown = rows.select_related("session__run__institution", "person", "recorded_by").order_by("-attended_on", "-id")[
        (page - 1) * PAGE_SIZE : page * PAGE_SIZE
    ]
    names_shown = actor.kind == "system" or actor.has_role(*_NAME_STAFF)
    return ParticipationPage(
        events=tuple(_event(row, names_shown) for row in shown),
        total=totals["events"],
        persons=totals["persons"],
        page=page,
        page_count=page_count,
        names_shown=names_shown,
    )


def _event(row: Attendance, names_shown: bool) -> ParticipationEvent:
    run = row.session.run
    return ParticipationEvent(
        attendance_id=row.pk,
        person_id=row.person_id,
        person_code=row.person.code if names_shown else "",
        name=row.person.name if names_shown else people.mask_name(row.person.name),
        birth_year=row.person.birth_date.year,
        home_region=row.person_region,
        class_region=row.region,
        run_code=run.code,
        run_title=run.title,
        institution_name=run.institution.name,
        session_number=row.session.number,
        attended_on=row.attended_on,
        minutes=row.minutes,
        method=row.method,
        recorded_at=row.recorded_at,
        recorded_by_name=row.recorded_by.name if row.recorded_by else "",
    )


def runs_to_judge(now: datetime, *, days: int = 3, limit: int = 2000) -> list[int]:
    """Return class runs with a recorded session that ended within the last `days` days and was not judged complete."""
    since = now - timedelta(days=days)
    rows = (
        Attendance.objects.within(Scope.everything("the sweep over ended classes"))
        .filter(attended_on__gte=local_date(since), session__ends_at__range=(since, now))
        .filter(session__run__state__in=("published", "finished"))
        .values_list("session__run_id", flat=True)
        .distinct()
        .order_by("session__run_id")[:limit]
    )
    return list(rows)
