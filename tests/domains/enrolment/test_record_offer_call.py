from dataclasses import replace

import pytest

from tests.domains.enrolment.lines import FullClass
from tests.domains.enrolment.seats_and_places import ALL, trace
from tests.worlds.small_county import HEDE, LINHAI, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.waiting import OfferEnded, OfferNotFound
from xueqiao.domains.enrolment.models import OfferCall
from xueqiao.foundation.reasons import InvalidInput

pytestmark = pytest.mark.django_db


def offered(**run):
    case = FullClass(**run)
    case.first = case.person("候补一")
    case.join(case.first)
    case.withdraw()
    case.walk()
    case.clerk = replace(on_duty(case.world.clerk, "centre_clerk", HEDE), channel="phone")
    return case


def call(case, outcome, actor=None):
    return enrolment.record_offer_call(
        actor=actor or case.clerk, offer_uuid=case.offers()[0].uuid, outcome=outcome, now=case.now
    )


def to_call(case):
    return enrolment.offers_to_call(actor=case.clerk, institution_id=case.world.centre.pk, now=case.now)


def test_the_desk_sees_whom_to_ring():
    case = offered()
    (row,) = to_call(case)
    assert (row.person_name, row.phone, row.last_outcome) == ("候补一", case.first.phone, "")


def test_nobody_answered_is_written_and_the_offer_stays():
    case = offered()
    call(case, "no_answer")
    assert case.offered() == ["候补一"]
    assert to_call(case)[0].last_outcome == "no_answer"


def test_yes_on_the_phone_enrols_in_a_free_class():
    case = offered()
    assert call(case, "accepted").state == "accepted"
    assert case.pool() == (0, 2, 0, 0)
    assert to_call(case) == []


def test_yes_on_the_phone_keeps_a_paid_seat_for_the_counter():
    case = offered(price_fen=36000)
    call(case, "accepted")
    place = case.offers("open")[0].place
    assert (place.pays_at_counter, place.state) == (True, "held")
    assert to_call(case) == []
    assert len(enrolment.calls_to_make(actor=case.clerk, institution_id=case.world.centre.pk, now=case.now)) == 1


def test_no_on_the_phone_gives_the_seat_on():
    case = offered()
    assert call(case, "declined").state == "declined"
    assert case.pool() == (0, 1, 0, 1)


def test_an_answered_offer_is_not_answered_again():
    case = offered()
    call(case, "accepted")
    before = trace()
    with pytest.raises(OfferEnded):
        call(case, "declined")
    assert trace() == before
    assert OfferCall.objects.within(ALL).count() == 1


def test_only_the_desk_of_the_class_may():
    case = offered()
    other = replace(on_duty(case.world.clerk, "centre_clerk", LINHAI), channel="phone")
    other = replace(other, scope=replace(other.scope, person_ids=frozenset()))
    with pytest.raises(OfferNotFound):
        call(case, "accepted", other)
    with pytest.raises(InvalidInput):
        call(case, "maybe")
