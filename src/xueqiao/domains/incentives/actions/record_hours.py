from datetime import date, datetime, timedelta

from django.db import transaction

from xueqiao.domains.incentives.actions._books import lock_persons, require_key, require_words
from xueqiao.domains.incentives.errors import OwnTimeRecorded, ReceiverNotFound, TimeDayMost
from xueqiao.domains.incentives.models import VolunteerTime
from xueqiao.domains.incentives.parameters import TIME_DAY_MOST
from xueqiao.domains.incentives.queries import DESK_ROLES, EVERYTHING, minutes_on, time_view
from xueqiao.domains.incentives.values import VolunteerTimeView
from xueqiao.domains.institutions import api as institutions
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

DAYS_BACK_MOST = 60


def record_hours(
    *,
    actor: Actor,
    institution_id: int,
    learner_code: str,
    day: date,
    minutes: int,
    words: str,
    request_key: str,
    now: datetime,
) -> VolunteerTimeView:
    """Write down time that somebody gave at an institution on a day; it counts once a second person confirmed it.

    By the organiser (a desk of the institution's unit), never for oneself, at most 60 days back, up to the day's cap.
    The same form twice is one record. Locks the volunteer's books. Raises NotAllowed, InstitutionUnknown, InvalidInput,
    ReceiverNotFound, OwnTimeRecorded, TimeDayMost.
    """
    people.require_role(actor, *DESK_ROLES)
    if actor.person_id is None:
        raise NotAllowed
    institution = institutions.get_institution_by_id(institution_id)
    people.require_role(actor, *DESK_ROLES, region=institution.region)
    require_key(request_key)
    today = local_date(now)
    said = require_words(words, what="做了什么要写 2 到 80 个字", least=2, most=80)
    if not today - timedelta(days=DAYS_BACK_MOST) <= day <= today:
        raise InvalidInput(what="日期要在今天和 60 天前之间")
    if type(minutes) is not int or not 0 < minutes <= 24 * 60:
        raise InvalidInput(what="时长要在 1 到 1440 分钟之间")
    person = people.find_person_by_code(Actor.system("an organiser names a volunteer"), learner_code)
    if person is None:
        raise ReceiverNotFound
    if person.id == actor.person_id:
        raise OwnTimeRecorded
    most = parameter_at(TIME_DAY_MOST.name, region=institution.region, on=day, institution_id=institution_id).value
    with transaction.atomic():
        lock_persons([person.id])
        rows = VolunteerTime.objects.within(EVERYTHING).select_related("person", "institution")
        known = rows.filter(recorded_by_id=actor.person_id, request_key=request_key).first()
        if known is not None:
            return time_view(known)
        had = minutes_on(person.id, day)
        if had + minutes > most:
            raise TimeDayMost(day=f"{day.month} 月 {day.day} 日", had=had, most=most)
        made = VolunteerTime.objects.create(
            person_id=person.id,
            institution_id=institution_id,
            region=institution.region,
            day=day,
            minutes=minutes,
            words=said,
            request_key=request_key,
            recorded_by_id=actor.person_id,
            recorded_at=now,
        )
        record_deed(
            actor=actor,
            verb="record_hours",
            object_kind="volunteer_time",
            object_id=made.pk,
            region=made.region,
            acting_for_id=person.id,
            now=now,
            detail={"minutes": minutes, "day": day.isoformat()},
        )
        return time_view(rows.get(pk=made.pk))
