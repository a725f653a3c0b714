from datetime import timedelta

import pytest

from tests.domains.payments.paying import Owed, books, owed, pay
from tests.domains.payments.settling import paid_case, part_trace, sessions_of, shares, states
from tests.worlds.small_county import HEDE, acting, add_person, add_run, on_duty, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.payments.models import BillPart

pytestmark = pytest.mark.django_db


def held(case, number, deliver_due):
    """The clerk says that the meeting took place, two hours after it began; everybody hears of it."""
    session = sessions_of(case)[number - 1]
    after = session.starts_at + timedelta(hours=2)
    classes.mark_session_held(actor=on_duty(case.world.clerk, "centre_clerk", HEDE), session_id=session.pk, now=after)
    deliver_due(after)
    return after


def test_a_held_meeting_earns_an_eighth_of_every_bill(deliver_due):
    case = paid_case(deliver_due)
    after = held(case, 1, deliver_due)
    assert shares(case) == {"government": (1500, 0, 10500), "learner": (3000, 0, 21000)}
    before = part_trace(case), books()
    assert enrolment.settle_session(session_id=sessions_of(case)[0].pk, run_id=case.run.pk, now=after) == 0
    assert (part_trace(case), books()) == before


def test_bills_paid_before_there_was_a_plan_are_planned_and_settled(deliver_due):
    case = paid_case(deliver_due)
    BillPart.objects.all().delete()
    held(case, 1, deliver_due)
    assert states(case) == ["released", *["waiting"] * 7]


def test_who_joins_late_pays_for_the_meetings_ahead(deliver_due):
    case = owed()
    later = sessions_of(case)[1].ends_at + timedelta(minutes=1)
    pay(case, now=later)  # the hold was not swept: the money finds the seat
    deliver_due(later)
    assert len(states(case)) == 6
    held(case, 3, deliver_due)
    assert shares(case)["learner"] == (4000, 0, 20000)


def test_the_published_vector_30_yuan_for_24_hours_before_the_third_of_12(deliver_due):
    world = small_county()
    run, _, _ = add_run(world, price_fen=72_000, session_count=12)
    place = enrolment.hold_seat(
        actor=acting(world.rider),
        run_id=run.pk,
        person_id=world.rider.pk,
        request_key="v",
        channel="web",
        now=world.now,
    )
    bill = enrolment.bill_seat(actor=acting(world.rider), place_uuid=place.uuid, agreed_fen=72_000, now=world.now)
    case = Owed(world, run, acting(world.rider), place, bill)
    pay(case)
    deliver_due(world.now)
    held(case, 1, deliver_due)
    after = held(case, 2, deliver_due)
    assert enrolment.withdraw(actor=acting(world.rider), place_uuid=place.uuid, now=after).refund_fen == 60_000
    assert books() == {
        "gateway:rehearsal:clearing": -12_000,
        f"institution:{run.institution_id}:income": 12_000,
    }
    assert states(case) == ["released"] * 2 + ["returned"] * 10


def test_a_meeting_with_nothing_left_to_settle_asks_as_little_for_many_places_as_for_one(
    deliver_due, django_assert_max_num_queries
):
    case = owed(capacity=12)
    pay(case)
    for number in range(8):
        person = add_person(f"学员{number}")
        place = enrolment.hold_seat(
            actor=acting(person),
            run_id=case.run.pk,
            person_id=person.pk,
            request_key=f"p{number}",
            channel="web",
            now=case.now,
        )
        bill = enrolment.bill_seat(actor=acting(person), place_uuid=place.uuid, agreed_fen=24_000, now=case.now)
        pay(Owed(case.world, case.run, acting(person), place, bill))
    deliver_due(case.now)
    after = held(case, 1, deliver_due)
    with django_assert_max_num_queries(16):  # nine places; it was eight questions a place
        assert enrolment.settle_session(session_id=sessions_of(case)[0].pk, run_id=case.run.pk, now=after) == 0
    assert BillPart.objects.filter(state="released").count() == 9
