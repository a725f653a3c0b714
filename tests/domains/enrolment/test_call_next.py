from datetime import timedelta

import pytest

from tests.domains.enrolment.openings_and_arrivals import arrivals, enter, opening_soon, people, states
from tests.domains.enrolment.seats_and_places import pool, trace
from tests.worlds.small_county import HEDE, acting, add_place, on_duty
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.api import HoldRequest
from xueqiao.domains.enrolment.errors.openings import TurnNeeded
from xueqiao.domains.enrolment.jobs import call_waiting_rooms
from xueqiao.domains.enrolment.models import Opening
from xueqiao.foundation.audit.values import Actor

pytestmark = pytest.mark.django_db


def crowd_at_the_opening(count=6, capacity=3):
    """People who waited; returns (world, run, persons in order of their numbers, the moment)."""
    world, run = opening_soon(capacity=capacity)
    enter(run, people(count), world.now)
    now = run.enrol_opens_at
    enrolment.mark_present(arrival_ids=list(arrivals(run).values_list("pk", flat=True)), now=now)
    enrolment.call_next(now=now)
    ordered = [arrival.person for arrival in arrivals(run).order_by("number").select_related("person")]
    return world, run, ordered, now


def hold(person, run, now, key="k", **other):
    return enrolment.hold_seat(
        **{"actor": acting(person), "run_id": run.pk, "person_id": person.pk, "request_key": key, "channel": "web"}
        | other,
        now=now,
    )


def test_nothing_happens_before_the_opening():
    world, run = opening_soon()
    enter(run, people(3), world.now)
    assert enrolment.call_next(now=run.enrol_opens_at - timedelta(microseconds=1)) == 0
    assert set(arrivals(run).values_list("number", flat=True)) == {None}


def test_as_many_turns_as_free_seats_in_order_of_numbers():
    _, run, _, now = crowd_at_the_opening()
    assert states(run) == ["called"] * 3 + ["waiting"] * 3
    assert enrolment.call_next(now=now + timedelta(seconds=1)) == 0
    assert set(arrivals(run).filter(state="called").values_list("turn_until", flat=True)) == {
        now + timedelta(minutes=10)
    }


def test_a_turn_is_needed_and_is_one_seat():
    _, run, ordered, now = crowd_at_the_opening()
    before = trace()
    with pytest.raises(TurnNeeded):
        hold(ordered[3], run, now)
    assert trace() == before
    place = hold(ordered[0], run, now)
    arrival = arrivals(run).get(person=ordered[0])
    assert (arrival.state, arrival.place_id) == ("used", place.id)
    assert hold(ordered[0], run, now).id == place.id  # the same form again
    assert pool(run) == (1, 0)


def test_the_group_asks_for_turns_too_and_a_turn_serves_once():
    world, run, ordered, now = crowd_at_the_opening()
    asked = [HoldRequest(person.pk, person.pk, run.pk, "k") for person in ordered]
    answers = enrolment.hold_seats(requests=[*asked, asked[0]], now=now)
    assert [bool(each.place) for each in answers] == [True] * 3 + [False] * 3 + [True]
    assert {each.refusal.code for each in answers[3:6]} == {"turn_needed"}
    assert answers[0].place.id == answers[6].place.id
    assert states(run) == ["used"] * 3 + ["waiting"] * 3
    assert world.now < now


def test_one_turn_cannot_be_used_for_two_family_members():
    world, run = opening_soon()
    enter(run, [world.daughter], world.now)
    now = run.enrol_opens_at
    enrolment.call_next(now=now - timedelta(seconds=0))
    enrolment.mark_present(arrival_ids=list(arrivals(run).values_list("pk", flat=True)), now=now)
    enrolment.call_next(now=now)
    asked = [HoldRequest(world.daughter.pk, p.pk, run.pk, f"k{p.pk}") for p in (world.elder, world.daughter)]
    answers = enrolment.hold_seats(requests=asked, now=now)
    assert [bool(each.place) for each in answers] == [True, False]
    assert answers[1].refusal.code == "turn_needed"


def test_a_turn_not_used_in_time_goes_on_to_the_next():
    _, run, ordered, now = crowd_at_the_opening()
    hold(ordered[0], run, now)
    later = now + timedelta(minutes=10)
    enrolment.mark_present(arrival_ids=list(arrivals(run).values_list("pk", flat=True)), now=later)
    assert enrolment.call_next(now=later) == 2
    assert states(run) == ["used", "lapsed", "lapsed", "called", "called", "waiting"]
    with pytest.raises(TurnNeeded):
        hold(ordered[1], run, later)


def test_who_is_away_keeps_the_number_and_is_called_when_back():
    world, run = opening_soon(capacity=2)
    enter(run, people(4), world.now)
    now = run.enrol_opens_at
    enrolment.call_next(now=now)  # ten minutes have passed since anybody was seen
    assert states(run) == ["waiting"] * 4
    back = arrivals(run).get(number=3)
    enrolment.mark_present(arrival_ids=[back.pk], now=now)
    enrolment.call_next(now=now)
    assert states(run) == ["waiting", "waiting", "called", "waiting"]
    enrolment.mark_present(arrival_ids=[arrivals(run).get(number=1).pk], now=now)
    enrolment.call_next(now=now)
    assert states(run) == ["called", "waiting", "called", "waiting"]


def test_freed_seats_call_the_next_and_a_full_class_calls_nobody():
    _, run, ordered, now = crowd_at_the_opening()
    places = [hold(person, run, now) for person in ordered[:3]]
    assert enrolment.call_next(now=now) == 0
    enrolment.release_hold(actor=acting(ordered[0]), place_uuid=places[0].uuid, now=now)
    assert enrolment.call_next(now=now) == 1
    assert states(run)[3] == "called"


def test_a_clerk_uses_the_turn_of_the_person_at_her_desk():
    world, run = opening_soon()
    enter(run, [world.elder], world.now)
    now = run.enrol_opens_at
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="counter")
    with pytest.raises(TurnNeeded):
        hold(world.rider, run, now, actor=on_duty(world.clerk, "centre_clerk", 320924000000, channel="counter"))
    enrolment.mark_present(arrival_ids=list(arrivals(run).values_list("pk", flat=True)), now=now)
    enrolment.call_next(now=now)
    place = hold(world.elder, run, now, actor=clerk, channel="counter")
    assert place.person_id == world.elder.pk


def test_the_platform_itself_needs_no_turn():
    world, run, _, now = crowd_at_the_opening()
    hold(world.rider, run, now, actor=Actor.system("reconcile"))
    assert pool(run) == (1, 0)


def test_an_empty_room_ends_and_the_class_is_enrolled_in_as_on_any_day():
    world, run, ordered, now = crowd_at_the_opening(count=2, capacity=5)
    for person in ordered:
        hold(person, run, now)
    later = now + timedelta(minutes=6)
    call_waiting_rooms(now=later)
    assert Opening.objects.get(pk=run.pk).ended_at == later
    assert enrolment.room_phase_of(run.pk, now=later) == "none"
    hold(world.rider, run, later)
    assert pool(run) == (3, 0)


def test_seats_taken_otherwise_are_not_promised():
    world, run = opening_soon(capacity=3)
    add_place(run, world.teacher)
    enter(run, people(5), world.now)
    now = run.enrol_opens_at
    enrolment.mark_present(arrival_ids=list(arrivals(run).values_list("pk", flat=True)), now=now)
    assert enrolment.call_next(now=now) == 2
