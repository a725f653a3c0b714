import pytest

from tests.domains.payments.paying import books
from tests.domains.payments.settling import SYSTEM, paid_case, part_trace, release, sessions_of, shares, states
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.models import ShareMove

pytestmark = pytest.mark.django_db


def take_back(case, number):
    return payments.take_back_release(
        actor=SYSTEM, bill_id=case.bill.id, delivery_id=sessions_of(case)[number - 1].pk, now=case.now
    )


def test_a_correction_holds_the_money_again_payer_by_payer_and_by_new_rows(deliver_due):
    case = paid_case(deliver_due)
    before = books()
    release(case, 1)
    assert take_back(case, 1) == 4500
    assert books() == before
    assert shares(case) == {"government": (0, 0, 12000), "learner": (0, 0, 24000)}
    assert states(case)[0] == "waiting"
    assert ShareMove.objects.count() == 4


def test_back_and_forth_ends_where_it_should(deliver_due):
    case = paid_case(deliver_due)
    for _ in range(3):
        release(case, 2)
        take_back(case, 2)
    assert release(case, 2) == 4500
    assert shares(case)["learner"] == (3000, 0, 21000)


def test_what_was_not_released_is_not_taken_back(deliver_due):
    case = paid_case(deliver_due)
    before = part_trace(case)
    assert take_back(case, 1) == 0
    assert part_trace(case) == before
