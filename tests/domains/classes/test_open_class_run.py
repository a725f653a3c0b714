from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.domains.classes.planning import clerk_of, mondays, open_class
from tests.worlds.small_county import COUNTY, LINHAI, TODAY, acting, add_person, add_room, on_duty
from xueqiao.domains.catalogue.api import UnknownCourse
from xueqiao.domains.classes.api import BadClassPlan, RoomTaken, RoomTooSmall, TeacherTaken
from xueqiao.domains.classes.models import ClassRun, Holiday, Session
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.parameters.models import Parameter
from xueqiao.foundation.reasons import NotAllowed


def counts():
    return ClassRun.objects.count(), Session.objects.count(), AuditEntry.objects.count()


def test_a_clerk_opens_eight_mondays_as_a_draft(world):
    shown = open_class(world)
    assert shown.state == "draft"
    assert [each.day for each in shown.sessions][:2] == [date(2026, 3, 9), date(2026, 3, 16)]
    assert len(shown.sessions) == 8
    assert shown.sessions[0].starts_at == at_local(date(2026, 3, 9), 19)
    assert shown.sessions[0].minutes == 90
    deed = AuditEntry.objects.get(verb="open_class_run")
    assert deed.actor_person_id == world.clerk.id and deed.detail["sessions"] == 8


def test_public_holidays_are_skipped_and_the_class_ends_later(world):
    # 2026-04-06 is the Monday of Tomb-Sweeping (清明), 2026-05-04 of Labour Day: both from the shipped calendar.
    shown = open_class(world)
    days = [each.day for each in shown.sessions]
    assert date(2026, 4, 6) not in days and date(2026, 5, 4) not in days
    assert shown.ends_on == days[-1] == date(2026, 5, 11)


def test_a_holiday_of_the_table_counts_too(world):
    Holiday.objects.create(day=date(2026, 3, 16), kind="holiday", name="本地节日")
    assert date(2026, 3, 16) not in [each.day for each in open_class(world).sessions]


def test_holidays_are_kept_when_the_pattern_says_so(world):
    shown = open_class(world, pattern=mondays(skips_holidays=False))
    assert date(2026, 4, 6) in [each.day for each in shown.sessions]


def test_price_by_rule_is_hours_times_unit_cost_with_the_subsidy_of_the_place(world):
    # 8 x 90 minutes = 16 class hours x 30 yuan = 480 yuan; half of it carried by government.
    shown = open_class(world)
    assert (shown.card.price_fen, shown.card.subsidy_fen, shown.card.to_pay_fen) == (48_000, 24_000, 24_000)
    assert shown.class_hours_hundredths == 1_600


def test_a_place_may_set_its_own_unit_cost_and_subsidy(world):
    for name, value in (("classes.unit_cost_fen_per_class_hour", 2_000), ("classes.subsidy_percent", 100)):
        Parameter.objects.create(
            name=name,
            region=COUNTY,
            value=value,
            valid_from=date(2026, 1, 1),
            source="射阳县文件",
            approved_by="陈明",
            recorded_at=world.now,
        )
    shown = open_class(world)
    assert (shown.card.price_fen, shown.card.to_pay_fen) == (32_000, 0)


def test_the_same_room_at_the_same_time_is_refused_with_the_class_in_the_way(world):
    before = counts()
    with pytest.raises(RoomTaken) as refused:
        open_class(
            world,
            teacher_id=add_person("另一位").id,
            pattern=mondays(TODAY + timedelta(days=7), weekdays=(3,), start_hour=20, session_count=2),
        )
    assert refused.value.message == (
        "这个时间 101 教室 已有课：3 月 11 日 周三 19:00–20:30《手机支付与防诈骗》。请换一间教室，或换个时间。"
    )
    assert counts() == before


def test_the_same_teacher_in_two_rooms_is_refused(world):
    room = add_room(world.centre, name="202 教室")
    before = counts()
    with pytest.raises(TeacherTaken) as refused:
        open_class(world, room_id=room.id, pattern=mondays(TODAY + timedelta(days=7), weekdays=(3,)))
    assert "陆建芬" in refused.value.message
    assert counts() == before


