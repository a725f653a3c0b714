import sys
from datetime import timedelta

import pytest

from tests.domains.enrolment.drawn import drawn_entry, drawn_round
from tests.domains.enrolment.lines import START, notices_of
from tests.domains.enrolment.seats_and_places import ALL, pool
from tests.worlds.small_county import acting, add_person, add_place, add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.waiting import DrawComesFirst
from xueqiao.domains.enrolment.jobs import offer_round
from xueqiao.domains.enrolment.models import AdmissionRound, Offer, RoundRun, WaitingEntry

pytestmark = pytest.mark.django_db
MODULE = "xueqiao.domains.enrolment.actions.offer_drawn_places"


@pytest.fixture
def world():
    return small_county()


@pytest.fixture
def run(world):
    return add_run(world, capacity=4, first_day=START, admission="draw")[0]


def offers():
    return list(Offer.objects.within(ALL).select_related("place", "person").order_by("pk"))


def test_winners_are_held_a_seat_for_as_long_as_the_round_says(world, run):
    admission = drawn_round(world, [run])
    winners = [add_person(f"中签{n}") for n in range(3)]
    for n, winner in enumerate(winners, start=1):
        drawn_entry(admission, [winner], [run], n, won=run)
    assert enrolment.offer_drawn_places(round_id=admission.pk, now=world.now) == 3
    assert pool(run) == (3, 0)
    assert [offer.person.name for offer in offers()] == ["中签0", "中签1", "中签2"]
    assert {offer.until for offer in offers()} == {world.now + timedelta(hours=72)}
    assert offers()[0].rule == "《春季班抽签》抽签第 1 位，抽中第 1 志愿"
    assert [len(notices_of(winner)) for winner in winners] == [1, 1, 1]


def test_again_and_after_a_stop_half_way_nobody_is_offered_twice(world, run, monkeypatch):
    monkeypatch.setattr(sys.modules[MODULE], "WINNERS_PER_STEP", 1)
    admission = drawn_round(world, [run])
    winners = [add_person(f"中签{n}") for n in range(3)]
    for n, winner in enumerate(winners, start=1):
        drawn_entry(admission, [winner], [run], n, won=run)
    assert enrolment.offer_drawn_places(round_id=admission.pk, now=world.now) == 3
    assert enrolment.offer_drawn_places(round_id=admission.pk, now=world.now) == 0
    assert pool(run) == (3, 0)
    assert [len(notices_of(winner)) for winner in winners] == [1, 1, 1]


def test_a_household_gets_all_its_seats(world, run):
    admission = drawn_round(world, [run])
    drawn_entry(admission, [world.daughter, world.elder], [run], 1, won=run)
    assert enrolment.offer_drawn_places(round_id=admission.pk, now=world.now) == 2
    assert pool(run) == (2, 0)


def test_a_winner_who_cannot_have_her_seat_now_waits_at_her_drawn_place(world, run):
    admission = drawn_round(world, [run])
    busy, free, loser = add_person("有课的人"), add_person("中签二"), add_person("没中的人")
    drawn_entry(admission, [busy], [run], 1, won=run)
    drawn_entry(admission, [free], [run], 2, won=run)
    drawn_entry(admission, [loser], [run], 3)
    clash, _, _ = add_run(world, first_day=START)
    place = add_place(clash, busy)
    offer_round(now=world.now, round_id=admission.pk)
    line = list(WaitingEntry.objects.within(ALL).order_by("line_key").values_list("skip_code", flat=True))
    assert line == ["time_clash", ""]
    assert [offer.person.name for offer in offers()] == ["中签二"]
    enrolment.offer_freed_seats(run_id=run.pk, now=world.now)
    assert [offer.person.name for offer in offers()] == ["中签二", "没中的人"]
    place.refresh_from_db(from_queryset=type(place).objects.within(ALL))
    enrolment.withdraw(actor=acting(busy), place_uuid=place.uuid, now=world.now)
    enrolment.offer_freed_seats(run_id=run.pk, now=world.now)
    assert [offer.person.name for offer in offers()] == ["中签二", "没中的人", "有课的人"]


def test_a_winner_who_says_no_frees_the_seat_for_the_drawn_order(world, run, deliver_due):
    admission = drawn_round(world, [run])
    winners = [add_person(f"中签{n}") for n in range(4)]
    for n, winner in enumerate(winners, start=1):
        drawn_entry(admission, [winner], [run], n, won=run)
    for n in (6, 5):
        drawn_entry(admission, [add_person(f"没中{n}")], [run], n)
    offer_round(now=world.now, round_id=admission.pk)
    deliver_due(world.now)
    assert len(offers()) == 4
    enrolment.decline_offer(actor=acting(winners[0]), offer_uuid=offers()[0].uuid, now=world.now)
    deliver_due(world.now)
    assert offers()[-1].person.name == "没中5"


def test_nobody_joins_before_the_draw_and_losers_stand_before_who_joins_after(world, run):
    admission = drawn_round(world, [run], state="open")
    person = add_person("后来的人")

    def join():
        return enrolment.join_waiting_list(
            actor=acting(person),
            run_id=run.pk,
            person_ids=[person.pk],
            request_key="k",
            channel="web",
            now=world.now,
        )

    with pytest.raises(DrawComesFirst):
        join()
    AdmissionRound.objects.filter(pk=admission.pk).update(state="cancelled")
    RoundRun.objects.filter(round=admission).update(is_live=False)
    drawn = drawn_round(world, [run])
    assert join().position == 1
    drawn_entry(drawn, [add_person("没中的人")], [run], 9)
    enrolment.roll_into_waiting_list(round_id=drawn.pk, now=world.now)
    sources = WaitingEntry.objects.within(ALL).order_by("line_key").values_list("source", flat=True)
    assert list(sources) == ["drawn", "joined"]
