from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.domains.classes.planning import clerk_of
from tests.worlds.small_county import LINHAI, acting, add_person, add_run, give_role, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.api import (
    AssistantsEnough,
    AssistantTaken,
    AssistantUnfit,
    BadClassPlan,
    NoMeetingToAssist,
    TeacherTaken,
)
from xueqiao.domains.classes.models import Session, SessionAssistant, TeachingUse
from xueqiao.foundation.reasons import NotAllowed


@pytest.fixture
def helper(world):
    return on_staff(world, "周助教")


def on_staff(world, name):
    person = add_person(name)
    give_role(person, "teacher", world.centre.region, world.centre)
    return person


def add(world, person, *, code=None, actor=None, sessions=()):
    return classes.add_assistant(
        actor=actor or clerk_of(world),
        code=code or world.run.code,
        person_id=person.pk,
        session_ids=[each.pk for each in sessions],
        now=world.now,
    )


def rows_now():
    return SessionAssistant.objects.count(), TeachingUse.objects.count()


def test_she_helps_in_every_coming_meeting_and_twice_is_once(world, helper):
    assert add(world, helper) == 8
    assert add(world, helper) == 0
    (found,) = classes.assistants_of_run(world.run.id)
    assert (found[0].name, found[1]) == ("周助教", 8)
    day = world.sessions[0].starts_at.date()
    assert [each.number for each in classes.sessions_assisted_by(helper.pk, day, day)] == [1]


def test_or_only_in_those_named(world, helper):
    assert add(world, helper, sessions=world.sessions[2:4]) == 2
    helping = classes.assistants_of([each.pk for each in world.sessions])
    assert set(helping) == {each.pk for each in world.sessions[2:4]}


def test_who_teaches_at_that_time_cannot_assist_and_is_told_where_she_is(world, helper):
    other = add_run(world, teacher=helper, title="剪纸")[0]
    before = rows_now()
    with pytest.raises(AssistantTaken, match="周助教在3 月 4 日 周三 19:00–20:30已经有《剪纸》"):
        add(world, helper)
    assert rows_now() == before
    Session.objects.filter(run=other).update(state="cancelled")
    assert add(world, helper) == 8


def test_who_assists_elsewhere_cannot_assist_here(world, helper):
    other = add_run(world, title="剪纸")[0]
    add(world, helper, code=other.code)
    before = rows_now()
    with pytest.raises(AssistantTaken, match="剪纸"):
        add(world, helper)
    assert rows_now() == before


def test_who_assists_cannot_be_made_the_teacher_of_another_class_then(world, helper):
    add(world, helper)
    other, sessions, _ = add_run(world, title="剪纸", hour=9)
    with pytest.raises(TeacherTaken, match="周助教"):
        classes.move_session(
            actor=clerk_of(world),
            session_id=sessions[1].pk,
            starts_at=world.sessions[1].starts_at,
            teacher_id=helper.pk,
            reason="换老师",
            now=world.now,
        )
    assert Session.objects.get(pk=sessions[1].pk).teacher_id == other.teacher_id


def test_a_moved_meeting_takes_its_assistant_along_or_is_refused_with_her_name(world, helper):
    add(world, helper)
    busy = add_run(world, teacher=helper, title="剪纸", hour=9)[1]
    session = world.sessions[3]
    with pytest.raises(BadClassPlan, match=r"助教周助教.*剪纸"):
        classes.move_session(
            actor=clerk_of(world), session_id=session.pk, starts_at=busy[3].starts_at, reason="改时间", now=world.now
        )
    later = session.starts_at + timedelta(days=1)
    classes.move_session(actor=clerk_of(world), session_id=session.pk, starts_at=later, reason="改时间", now=world.now)
    use = TeachingUse.objects.get(session=session, is_assistant=True)
    assert (use.person_id, use.during.lower) == (helper.pk, later)


def test_nobody_assists_herself_and_an_assistant_who_steps_in_is_the_teacher(world, helper):
    with pytest.raises(AssistantUnfit, match="自己的课"):
        add(world, world.teacher)
    add(world, helper)
    coming, begun = world.sessions[1], world.sessions[0]
    wanted = {"actor": clerk_of(world), "teacher_id": helper.pk, "reason": "老师生病"}
    classes.move_session(session_id=coming.pk, starts_at=coming.starts_at, now=world.now, **wanted)
    later = begun.starts_at + timedelta(minutes=10)
    classes.substitute_teacher(session_id=begun.pk, now=later, **wanted)
    for session in (coming, begun):
        assert Session.objects.get(pk=session.pk).teacher_id == helper.pk
        assert [use.is_assistant for use in TeachingUse.objects.filter(session=session)] == [False]


def test_a_dropped_meeting_sets_her_free(world, helper):
    add(world, helper)
    classes.cancel_session(actor=clerk_of(world), session_id=world.sessions[2].pk, reason="停电", now=world.now)
    assert not TeachingUse.objects.filter(session=world.sessions[2]).exists()
    other = add_run(world, title="剪纸")
    Session.objects.filter(pk__in=[s.pk for n, s in enumerate(other[1]) if n != 2]).delete()
    assert add(world, helper, code=other[0].code) == 1


def test_strangers_too_many_and_meetings_that_are_over_are_refused(world, helper):
    other = add_run(world, hour=9)[1]
    before = rows_now()
    with pytest.raises(AssistantUnfit, match="教师名单"):
        add(world, world.rider)
    for actor in (acting(world.elder), on_duty(world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            add(world, helper, actor=actor)
    with pytest.raises(NoMeetingToAssist):
        add(world, helper, sessions=other[:1])  # another class's meeting
    Session.objects.filter(pk=world.sessions[0].pk).update(state="held")
    with pytest.raises(NoMeetingToAssist):
        add(world, helper, sessions=world.sessions[:1])
    assert rows_now() == before
    for name in ("甲", "乙"):
        add(world, on_staff(world, name), sessions=world.sessions[1:2])
    with pytest.raises(AssistantsEnough, match="2 位助教"):
        add(world, helper)


def test_the_database_has_nobody_in_two_places_by_any_path(world, helper, mutants):
    other = add_run(world, teacher=helper, title="剪纸")[1]

    def twice():
        with transaction.atomic():
            SessionAssistant.objects.create(session=world.sessions[0], person=helper, added_at=world.now)

    with pytest.raises(IntegrityError, match="teaching_use_once"):
        twice()
    with pytest.raises(IntegrityError, match="not changed"), transaction.atomic():
        row = SessionAssistant.objects.create(session=other[0], person=world.daughter, added_at=world.now)
        SessionAssistant.objects.filter(pk=row.pk).update(session=world.sessions[0])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE classes_teachinguse DROP CONSTRAINT teaching_use_once")
    twice()
    uses = TeachingUse.objects.filter(
        person=helper, during__overlap=(world.sessions[0].starts_at, world.sessions[0].ends_at)
    )
    mutants.tell("classes", "an assistant is in two places at once", caught=uses.count() == 2)
