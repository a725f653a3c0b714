import sys
from datetime import date, timedelta

import pytest

from tests.domains.enrolment.lines import FullClass, notices_of
from tests.domains.enrolment.seats_and_places import ALL
from tests.worlds.small_county import COUNTY, HEDE, acting, add_place, add_run, link_family, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.seats import ClassFull
from xueqiao.domains.enrolment.jobs import walk_lines
from xueqiao.domains.enrolment.models import Offer, PassedOver, SeatPool, WaitingEntry
from xueqiao.domains.people.models import Consent, Notice, Person
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.outbox.models import OutboxEvent

pytestmark = pytest.mark.django_db


def test_a_withdrawal_is_offered_right_after_its_commit(deliver_due):
    """The worker's delivery is enough: nobody calls the promotion."""
    case = FullClass()
    case.join(case.person("候补一"))
    case.withdraw()
    assert case.pool() == (1, 1, 1, 1)  # the seat is kept for the line, not for sale
    deliver_due(case.now)
    assert case.offered() == ["候补一"]
    assert case.pool() == (1, 1, 0, 0)


def test_a_newcomer_cannot_overtake_the_line_before_it_is_offered():
    case = FullClass()
    case.join(case.person("候补一"))
    case.withdraw()
    with pytest.raises(ClassFull):
        enrolment.hold_seat(
            actor=acting(case.world.rider),
            run_id=case.run.pk,
            person_id=case.world.rider.pk,
            request_key="quick",
            channel="web",
            now=case.now,
        )
    case.walk()
    assert case.offered() == ["候补一"]


def test_wl_processed_on_capacity_increase(deliver_due):
    case = FullClass()
    for name in ("候补一", "候补二", "候补三"):
        case.join(case.person(name))
    enrolment.change_seats(
        actor=on_duty(case.world.officer, "county_officer", COUNTY), run_id=case.run.pk, capacity=4, now=case.now
    )
    deliver_due(case.now)
    assert case.offered() == ["候补一", "候补二"]
    assert case.line() == ["候补三"]


def test_wl_reason_visible():
    """Staff see why each was passed over and why the offer went where it went; she sees her own reason."""
    case = FullClass()
    world = case.world
    young = case.join(case.person("有课的人"))
    case.join(case.person("候补二"))
    clash, _, _ = add_run(world, first_day=case.run.starts_on, title="太极拳")
    add_place(clash, Person.objects.within(ALL).get(name="有课的人"))
    case.withdraw()
    case.walk()
    assert case.offered() == ["候补二"]
    clerk = on_duty(world.clerk, "centre_clerk", HEDE)
    row = enrolment.line_rows(actor=clerk, run_id=case.run.pk, region=case.run.region)[0]
    assert (row.names, row.position, row.skip_code, row.skipped_at) == (("有课的人",), 1, "time_clash", case.now)
    made = enrolment.offers_made(actor=clerk, run_id=case.run.pk, region=case.run.region)[0]
    assert (made.person_name, made.passed_over) == ("候补二", (("有课的人", "time_clash"),))
    assert "前面 1 个候补" in made.rule
    own = Person.objects.within(ALL).get(name="有课的人")
    seen = enrolment.access_waiting(actor=acting(own), entry_uuid=young.uuid)
    assert "太极拳" in seen.skip_words
    assert seen.position == 1


def test_who_was_passed_over_is_first_again_when_the_obstacle_is_gone():
    case = FullClass()
    busy = case.person("有课的人")
    case.join(busy)
    clash, _, _ = add_run(case.world, first_day=case.run.starts_on)
    place = add_place(clash, busy)
    case.withdraw()
    case.walk()
    assert case.pool() == (0, 1, 0, 1)  # nobody could use it: it is free for everybody, and she keeps her place
    enrolment.withdraw(actor=acting(busy), place_uuid=_uuid(place), now=case.now)
    walk_lines(now=case.now)
    assert case.offered() == ["有课的人"]


def test_an_offer_is_a_held_place_with_a_reason_and_one_notice():
    case = FullClass(price_fen=36000, subsidy_fen=12000)
    person = case.person("候补一")
    case.join(person)
    case.withdraw()
    case.walk()
    case.walk()  # again changes nothing
    offer = Offer.objects.within(ALL).get()
    assert (offer.place.state, offer.place.is_offered, offer.place.to_pay_fen) == ("held", True, 24000)
    assert (offer.tell_at, offer.until) == (case.now, case.now + timedelta(hours=24))
    assert offer.place.hold_until == offer.until
    texts = notices_of(person)
    assert len(texts) == 1
    assert "留到 3 月 5 日 周四 12:00" in texts[0]
    assert OutboxEvent.objects.filter(name="enrolment.SeatOffered").count() == 1


