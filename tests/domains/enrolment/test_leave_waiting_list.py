import pytest

from tests.domains.enrolment.lines import FullClass
from tests.domains.enrolment.seats_and_places import ALL, trace
from tests.worlds.small_county import acting
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.waiting import WaitingEntryNotFound
from xueqiao.domains.enrolment.models import WaitingEntry

pytestmark = pytest.mark.django_db


def leave(case, view, person, **more):
    return enrolment.leave_waiting_list(actor=acting(person), entry_uuid=view.uuid, now=case.now, **more)


def test_wl_leave():
    case = FullClass()
    first, second = case.person("候补一"), case.person("候补二")
    view = case.join(first)
    case.join(second)
    assert leave(case, view, first).state == "left"
    assert case.line() == ["候补二"]
    assert case.pool() == (0, 2, 0, 1)
    assert leave(case, view, first).state == "left"  # again changes nothing
    case.withdraw()
    case.walk()
    assert case.offered() == ["候补二"]


def test_leaving_with_an_open_offer_gives_the_seat_to_the_next(deliver_due):
    case = FullClass()
    first, second = case.person("候补一"), case.person("候补二")
    view = case.join(first)
    case.join(second)
    case.withdraw()
    case.walk()
    assert leave(case, view, first).state == "left"
    deliver_due(case.now)
    assert case.offered() == ["候补二"]
    assert [offer.state for offer in case.offers()] == ["declined", "open"]


def test_when_the_last_one_leaves_kept_seats_are_for_everybody():
    case = FullClass()
    person = case.person("候补一")
    view = case.join(person)
    case.withdraw()
    assert case.pool() == (1, 1, 1, 1)
    leave(case, view, person)
    assert case.pool() == (0, 1, 0, 0)


def test_one_of_a_party_leaves_and_the_others_keep_their_place():
    case = FullClass()
    world = case.world
    view = case.join(world.daughter, world.elder)
    case.join(case.person("候补二"))
    enrolment.leave_waiting_list(
        actor=acting(world.daughter, acts_for=(world.elder,)),
        entry_uuid=view.uuid,
        person_id=world.daughter.pk,
        now=case.now,
    )
    assert case.line() == ["张桂兰", "候补二"]
    case.withdraw()
    case.walk()
    assert case.offered() == ["张桂兰"]


def test_nobody_else_can_take_one_out_of_the_line():
    case = FullClass()
    view = case.join(case.person("候补一"))
    before = trace()
    with pytest.raises(WaitingEntryNotFound):
        leave(case, view, case.world.rider)
    assert trace() == before
    assert WaitingEntry.objects.within(ALL).get().state == "waiting"