def test_one_class_may_begin_when_the_other_ends(world):
    shown = open_class(
        world,
        pattern=mondays(TODAY + timedelta(days=7), weekdays=(3,), start_hour=20, start_minute=30, session_count=2),
    )
    assert len(shown.sessions) == 2


def test_the_database_itself_refuses_two_meetings_in_one_room(world):
    first = world.sessions[0]
    with pytest.raises(IntegrityError, match="room_use_once"), transaction.atomic():
        Session.objects.create(
            run=world.run,
            number=99,
            starts_at=first.starts_at + timedelta(minutes=30),
            ends_at=first.ends_at + timedelta(minutes=30),
            room=world.room,
            teacher=add_person("第三位"),
        )


def test_the_database_itself_refuses_one_teacher_in_two_rooms(world):
    first = world.sessions[0]
    with pytest.raises(IntegrityError, match="teaching_use_once"), transaction.atomic():
        Session.objects.create(
            run=world.run,
            number=99,
            starts_at=first.starts_at,
            ends_at=first.ends_at,
            room=add_room(world.centre, name="303 教室"),
            teacher=world.teacher,
        )


def test_a_cancelled_meeting_frees_its_room(world):
    Session.objects.filter(run=world.run).update(state="cancelled")
    assert open_class(world, pattern=mondays(TODAY + timedelta(days=7), weekdays=(3,))).sessions


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"pattern": mondays(weekdays=())}, BadClassPlan),
        ({"pattern": mondays(weekdays=(8,))}, BadClassPlan),
        ({"pattern": mondays(session_count=0)}, BadClassPlan),
        ({"pattern": mondays(session_count=10_000)}, BadClassPlan),
        ({"pattern": mondays(session_count=100)}, BadClassPlan),  # 100 Mondays do not fit into 400 days
        ({"pattern": mondays(session_minutes=0)}, BadClassPlan),
        ({"pattern": mondays(start_hour=23)}, BadClassPlan),
        ({"pattern": mondays(start_hour=25)}, BadClassPlan),
        ({"pattern": mondays(date(2020, 1, 6))}, BadClassPlan),
        ({"pattern": mondays(date(9999, 1, 4))}, BadClassPlan),
        ({"capacity": 21}, RoomTooSmall),
        ({"capacity": 0}, BadClassPlan),
        ({"price_fen": -1}, BadClassPlan),
        ({"price_fen": 100, "subsidy_fen": 200}, BadClassPlan),
        ({"price_fen": 10**12}, BadClassPlan),
        ({"teacher_id": 10**9}, BadClassPlan),
        ({"room_id": 10**9}, BadClassPlan),
        ({"admission": "raffle"}, BadClassPlan),
        ({"age_min": 60, "age_max": 50}, BadClassPlan),
        ({"age_min": -3}, BadClassPlan),
        ({"title": "x" * 81}, BadClassPlan),
        ({"title": "a\x00b"}, BadClassPlan),
        ({"course_code": "C999"}, UnknownCourse),
    ],
)
def test_what_makes_no_class_is_refused_and_nothing_is_written(world, changes, error):
    before = counts()
    with pytest.raises(error) as refused:
        open_class(world, **changes)
    assert refused.value.message
    assert counts() == before


def test_a_room_of_another_centre_is_refused(world):
    with pytest.raises(BadClassPlan):
        open_class(world, room_id=world.other_room.id)


@pytest.mark.parametrize("who", ["resident", "teacher", "other_clerk"])
def test_only_staff_of_the_place_may(world, who):
    actor = {
        "resident": acting(world.elder),
        "teacher": on_duty(world.teacher, "teacher", 320924100000),
        "other_clerk": on_duty(world.clerk, "centre_clerk", LINHAI),
    }[who]
    before = counts()
    with pytest.raises(NotAllowed):
        open_class(world, actor=actor)
    assert counts() == before
    assert clerk_of(world).has_role("centre_clerk")
