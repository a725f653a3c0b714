import pytest

from tests.domains.enrolment.seats_and_places import pool, trace
from tests.domains.payments.paying import PRICE, SUBSIDY, TO_PAY, books, money_trace
from tests.worlds.small_county import HEDE, OTHER_COUNTY, acting, add_person, add_place, add_run, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import seats as errors
from xueqiao.domains.payments.errors.bills import CashAmountDiffers
from xueqiao.domains.people.errors import MayNotActFor
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.reasons import NotAllowed, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_county()


def enrol(world, run=None, *, actor=None, person=None, cash=None, channel="counter", key="form 1"):
    return enrolment.enrol_at_counter(
        actor=actor or on_duty(world.clerk, "centre_clerk", HEDE, channel=channel),
        run_id=(run or world.run).pk,
        person_id=(person or world.elder).pk,
        request_key=key,
        channel=channel,
        cash_fen=cash,
        now=world.now,
    )


def refused(error, world, *args, **kwargs):
    before = trace(), money_trace()
    with pytest.raises(error):
        enrol(world, *args, **kwargs)
    assert (trace(), money_trace()) == before


def test_somebody_without_a_phone_is_enrolled_at_the_same_door(world):
    person = add_person("周奶奶", phone=None)
    place = enrol(world, person=person)
    assert (place.state, place.channel, place.enrolled_by_id) == ("confirmed", "counter", world.clerk.pk)
    deed = AuditEntry.objects.get(verb="hold_seat")
    assert (deed.acting_for_id, deed.detail["authority"]) == (person.pk, "staff:centre_clerk")


def test_cash_and_place_come_together(world, deliver_due):
    run, _, _ = add_run(world, price_fen=PRICE, subsidy_fen=SUBSIDY)
    for _ in range(2):  # the same form twice
        assert enrol(world, run, cash=TO_PAY).state == "confirmed"
    deliver_due(world.now)
    assert pool(run) == (0, 1)
    assert books()["gateway:counter:clearing"] == -TO_PAY


def test_without_cash_the_seat_waits_at_the_centre(world):
    run, _, _ = add_run(world, price_fen=PRICE)
    place = enrol(world, run)
    assert (place.state, place.pays_at_counter) == ("held", True)


def test_wrong_cash_leaves_no_hold_behind(world):
    run, _, _ = add_run(world, price_fen=PRICE)
    refused(CashAmountDiffers, world, run, cash=PRICE - 1)


def test_a_full_class_is_full_at_the_counter_too(world):
    run, _, _ = add_run(world, capacity=1)
    add_place(run, world.rider)
    refused(errors.ClassFull, world, run)


@pytest.mark.parametrize("channel", ["counter", "phone", "paper"])
def test_every_assisted_channel_counts_the_same(world, channel):
    assert enrol(world, channel=channel).channel == channel


def test_others_may_not(world):
    refused(NotAllowed, world, actor=acting(world.rider))
    refused(NotAllowed, world, actor=on_duty(world.other_officer, "county_officer", OTHER_COUNTY, channel="counter"))
    refused(MayNotActFor, world, actor=on_duty(world.clerk, "centre_clerk", HEDE, channel="web"))
    refused(Refused, world, actor=on_duty(world.clerk, "centre_clerk", OTHER_COUNTY, channel="counter"))
