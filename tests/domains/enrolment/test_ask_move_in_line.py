import pytest

from tests.domains.enrolment.lines import FullClass
from tests.domains.enrolment.seats_and_places import ALL, trace
from tests.worlds.small_county import HEDE, acting, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.waiting import MoveAskedAlready, MoveReasonNeeded
from xueqiao.domains.enrolment.models import LineMove
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    case = FullClass()
    case.first = case.person("候补一")
    case.view = case.join(case.first)
    case.clerk = on_duty(case.world.clerk, "centre_clerk", HEDE)
    return case


def ask(case, *, actor=None, position=1, reason="轮椅学员，只有这个班有坡道"):
    return enrolment.ask_move_in_line(
        actor=actor or case.clerk, entry_uuid=case.view.uuid, position=position, reason=reason, now=case.now
    )


def test_asking_moves_nobody(case):
    uuid = ask(case)
    assert case.line() == ["候补一"]
    move = LineMove.objects.within(ALL).get()
    assert (move.uuid, move.state, move.position_before) == (uuid, "asked", 1)


@pytest.mark.parametrize("reason", ["", "   ", "熟人"])
def test_without_a_reason_nothing_is_asked(case, reason):
    before = trace()
    with pytest.raises(MoveReasonNeeded):
        ask(case, reason=reason)
    assert trace() == before


def test_one_request_at_a_time(case):
    ask(case)
    with pytest.raises(MoveAskedAlready):
        ask(case)


def test_a_position_is_at_least_one(case):
    with pytest.raises(InvalidInput):
        ask(case, position=0)


def test_residents_do_not_move_themselves(case):
    with pytest.raises(NotAllowed):
        ask(case, actor=acting(case.first))
