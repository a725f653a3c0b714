from datetime import timedelta

import pytest

from tests.domains.payments.paying import TO_PAY, owed, pay
from tests.worlds.small_county import HEDE, add_person, add_place, add_run, on_duty, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import LeaveRight
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


def clerk_of(world):
    return on_duty(world.clerk, "centre_clerk", HEDE)


def notices_to(person):
    return list(Notice.objects.within(ALL).filter(recipient=person).order_by("pk"))


@pytest.fixture
def case(deliver_due):
    """The rider paid for a class on Wednesdays at seven; the fourth meeting is what moves."""
    case = owed(capacity=5)
    pay(case)
    deliver_due(case.now)
    return case


def move(case, starts_at, now=None):
    session = classes.sessions_of(case.run.id)[3]
    classes.move_session(
        actor=clerk_of(case.world), session_id=session.id, starts_at=starts_at, reason="教室漏水", now=now or case.now
    )
    return session


def test_learners_and_their_families_are_told_once_where_and_when(deliver_due):
    world = small_county()
    run, sessions, _ = add_run(world)
    add_place(run, world.elder)
    later = sessions[3].starts_at + timedelta(days=1)
    classes.move_session(
        actor=clerk_of(world), session_id=sessions[3].id, starts_at=later, reason="教室漏水", now=world.now
    )
    deliver_due(world.now)
    enrolment.tell_session_change(
        session_id=sessions[3].id, kind="session_moved", old_starts_at=sessions[3].starts_at, now=world.now
    )
    [mine], [hers] = notices_to(world.elder), notices_to(world.daughter)
    assert mine.text == hers.text
    assert "3 月 25 日 周三 19:00 的课改到 3 月 26 日 周四 19:00" in mine.text
    assert "教室漏水" in mine.text and "退" not in mine.text
    assert set(mine.values) == {"name", "title", "old", "new", "room"}


def test_whose_other_class_is_in_the_way_may_leave_with_what_was_not_given(case, deliver_due):
    other, _, _ = add_run(case.world, hour=9, title="书法", first_day=case.now.date() + timedelta(days=1))
    add_place(other, case.world.rider)
    in_the_way = classes.sessions_of(other.id)[3].starts_at + timedelta(minutes=30)
    move(case, in_the_way)
    deliver_due(case.now)
    [notice] = notices_to(case.world.rider)
    assert "书法" in notice.text and notice.path.endswith("/withdraw/")
    after_three = case.now + timedelta(days=15)  # the dated rule alone gives nothing back any more
    rule = enrolment.refund_now(place=case.place, now=after_three)
    assert rule.refund_fen == TO_PAY * 5 // 8
    done = enrolment.withdraw(actor=case.actor, place_uuid=case.place.uuid, seen_fen=rule.refund_fen, now=after_three)
    assert done.refund_fen == case.fresh().refunded_fen == TO_PAY * 5 // 8


def test_the_way_to_another_venue_counts(case, deliver_due):
    world = case.world
    other, _, _ = add_run(
        world, hour=9, room=world.other_room, centre=world.other_centre, first_day=case.now.date() + timedelta(days=1)
    )
    add_place(other, world.rider)
    ends = classes.sessions_of(other.id)[3].ends_at
    move(case, ends + timedelta(minutes=29))
    deliver_due(case.now)
    assert LeaveRight.objects.count() == 1
    move(case, ends + timedelta(minutes=30))
    deliver_due(case.now)
    assert LeaveRight.objects.count() == 0  # a further move judges anew


def test_without_a_collision_the_dated_rule_stays(case, deliver_due):
    move(case, classes.sessions_of(case.run.id)[3].starts_at + timedelta(days=1))
    deliver_due(case.now)
    assert enrolment.refund_now(place=case.place, now=case.now + timedelta(days=15)).refund_fen == 0


def test_the_right_ends_with_the_meeting(case, deliver_due):
    other, _, _ = add_run(case.world, hour=9, first_day=case.now.date() + timedelta(days=1))
    add_place(other, case.world.rider)
    move(case, classes.sessions_of(other.id)[3].starts_at)
    deliver_due(case.now)
    over = classes.sessions_of(case.run.id)[3].ends_at
    assert enrolment.refund_now(place=case.place, now=over - timedelta(minutes=1)).refund_fen > 0
    assert enrolment.refund_now(place=case.place, now=over).refund_fen == 0


def test_a_cancelled_and_a_made_up_meeting_are_told(deliver_due):
    world = small_county()
    run, sessions, _ = add_run(world)
    add_place(run, world.rider)
    add_place(run, add_person("邻座"), state="held")
    classes.cancel_session(actor=clerk_of(world), session_id=sessions[2].id, reason="停电", now=world.now)
    deliver_due(world.now)
    made = sessions[-1].starts_at + timedelta(weeks=1)
    classes.make_up_session(actor=clerk_of(world), session_id=sessions[2].id, starts_at=made, now=world.now)
    deliver_due(world.now)
    stopped, added = notices_to(world.rider)
    assert "停上" in stopped.text and "停电" in stopped.text
    assert "补课：4 月 29 日 周三 19:00" in added.text
    assert Notice.objects.within(ALL).count() == 4
