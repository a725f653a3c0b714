import pytest

from tests.domains.enrolment.lines import FullClass, place_uuid
from tests.worlds.small_county import acting
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.seats import HoldExpired, HoldExtendedAlready, PaymentNeeded
from xueqiao.domains.enrolment.errors.waiting import OfferEnded

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered():
    case = FullClass()
    person = case.person("候补一")
    view = case.join(person)
    case.join(case.person("候补二"))
    case.withdraw()
    case.walk()
    return case, person, view


def accept(case, person, now=None):
    offer = next(each for each in case.offers() if each.person_id == person.pk)
    return enrolment.accept_offer(actor=acting(person), offer_uuid=offer.uuid, now=now or case.now)


def test_yes_enrols_and_ends_the_waiting(offered):
    case, person, view = offered
    assert accept(case, person).state == "accepted"
    assert accept(case, person).state == "accepted"  # again changes nothing
    assert case.entry(view).state == "accepted"
    assert case.pool() == (0, 2, 0, 1)


def test_wl_cancel_after_accept_goes_last(offered, deliver_due):
    """She gave the seat back: it goes to the next, and she stands behind everybody when she queues again."""
    case, person, _view = offered
    accept(case, person)
    place = next(o.place for o in case.offers() if o.person_id == person.pk)
    enrolment.withdraw(actor=acting(person), place_uuid=place_uuid(place), now=case.now)
    case.join(case.person("候补三"))
    again = case.join(person)
    assert case.line() == ["候补二", "候补三", "候补一"]
    deliver_due(case.now)
    assert case.offered() == ["候补二"]
    assert enrolment.access_waiting(actor=acting(person), entry_uuid=again.uuid).position == 2


def test_too_late_is_too_late(offered):
    case, person, _view = offered
    until = case.offers("open")[0].until
    with pytest.raises(HoldExpired):
        accept(case, person, now=until)


def test_a_paid_class_is_accepted_by_its_bill():
    case = FullClass(price_fen=36000)
    person = case.person("候补一")
    case.join(person)
    case.withdraw()
    case.walk()
    with pytest.raises(PaymentNeeded):
        accept(case, person)
    assert case.offered() == ["候补一"]


def test_yes_after_no_is_refused(offered):
    case, person, _view = offered
    offer = case.offers("open")[0]
    enrolment.decline_offer(actor=acting(person), offer_uuid=offer.uuid, now=case.now)
    with pytest.raises(OfferEnded):
        accept(case, person)


def test_an_offer_is_not_extended_like_a_press(offered):
    case, person, _view = offered
    with pytest.raises(HoldExtendedAlready):
        enrolment.extend_hold(actor=acting(person), place_uuid=case.offers("open")[0].place.uuid, now=case.now)
