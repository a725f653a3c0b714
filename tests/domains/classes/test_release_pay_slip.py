import pytest
from django.db import IntegrityError, transaction

from tests.domains.classes.teaching import APRIL_2, MEETING, owed, pay_trace, teaching
from tests.domains.payments.paying import ALL, books
from tests.worlds.small_county import COUNTY, OTHER_COUNTY, acting, on_duty
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import PaySlip
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deliver_due):
    case = teaching(deliver_due)
    case.sign()
    case.hold(1, 2, 3, 4)
    return case


def test_a_second_person_gives_it_out_once_and_the_teacher_reads_it(case):
    slip = case.slip()
    for _ in range(2):
        done = case.release(slip)
    assert (done.state, done.released_by) == ("released", "陈明")
    centre = case.world.centre.pk
    assert owed(case) == 0
    assert books()[f"bank:pay:{centre}"] == 112_000
    assert books()[f"tax:labour:{centre}"] == 8_000
    teacher = acting(case.world.teacher)
    (hers,) = classes.access_my_slips(actor=teacher)
    assert hers.net_fen == 112_000
    assert classes.access_slip(actor=teacher, slip_uuid=slip.uuid).lines == done.lines
    with pytest.raises(classes.UnknownPaySlip):
        classes.access_slip(actor=acting(case.world.rider), slip_uuid=slip.uuid)


def test_never_by_who_made_it_nor_by_the_teacher_nor_from_another_county(case):
    slip = case.slip()
    before = pay_trace()
    for actor, refusal in (
        (case.clerk, NotAllowed),
        (on_duty(case.world.clerk, "county_officer", COUNTY), classes.SlipNeedsAnother),
        (on_duty(case.world.teacher, "county_officer", COUNTY), classes.OwnContract),
        (on_duty(case.world.other_officer, "county_officer", OTHER_COUNTY), classes.UnknownPaySlip),
        (acting(case.world.teacher), NotAllowed),
    ):
        with pytest.raises(refusal):
            classes.release_pay_slip(actor=actor, slip_uuid=slip.uuid, now=APRIL_2)
    assert pay_trace() == before


def test_the_database_keeps_maker_and_releaser_apart(case):
    slip = PaySlip.objects.within(ALL).get(uuid=case.slip().uuid)
    rows = PaySlip.objects.within(ALL).filter(pk=slip.pk)
    with pytest.raises(IntegrityError, match="pay_slip_released_by_another"), transaction.atomic():
        rows.update(state="released", released_by=slip.made_by_id, released_at=APRIL_2)


def test_a_slip_that_a_correction_overtook_is_not_given_out(case):
    slip = case.slip()
    classes.reopen_session(actor=case.clerk, session_id=case.world.sessions[0].pk, reason="点错了", now=APRIL_2)
    case.deliver(APRIL_2)
    before = pay_trace()
    with pytest.raises(classes.SlipOutdated):
        classes.release_pay_slip(actor=case.officer, slip_uuid=slip.uuid, now=APRIL_2)
    assert pay_trace() == before
    classes.take_back_pay_slip(actor=case.clerk, slip_uuid=slip.uuid, reason="重做", now=APRIL_2)
    assert case.slip().gross_fen == 3 * MEETING


def test_a_slip_taken_back_is_not_given_out(case):
    slip = case.slip()
    classes.take_back_pay_slip(actor=case.clerk, slip_uuid=slip.uuid, reason="算错了", now=APRIL_2)
    with pytest.raises(classes.SlipNotInThisState):
        classes.release_pay_slip(actor=case.officer, slip_uuid=slip.uuid, now=APRIL_2)
    assert owed(case) == 4 * MEETING
