import pytest
from django.db import IntegrityError, transaction

from tests.domains.enrolment.interviewing import AFTER_SLOT, SLOT_AT, Choir, interview_of
from tests.worlds.small_county import HEDE, LINHAI, acting, add_person, give_role, link_family, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.interviews import (
    BadSheet,
    InterviewNotFound,
    InterviewOver,
    InterviewTooEarly,
    JudgeIsClose,
)
from xueqiao.domains.enrolment.models import InterviewSheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def choir():
    return Choir()


@pytest.fixture
def seen(choir):
    return choir.booked("报名一", choir.slots()[0])


def test_two_people_judge_apart_and_their_points_are_added(choir, seen):
    _person, entry, interview = seen
    assert choir.judge(interview, (25, 15)).sheets_given == 1
    other, own = enrolment.access_interview(actor=choir.second, interview_uuid=interview.uuid)
    assert (other.total, other.sheets, own) == (None, (), None)  # the second does not see the first's
    choir.judge(interview, (21, 10), actor=choir.second)
    row = interview_of(entry)
    assert (row.state, row.total) == ("judged", 71)


def test_one_person_alone_is_not_enough_and_may_write_hers_anew(choir, seen):
    _person, entry, interview = seen
    choir.judge(interview, (25, 15))
    choir.judge(interview, (20, 15))
    assert InterviewSheet.objects.filter(interview__entry_id=entry.id).count() == 1
    assert interview_of(entry).state == "booked"
    _shown, own = enrolment.access_interview(actor=choir.clerk, interview_uuid=interview.uuid)
    assert own.points == {1: 20, 2: 15}


def test_the_database_knows_that_two_people_are_two(choir, seen):
    _person, entry, interview = seen
    choir.judge(interview, (25, 15))
    with pytest.raises(IntegrityError, match="sheet_two_people"), transaction.atomic():
        InterviewSheet.objects.create(
            interview=interview_of(entry), seat=2, judge=choir.world.clerk, words="再打一份", given_at=choir.now
        )


def test_both_sheets_are_sealed(choir, seen):
    _person, entry, interview = seen
    choir.judged(interview, (25, 15))
    for actor in (choir.clerk, choir.second, on_duty(choir.world.officer, "county_officer", HEDE)):
        with pytest.raises(InterviewOver):
            choir.judge(interview, (30, 20), actor=actor)
    assert interview_of(entry).total == 80


@pytest.mark.parametrize(
    ("points", "words"), [({1: 31, 2: 5}, "声音亮，节奏稳"), ({1: 20}, "声音亮，节奏稳"), ({1: 20, 2: 5}, "好")]
)
def test_a_sheet_is_whole_or_not_taken(choir, seen, points, words):
    _person, _entry, interview = seen
    with pytest.raises(BadSheet):
        enrolment.judge_interview(
            actor=choir.clerk, interview_uuid=interview.uuid, points=points, words=words, now=AFTER_SLOT
        )
    assert not InterviewSheet.objects.exists()


def test_not_before_it_began(choir, seen):
    _person, _entry, interview = seen
    with pytest.raises(InterviewTooEarly):
        choir.judge(interview, (20, 10), now=SLOT_AT.replace(hour=0))
    assert not InterviewSheet.objects.exists()


def test_nobody_judges_herself_or_her_family(choir, seen):
    person, _entry, interview = seen
    give_role(person, "centre_clerk", HEDE, choir.world.centre)
    daughter = add_person("女儿老师")
    link_family(agent=daughter, subject=person)
    for close in (person, daughter):
        with pytest.raises(JudgeIsClose):
            choir.judge(interview, (30, 20), actor=on_duty(close, "centre_clerk", HEDE))
    assert not InterviewSheet.objects.exists()


def test_the_teacher_of_the_class_may_and_others_may_not(choir, seen):
    _person, _entry, interview = seen
    teacher = choir.runs[0].teacher
    assert choir.judge(interview, (20, 10), actor=on_duty(teacher, "teacher", HEDE)).sheets_given == 1
    strangers = (on_duty(add_person("别班老师"), "teacher", LINHAI), acting(add_person("外人")))
    for actor in strangers:
        with pytest.raises(InterviewNotFound):
            choir.judge(interview, (20, 10), actor=actor)
