import pytest

from tests.domains.payments.paying import books
from tests.domains.payments.settling import SYSTEM, paid_case, part_trace, release, sessions_of, shares, states
from xueqiao.domains.payments import api as payments

pytestmark = pytest.mark.django_db


def back(case, *numbers):
    return payments.return_parts(
        actor=SYSTEM,
        bill_id=case.bill.id,
        delivery_ids=[sessions_of(case)[number - 1].pk for number in numbers],
        reason="停课",
        rule="举办方原因全退",
        now=case.now,
    )


def test_a_missing_meeting_goes_back_whole_to_every_payer(deliver_due):
    case = paid_case(deliver_due)
    release(case, 1)
    assert back(case, 2) == 3000
    assert shares(case) == {"government": (1500, 1500, 9000), "learner": (3000, 3000, 18000)}
    assert states(case)[:3] == ["released", "returned", "waiting"]
    assert case.fresh().state == "partly_refunded"


def test_the_same_report_twice_refunds_once(deliver_due):
    case = paid_case(deliver_due)
    back(case, 2, 3)
    before = part_trace(case), books()
    assert back(case, 2, 3) == 0
    assert (part_trace(case), books()) == before


def test_a_held_meeting_is_not_paid_back(deliver_due):
    case = paid_case(deliver_due)
    release(case, 1)
    before = part_trace(case)
    assert back(case, 1) == 0
    assert part_trace(case) == before


def test_all_meetings_missing_empties_the_books(deliver_due):
    case = paid_case(deliver_due)
    assert back(case, *range(1, 9)) == 24000
    assert books() == {}
    assert case.fresh().state == "refunded"
