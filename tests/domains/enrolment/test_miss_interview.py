import pytest

from tests.domains.enrolment.interviewing import AFTER_SLOT, Choir, interview_of, taken
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.interviews import InterviewOver, InterviewTooEarly

pytestmark = pytest.mark.django_db


def miss(choir, interview, now=AFTER_SLOT):
    return enrolment.miss_interview(actor=choir.clerk, interview_uuid=interview.uuid, now=now)


def test_nobody_came_and_the_time_is_free_again():
    choir = Choir()
    slot = choir.slots()[0]
    _person, entry, interview = choir.booked("没来的", slot)
    assert miss(choir, interview).state == "missed"
    miss(choir, interview)  # again
    assert (interview_of(entry).state, taken(slot)) == ("missed", 0)


def test_not_before_it_began_and_not_when_somebody_judged_it():
    choir = Choir()
    slot = choir.slots()[0]
    _person, entry, interview = choir.booked("来了的", slot)
    with pytest.raises(InterviewTooEarly):
        miss(choir, interview, now=choir.now)
    choir.judge(interview, (20, 10))
    with pytest.raises(InterviewOver):
        miss(choir, interview)
    assert (interview_of(entry).state, taken(slot)) == ("booked", 1)
