import pytest

from tests.domains.demand.ordering import DUE, demand_trace, money_of, ordering, row_of
from tests.domains.payments.paying import books
from xueqiao.domains.classes import api as classes
from xueqiao.domains.demand import api as demand

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(deliver_due):
    case = ordering()
    case.deliver = deliver_due
    return case


def hold(case, *sessions):
    for session in sessions:
        classes.mark_session_held(actor=case.clerk, session_id=session.pk, now=session.ends_at)
        case.deliver(session.ends_at)


def income(case):
    return books().get(f"institution:{case.world.centre.pk}:income", 0)


def test_every_held_meeting_earns_its_even_part_and_the_last_all_of_the_rest(case):
    order = case.paid()
    run, sessions, _ = case.run(session_count=7)
    case.give(order, run)
    hold(case, *sessions[:2])
    assert income(case) == DUE * 2 // 7
    assert money_of(order)["held"] == DUE - DUE * 2 // 7
    before = demand_trace()
    assert demand.settle_order(order_id=row_of(order).pk, now=case.now) == 0
    assert demand_trace() == before
    hold(case, *sessions[2:])
    assert (income(case), money_of(order)["held"]) == (DUE, 0)
    assert case.fresh(order).state == "done"


def test_a_correction_goes_back_by_a_transfer_of_its_own(case):
    order = case.paid()
    run, sessions, _ = case.run()
    case.give(order, run)
    hold(case, *sessions[:3])
    now = sessions[3].starts_at
    classes.reopen_session(actor=case.clerk, session_id=sessions[2].pk, reason="点错了", now=now)
    case.deliver(now)
    assert income(case) == DUE * 2 // 8
    hold(case, sessions[2])
    assert income(case) == DUE * 3 // 8


def test_nothing_is_earned_before_it_came_in_and_it_is_when_it_comes(case):
    order = case.accepted()
    run, sessions, _ = case.run()
    case.give(order, run)
    hold(case, *sessions[:4])
    assert income(case) == 0
    case.bank(("N1", "x", "1000", order.code))
    assert income(case) == 100_000, "no more than came in"
    case.bank(("N2", "x", "10520", order.code))
    assert income(case) == DUE // 2


def test_a_meeting_that_fell_out_earns_nothing_until_it_is_made_up(case):
    order = case.paid()
    run, sessions, _ = case.run()
    case.give(order, run)
    classes.cancel_session(actor=case.clerk, session_id=sessions[1].pk, reason="停电", now=case.now)
    hold(case, sessions[0], *sessions[2:])
    assert income(case) == DUE * 7 // 8
    assert case.fresh(order).state == "running"
    last = sessions[-1]
    made_up = classes.make_up_session(
        actor=case.clerk,
        session_id=sessions[1].pk,
        starts_at=last.starts_at.replace(day=last.starts_at.day + 1),
        room_id=last.room_id,
        teacher_id=last.teacher_id,
        now=last.ends_at,
    )
    case.deliver(last.ends_at)
    classes.mark_session_held(actor=case.clerk, session_id=made_up.id, now=made_up.ends_at)
    case.deliver(made_up.ends_at)
    assert income(case) == DUE
    assert case.fresh(order).state == "done"