def test_without_an_offer_nobody_is_told():
    case = FullClass()
    case.join(case.person("候补一"))
    case.walk()
    assert not Offer.objects.within(ALL).exists()
    assert not Notice.objects.within(ALL).filter(template="seat_offered").exists()


def test_elders_have_twice_as_long():
    case = FullClass()
    Person.objects.within(ALL).filter(pk=case.world.elder.pk).update(mode="elder")
    case.join(case.world.elder)
    case.withdraw()
    case.walk()
    assert Offer.objects.within(ALL).get().until == case.now + timedelta(hours=48)


def test_nobody_is_woken_at_night_and_the_clock_starts_in_the_morning():
    case = FullClass()
    person = case.person("候补一")
    case.join(person)
    case.now = at_local(date(2026, 3, 4), 22)
    case.withdraw()
    case.walk()
    offer = Offer.objects.within(ALL).get()
    morning = at_local(date(2026, 3, 5), 8)
    assert (offer.tell_at, offer.until) == (morning, morning + timedelta(hours=24))
    assert Notice.objects.within(ALL).get(person=person, template="seat_offered").send_at == morning


def test_near_a_meeting_the_offer_is_shorter_and_says_why():
    case = FullClass()
    case.join(case.person("候补一"))
    case.now = case.sessions[0].starts_at - timedelta(hours=5)
    case.withdraw()
    case.walk()
    offer = Offer.objects.within(ALL).get()
    assert offer.until == case.sessions[0].starts_at
    assert "就上课" in offer.short_words


def test_a_party_is_offered_all_its_seats_or_none():
    case = FullClass(capacity=3)
    world = case.world
    case.join(world.daughter, world.elder)
    case.join(case.person("候补二"))
    case.withdraw(0)
    case.walk()
    assert case.offered() == ["候补二"]  # one seat: not for two
    assert PassedOver.objects.within(ALL).get().code == "not_enough_together"
    case.withdraw(1)
    case.walk()
    assert case.offered() == ["候补二"]
    assert case.pool() == (1, 1, 0, 1)  # the one seat nobody in the line can use is free for everybody
    case.withdraw(2)
    case.walk()
    assert case.offered() == ["候补二", "李秀梅", "张桂兰"]
    assert case.pool() == (3, 0, 0, 0)


def test_two_seats_for_the_only_one_who_waits_leave_one_for_everybody():
    case = FullClass()
    case.join(case.person("候补一"))
    case.withdraw(0)
    case.withdraw(1)
    assert case.pool() == (2, 0, 2, 1)
    case.walk()
    assert case.pool() == (1, 0, 0, 0)


def test_who_took_a_seat_by_another_way_leaves_the_line():
    case = FullClass()
    person = case.person("候补一")
    case.join(person)
    case.join(case.person("候补二"))
    SeatPool.objects.filter(pk=case.run.pk).update(capacity=3)
    add_place(case.run, person)  # at the counter, say
    case.withdraw()
    case.walk()
    assert case.offered() == ["候补二"]
    assert WaitingEntry.objects.within(ALL).get(state="enrolled").end_reason == "enrolled"


def test_a_long_line_is_walked_in_stretches(monkeypatch, deliver_due):
    monkeypatch.setattr(module_of("offer_freed_seats"), "ENTRIES_PER_WALK", 2)
    case = FullClass()
    clash, _, _ = add_run(case.world, first_day=case.run.starts_on, capacity=20)
    for n in range(5):
        busy = case.person(f"有课{n}")
        case.join(busy)
        add_place(clash, busy)
    case.join(case.person("有空的人"))
    case.withdraw()
    deliver_due(case.now)
    assert case.offered() == ["有空的人"]
    assert PassedOver.objects.within(ALL).count() == 5
    assert not PassedOver.objects.within(ALL).exclude(code="time_clash").exists()


def test_a_child_without_consent_is_passed_over():
    case = FullClass()
    child = case.person("小明", born=date(2015, 5, 1), phone=None)
    link_family(agent=case.world.daughter, subject=child, relation="parent")
    consent = Consent.objects.create(
        subject=child,
        given_by=case.world.daughter,
        purpose="guardian",
        text_version="1",
        given_at=case.now,
    )
    case.join(child, by=case.world.daughter)
    case.join(case.person("候补二"))
    consent.withdrawn_at = case.now
    consent.save()
    case.withdraw()
    case.walk()
    assert case.offered() == ["候补二"]
    assert PassedOver.objects.within(ALL).get().code == "guardian_consent_missing"


def module_of(name):
    return sys.modules[f"xueqiao.domains.enrolment.actions.{name}"]


def _uuid(place):
    place.refresh_from_db(from_queryset=type(place).objects.within(ALL))
    return place.uuid
