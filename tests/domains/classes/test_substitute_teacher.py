from datetime import timedelta

import pytest

from tests.domains.classes.teaching import MEETING, amounts, owed, pay_trace, teaching
from tests.worlds.small_county import LINHAI, add_person, add_run, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deliver_due):
    return teaching(deliver_due)


def swap(case, other, number=1, reason="老师生病", actor=None, now=None):
    session = case.world.sessions[number - 1]
    now = now or session.ends_at + timedelta(hours=2)
    done = classes.substitute_teacher(
        actor=actor or case.clerk, session_id=session.pk, teacher_id=other.pk, reason=reason, now=now
    )
    case.deliver(now)
    return done


def test_who_taught_is_paid_and_who_did_not_is_not(case):
    case.sign()
    other = case.substitute()
    case.sign(teacher_id=other.pk, document="合同 2", rate_fen=12_000)
    case.hold(1)
    assert swap(case, other).teacher_name == "代课老师"
    assert amounts() == [("taught", MEETING), ("reversed", -MEETING), ("taught", 24_000)]
    assert (owed(case), owed(case, other.pk)) == (0, 24_000)
    before = pay_trace()
    swap(case, other)
    assert pay_trace() == before


def test_said_before_the_roll_it_pays_the_substitute_alone(case):
    case.sign()
    other = case.substitute()
    case.sign(teacher_id=other.pk, document="合同 2")
    swap(case, other)
    case.hold(1)
    assert amounts() == [("taught", MEETING)]
    assert (owed(case), owed(case, other.pk)) == (0, MEETING)


def test_a_substitute_without_a_contract_is_not_paid_and_neither_is_the_planned_teacher(case):
    case.sign()
    case.hold(1)
    other = case.substitute()
    swap(case, other)
    assert (owed(case), owed(case, other.pk)) == (0, 0)


def test_what_cannot_be_is_refused_and_nothing_moves(case):
    case.sign()
    case.hold(1)
    other = case.substitute()
    before = pay_trace()
    session = case.world.sessions[0]
    with pytest.raises(classes.NotTaughtYet):
        swap(case, other, number=8, now=case.world.now)
    with pytest.raises(classes.BadContract):
        swap(case, add_person("路人"))
    with pytest.raises(classes.ReasonNeeded):
        swap(case, other, reason="")
    add_run(case.world, teacher=other, hour=19)
    with pytest.raises(classes.TeacherTaken):
        swap(case, other)
    with pytest.raises(NotAllowed):
        swap(case, other, actor=on_duty(add_person("外人"), "centre_clerk", LINHAI))
    assert classes.get_session(session.pk).teacher_id == case.teacher_id
    assert pay_trace() == before
