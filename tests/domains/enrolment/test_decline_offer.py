from datetime import timedelta

import pytest

from tests.domains.enrolment.lines import FullClass
from tests.worlds.small_county import acting
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.waiting import OfferEnded
from xueqiao.domains.payments import api as payments

pytestmark = pytest.mark.django_db


def decline(case, person):
    offer = next(each for each in case.offers("open") if each.person_id == person.pk)
    return enrolment.decline_offer(actor=acting(person), offer_uuid=offer.uuid, now=case.now)


def test_the_first_no_keeps_the_place_in_line_and_the_seat_goes_on(deliver_due):
    case = FullClass()
    first, second = case.person("候补一"), case.person("候补二")
    case.join(first)
    case.join(second)
    case.withdraw()
    case.walk()
    assert decline(case, first).state == "declined"
    deliver_due(case.now)
    assert case.offered() == ["候补二"]  # not the same seat to the same person again
    assert case.line() == ["候补一"]
    case.withdraw(1)
    deliver_due(case.now)
    assert case.offered() == ["候补二", "候补一"]  # the next seat is hers


def test_the_second_no_costs_the_place(deliver_due):
    case = FullClass(capacity=3)
    first, second, third = (case.person(name) for name in ("候补一", "候补二", "候补三"))
    for person in (first, second, third):
        case.join(person)
    for number in (0, 1):
        case.withdraw(number)
        case.walk()
        decline(case, first)
        deliver_due(case.now)
    assert case.offered() == ["候补二", "候补三"]
    case.join(case.person("候补四"))
    assert case.line() == ["候补一", "候补四"]  # to the end as it was then; later ones stand behind her


def test_no_to_the_only_one_who_waits_frees_the_seat_for_everybody(deliver_due):
    case = FullClass()
    person = case.person("候补一")
    case.join(person)
    case.withdraw()
    case.walk()
    decline(case, person)
    deliver_due(case.now)
    assert case.pool() == (0, 1, 0, 1)
    assert case.offered() == []


def test_who_does_not_answer_twice_leaves_the_line(deliver_due):
    case = FullClass()
    person = case.person("候补一")
    view = case.join(person)
    for number in (0, 1):
        case.withdraw(number)
        case.walk()
        case.now = case.offers("open")[0].until
        enrolment.expire_holds(now=case.now)
        deliver_due(case.now)
    assert (case.entry(view).state, case.entry(view).end_reason) == ("left", "unanswered")
    assert [offer.state for offer in case.offers()] == ["expired", "expired"]
    assert case.pool() == (0, 0, 0, 0)


def test_an_accepted_offer_cannot_be_declined():
    case = FullClass()
    person = case.person("候补一")
    case.join(person)
    case.withdraw()
    case.walk()
    offer = case.offers("open")[0]
    enrolment.accept_offer(actor=acting(person), offer_uuid=offer.uuid, now=case.now)
    with pytest.raises(OfferEnded):
        enrolment.decline_offer(actor=acting(person), offer_uuid=offer.uuid, now=case.now)
    assert case.pool() == (0, 2, 0, 0)


def test_declining_closes_the_bill():
    case = FullClass(price_fen=36000)
    person = case.person("候补一")
    case.join(person)
    case.withdraw()
    case.walk()
    offer = case.offers("open")[0]
    actor = acting(person)
    bill = enrolment.bill_seat(actor=actor, place_uuid=offer.place.uuid, agreed_fen=36000, now=case.now)
    decline(case, person)
    assert payments.access_bill(actor=actor, bill_uuid=bill.uuid).state != "due"


def test_saying_no_twice_is_one_pass():
    case = FullClass()
    person = case.person("候补一")
    view = case.join(person)
    case.withdraw()
    case.walk()
    offer = case.offers("open")[0]
    for _ in range(2):
        enrolment.decline_offer(actor=acting(person), offer_uuid=offer.uuid, now=case.now + timedelta(minutes=1))
    assert case.entry(view).passes_used == 1
