import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domains.payments.paying import books
from tests.domains.payments.settling import paid_case, part_trace, release, shares, states
from xueqiao.domains.payments.rules.settlement import released_for_one, returned_by_fraction, returned_for_missing

pytestmark = pytest.mark.django_db


def test_a_held_meeting_earns_its_part_of_every_payer(deliver_due):
    case = paid_case(deliver_due)
    assert release(case, 1) == 4500
    assert shares(case) == {"government": (1500, 0, 10500), "learner": (3000, 0, 21000)}
    assert books() == {
        "gateway:rehearsal:clearing": -24000,
        "payer:government": -12000,
        f"bill:{case.bill.id}:held": 31500,
        f"institution:{case.run.institution_id}:income": 4500,
    }


def test_the_same_meeting_earns_once(deliver_due):
    case = paid_case(deliver_due)
    release(case, 1)
    before = part_trace(case), books()
    assert release(case, 1) == 0
    assert (part_trace(case), books()) == before


def test_after_the_last_meeting_nothing_is_held(deliver_due):
    case = paid_case(deliver_due)
    for number in range(1, 9):
        release(case, number)
    assert states(case) == ["released"] * 8
    assert f"bill:{case.bill.id}:held" not in books()
    assert books()[f"institution:{case.run.institution_id}:income"] == 36000


@given(amount=st.integers(0, 10**7), meetings=st.integers(1, 120))
def test_parts_are_even_and_the_last_takes_the_remainder(amount, meetings):
    held, parts = amount, []
    for left in range(meetings, 0, -1):
        part = released_for_one(held, left)
        assert held * meetings >= amount * left, "a refund in proportion is always covered"
        parts.append(part)
        held -= part
    assert held == 0
    assert sum(parts) == amount
    assert max(parts) - min(parts) <= 1


@given(amount=st.integers(0, 10**7), left=st.integers(0, 120), missing=st.integers(0, 120))
def test_missing_meetings_give_back_at_least_their_even_part(amount, left, missing):
    if missing > left:
        with pytest.raises(ValueError, match="among those left"):
            returned_for_missing(amount, missing, left)
        return
    back = returned_for_missing(amount, missing, left)
    assert amount * missing <= back * left <= amount * left
    assert back == amount or missing < left or not left


@pytest.mark.parametrize(
    ("left", "held", "part", "whole", "back"), [(100, 100, 1, 3, 33), (100, 20, 1, 3, 20), (5, 5, 1, 2, 3)]
)
def test_other_payers_follow_the_fraction_half_up_within_what_is_held(left, held, part, whole, back):
    assert returned_by_fraction(left, held, part, whole) == back


def test_rules_refuse_what_makes_no_sense():
    with pytest.raises(ValueError, match="part that waits"):
        released_for_one(100, 0)
    with pytest.raises(ValueError, match="fraction"):
        returned_by_fraction(100, 100, 3, 2)
