from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from xueqiao.domains.catalogue.api import get_course
from xueqiao.domains.classes.calendar import meeting_days_of
from xueqiao.domains.classes.errors.runs import BadClassPlan, RoomTaken, TeacherTaken
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.domains.classes.queries import clashes, get_class_by_id, quote_price
from xueqiao.domains.classes.queries.rooms import club_in_the_way
from xueqiao.domains.classes.rules import runs as rules
from xueqiao.domains.classes.rules.runs import when_words
from xueqiao.domains.classes.values.runs import Clash, ClassDetail, Pattern
from xueqiao.domains.institutions.api import get_institution_by_id, rooms_by_id
from xueqiao.domains.people.api import homes_of
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.clock import local

_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
PRICE_FEN_MAX = 10_000_00


def open_class_run(
    *,
    actor: Actor,
    course_code: str,
    institution_id: int,
    room_id: int,
    teacher_id: int,
    pattern: Pattern,
    capacity: int,
    learners_min: int = 1,
    title: str = "",
    price_fen: int | None = None,
    subsidy_fen: int | None = None,
    admission: str = "first_come",
    age_min: int | None = None,
    age_max: int | None = None,
    enrol_opens_at: datetime | None = None,
    enrol_closes_at: datetime | None = None,
    copied_from_id: int | None = None,
    is_demo: bool = False,
    now: datetime,
) -> ClassDetail:
    """Plan a class run with all its meetings, as a draft. Public holidays are left out unless the pattern keeps them.

    price_fen None takes the price by rule (class hours x unit cost), subsidy_fen None the subsidy by rule; a price of 0
    is a class free of charge. Enrolment opens now and closes when the first meeting starts unless told otherwise.
    Raises NotAllowed, BadClassPlan, RoomTooSmall, RoomTaken, TeacherTaken, UnknownCourse; then nothing was written.
    """
    institution = get_institution_by_id(institution_id)
    rules.require_may_plan(actor, institution.region)
    course = get_course(course_code)
    room = rooms_by_id([room_id]).get(room_id)
    if room is None or room.venue.institution_id != institution_id:
        raise BadClassPlan(what="这间教室不属于本单位，请从本单位的教室里选")
    if teacher_id not in homes_of([teacher_id]):
        raise BadClassPlan(what="没有这位老师，请从教师名单里选")
    if not 1 <= learners_min <= capacity:
        raise BadClassPlan(what="开班人数要在 1 和座位数之间")
    rules.require_plan(pattern.first_day, room.name, room.seats, capacity, today=local(now).date())
    days, _ = meeting_days_of(pattern)
    meetings = rules.meetings(pattern, days)
    quote = quote_price(
        session_count=pattern.session_count,
        session_minutes=pattern.session_minutes,
        region=institution.region,
        institution_id=institution_id,
        on=pattern.first_day,
    )
    price = quote.price_fen if price_fen is None else price_fen
    subsidy = rules.subsidy_share_fen(price, quote.subsidy_percent) if subsidy_fen is None else subsidy_fen
    if not 0 <= subsidy <= price <= PRICE_FEN_MAX:
        raise BadClassPlan(what="价格要在 0 到 10,000 元之间，补贴不能比价格高")
    opens_at = enrol_opens_at or now
    closes_at = enrol_closes_at or meetings[0][0]
    if not opens_at < closes_at <= meetings[-1][1]:
        raise BadClassPlan(what="报名要在开始之后、最后一次课之前截止")
    if admission not in ("first_come", "draw", "priority_draw", "interview"):
        raise BadClassPlan(what="录取方式请从列表里选")
    _require_ages(age_min, age_max)
    clean_title = " ".join((title or course.title).split())
    if not 1 <= len(clean_title) <= 80 or not clean_title.isprintable():
        raise BadClassPlan(what="班名要有 1 到 80 个字")

    with transaction.atomic():
        require_no_clash(meetings, room_id=room_id, teacher_id=teacher_id)
        try:
            with transaction.atomic():
                run = ClassRun.objects.create(
                    code=_new_code(),
                    course_id=course.id,
                    institution_id=institution_id,
                    title=clean_title,
                    region=institution.region,
                    room_id=room_id,
                    teacher_id=teacher_id,
                    admission=admission,
                    capacity=capacity,
                    learners_min=learners_min,
                    price_fen=price,
                    subsidy_fen=subsidy,
                    age_min=age_min,
                    age_max=age_max,
                    starts_on=days[0],
                    ends_on=days[-1],
                    enrol_opens_at=opens_at,
                    enrol_closes_at=closes_at,
                    copied_from_id=copied_from_id,
                    is_demo=is_demo,
                )
                Session.objects.bulk_create(
                    Session(
                        run=run, number=number, starts_at=start, ends_at=end, room_id=room_id, teacher_id=teacher_id
                    )
                    for number, (start, end) in enumerate(meetings, start=1)
                )
        except IntegrityError as error:
            raise_clash(error, meetings, room_id=room_id, teacher_id=teacher_id)
        record_deed(
            actor=actor,
            verb="open_class_run",
            object_kind="class_run",
            object_id=run.id,
            region=run.region,
            now=now,
            detail={"code": run.code, "price_fen": price, "subsidy_fen": subsidy, "sessions": len(meetings)},
        )
        return get_class_by_id(run.id, now=now)


def require_no_clash(
    meetings: Sequence[tuple[datetime, datetime]],
    *,
    room_id: int,
    teacher_id: int,
    except_session_id: int | None = None,
) -> None:
    """Raise RoomTaken or TeacherTaken with the class in the way. A friendly first look; the constraint decides."""
    found = clashes(meetings, room_id=room_id, teacher_id=teacher_id, except_session_id=except_session_id, limit=1)
    if found:
        raise refusal_of(found[0])


def raise_clash(
    error: IntegrityError,
    meetings: Sequence[tuple[datetime, datetime]],
    *,
    room_id: int,
    teacher_id: int,
    except_session_id: int | None = None,
) -> None:
    """Turn a violated exclusion (somebody else was faster) into the same refusal; other errors go on as they are."""
    if "room_use_once" not in str(error) and "teaching_use_once" not in str(error):
        raise error
    require_no_clash(meetings, room_id=room_id, teacher_id=teacher_id, except_session_id=except_session_id)
    club = club_in_the_way(meetings, room_id=room_id)
    if club is not None:
        room, starts_at, ends_at, name = club
        raise RoomTaken(room=room, when=when_words(starts_at, ends_at), title=name) from error
    raise error


def refusal_of(clash: Clash) -> RoomTaken | TeacherTaken:
    when = when_words(clash.starts_at, clash.ends_at)
    if clash.kind == "room":
        return RoomTaken(room=clash.room_name, when=when, title=clash.title)
    return TeacherTaken(teacher=clash.teacher_name, when=when, title=clash.title)


def _require_ages(age_min: int | None, age_max: int | None) -> None:
    if any(age is not None and not 0 <= age <= 120 for age in (age_min, age_max)):
        raise BadClassPlan(what="年龄要在 0 到 120 之间")
    if age_min is not None and age_max is not None and age_min > age_max:
        raise BadClassPlan(what="最小年龄不能比最大年龄大")


def _new_code() -> str:
    # 31^7 codes: the unique constraint is the judge, a collision once in a million classes is a second try by a person.
    return "B" + "".join(secrets.choice(_CODE_LETTERS) for _ in range(7))
