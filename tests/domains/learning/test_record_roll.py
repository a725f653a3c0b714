from datetime import timedelta

import pytest

from tests.domains.learning.classroom import EVERYTHING, classroom, rows
from tests.worlds.small_county import COUNTY, HEDE, LINHAI, OTHER_COUNTY, acting, add_person, on_duty
from xueqiao.domains.learning import api as learning
from xueqiao.domains.learning.errors import (
    MarksNotOnRoll,
    NotYourSession,
    ReasonNeeded,
    SessionCancelled,
    SessionUnknown,
    SignInTooEarly,
    UnknownMark,
)
from xueqiao.domains.learning.models import Attendance, RollSignature
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def test_everyone_is_present_but_those_marked_and_minutes_follow_the_rule() -> None:
    room = classroom(4)
    marks = {room.learners[1].pk: "absent", room.learners[2].pk: "late"}
    roll = learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks=marks, now=room.during())
    assert rows(room.run) == [
        ("张桂兰", 1, "present", 90),
        ("学员2", 1, "absent", 0),
        ("学员3", 1, "late", 75),
        ("学员4", 1, "present", 90),
    ]
    assert (roll.present_count, roll.absent_count, roll.signed_by_name) == (3, 1, "顾老师")
    row = Attendance.objects.within(EVERYTHING).get(person=room.learners[0])
    assert (row.region, row.person_region, row.method) == (room.run.region, room.learners[0].region, "list")
    assert row.recorded_by_id == room.teacher.person_id
    assert OutboxEvent.objects.filter(name="learning.AttendanceRecorded").count() == 4
    assert AuditEntry.objects.filter(verb="record_roll").count() == 1


def test_the_same_roll_sent_twice_changes_nothing() -> None:
    room = classroom(3)
    marks = {room.learners[1].pk: "absent"}
    for _ in range(2):
        learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks=marks, now=room.during())
    assert len(rows(room.run)) == 3
    assert OutboxEvent.objects.filter(name="learning.AttendanceRecorded").count() == 3
    assert OutboxEvent.objects.filter(name="learning.AttendanceCorrected").count() == 0
    assert RollSignature.objects.get().signed_at == room.during()


def test_a_second_roll_keeps_absences_it_does_not_mention() -> None:
    room = classroom(3)
    learning.record_roll(
        actor=room.teacher, session_id=room.first.pk, marks={room.learners[1].pk: "absent"}, now=room.during()
    )
    learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks={}, now=room.during(minutes=9))
    assert ("学员2", 1, "absent", 0) in rows(room.run)


def test_forty_people_cost_few_queries(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    room = classroom(40)
    marks = {learner.pk: "absent" for learner in room.learners[:5]}
    with django_assert_max_num_queries(40 * 2 + 45):  # two per recorded fact in the outbox, the rest is fixed
        learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks=marks, now=room.during())
    assert sum(state == "present" for _, _, state, _ in rows(room.run)) == 35


@pytest.mark.parametrize("who", ["stranger", "other_officer", "other_town_clerk", "learner"])
def test_nobody_calls_a_roll_that_is_not_theirs(who: str) -> None:
    room = classroom(2)
    world = room.world
    actor = {
        "stranger": acting(add_person("路人")),
        "other_officer": on_duty(world.other_officer, "county_officer", OTHER_COUNTY),
        "other_town_clerk": on_duty(add_person("别处"), "centre_clerk", LINHAI),
        "learner": acting(room.learners[0]),
    }[who]
    with pytest.raises(NotYourSession):
        learning.record_roll(actor=actor, session_id=room.first.pk, marks={}, now=room.during())
    with pytest.raises(NotYourSession):
        learning.access_roll(actor=actor, session_id=room.first.pk, now=room.during())
    assert rows(room.run) == []


@pytest.mark.parametrize(("role", "region"), [("centre_clerk", HEDE), ("county_officer", COUNTY)])
def test_staff_of_the_place_may_call_it(role: str, region: int) -> None:
    room = classroom(2)
    actor = on_duty(room.world.clerk, role, region)
    learning.record_roll(actor=actor, session_id=room.first.pk, marks={}, now=room.during())
    assert len(rows(room.run)) == 2


def test_marks_for_strangers_or_unknown_words_store_nothing() -> None:
    room = classroom(2)
    stranger = add_person("路人")
    with pytest.raises(MarksNotOnRoll) as refusal:
        learning.record_roll(
            actor=room.teacher, session_id=room.first.pk, marks={stranger.pk: "absent"}, now=room.during()
        )
    assert "1 个人" in refusal.value.message
    with pytest.raises(UnknownMark):
        learning.record_roll(
            actor=room.teacher, session_id=room.first.pk, marks={room.learners[0].pk: "dead"}, now=room.during()
        )
    assert rows(room.run) == []


def test_a_roll_opens_half_an_hour_before_the_start() -> None:
    room = classroom(2)
    early = room.first.starts_at - timedelta(minutes=31)
    with pytest.raises(SignInTooEarly) as refusal:
        learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks={}, now=early)
    assert "18:30" in refusal.value.message
    learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks={}, now=early + timedelta(minutes=1))
    assert len(rows(room.run)) == 2


def test_a_cancelled_or_unknown_session_has_no_roll() -> None:
    room = classroom(2)
    room.first.state = "cancelled"
    room.first.save()
    with pytest.raises(SessionCancelled):
        learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks={}, now=room.during())
    with pytest.raises(SessionUnknown):
        learning.record_roll(actor=room.teacher, session_id=999_999_999, marks={}, now=room.during())


def test_after_the_edit_window_a_changed_roll_needs_a_reason_and_stores_nothing_without() -> None:
    room = classroom(2)
    learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks={}, now=room.during())
    late = room.first.ends_at + timedelta(hours=2, minutes=1)
    marks = {room.learners[1].pk: "absent"}
    with pytest.raises(ReasonNeeded):
        learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks=marks, now=late)
    assert all(state == "present" for _, _, state, _ in rows(room.run))
    learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks=marks, reason="记错人了", now=late)
    assert ("学员2", 1, "absent", 0) in rows(room.run)


def test_a_scan_stays_a_scan_when_the_roll_is_signed_afterwards() -> None:
    room = classroom(2)
    now = room.during()
    learning.open_session_code(actor=room.teacher, session_id=room.first.pk, now=now)
    code = learning.access_rotating_code(actor=room.teacher, session_id=room.first.pk, now=now)
    learning.sign_in_by_code(actor=acting(room.learners[0]), token=code.token, person_id=room.learners[0].pk, now=now)
    learning.record_roll(actor=room.teacher, session_id=room.first.pk, marks={}, now=room.during(minutes=20))
    methods = dict(Attendance.objects.within(EVERYTHING).values_list("person__name", "method"))
    assert methods == {"张桂兰": "qr", "学员2": "list"}
