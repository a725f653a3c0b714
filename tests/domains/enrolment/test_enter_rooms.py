import os
from collections import Counter
from datetime import timedelta

import pytest

from tests.domains.enrolment.openings_and_arrivals import ALL, arrivals, enter, opening_soon, people
from tests.worlds.small_county import add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.admission import rooms
from xueqiao.domains.enrolment.errors.openings import NoRoomNow
from xueqiao.domains.enrolment.models import Arrival, Opening
from xueqiao.domains.enrolment.queries.seats import facts_of
from xueqiao.domains.enrolment.rules.openings import refresh_seconds, room_phase, wait_minutes
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.parameters.models import Parameter

pytestmark = pytest.mark.django_db


def test_before_the_opening_nobody_has_a_number():
    world, run = opening_soon()
    answers = enter(run, people(3), world.now)
    assert [(a.state, a.number) for a in answers] == [("waiting", None)] * 3
    assert AuditEntry.objects.filter(verb="enter_room").count() == 3


def test_coming_again_keeps_the_place():
    world, run = opening_soon()
    crowd = people(2)
    first = enter(run, [*crowd, crowd[0]], world.now)
    again = enter(run, crowd, world.now + timedelta(minutes=1))
    assert [a.id for a in first] == [again[0].id, again[1].id, again[0].id]
    assert arrivals(run).count() == 2


def test_those_present_are_numbered_first_and_late_ones_follow_in_order_of_arrival():
    world, run = opening_soon()
    early, late = people(20), people(3)
    enter(run, early, world.now)
    found = enter(run, late, run.enrol_opens_at)
    assert [a.number for a in found] == [21, 22, 23]
    numbers = sorted(arrivals(run).filter(person__in=early).values_list("number", flat=True))
    assert numbers == list(range(1, 21))
    opening = Opening.objects.get(pk=run.pk)
    assert (len(opening.seed), opening.last_number) == (32, 23)


def test_a_number_is_never_drawn_twice():
    world, run = opening_soon()
    crowd = people(6)
    enter(run, crowd[:5], world.now)
    enter(run, crowd[5:], run.enrol_opens_at)
    before = dict(arrivals(run).values_list("person_id", "number"))
    enter(run, crowd, run.enrol_opens_at + timedelta(minutes=1))
    enrolment.call_next(now=run.enrol_opens_at + timedelta(minutes=1))
    assert dict(arrivals(run).values_list("person_id", "number")) == before


def test_too_early_too_late_or_not_first_come_has_no_room():
    world, run = opening_soon(minutes=45)
    drawn, _, _ = add_run(world, admission="draw")
    (person,) = people(1)
    for each in (run, drawn, world.run):
        (answer,) = enter(each, [person], world.now)
        assert isinstance(answer, NoRoomNow)
    assert not Opening.objects.exists()
    assert not Arrival.objects.within(ALL).exists()


def test_a_place_may_have_rooms_always_or_never():
    world = small_county()
    soon, _, _ = add_run(world, enrol_opens_at=world.now + timedelta(minutes=5))
    (person,) = people(1)
    for value, expected in (("always", {"queue", "gathering"}), ("never", {"none"})):
        Parameter.objects.update_or_create(
            name="enrolment.waiting_room",
            region=world.run.region,
            valid_from=world.run.starts_on - timedelta(days=60),
            defaults={"value": value, "source": "test", "approved_by": "test", "recorded_at": world.now},
        )
        assert {enrolment.room_phase_of(run.pk, now=world.now) for run in (world.run, soon)} == expected
    assert isinstance(enter(soon, [person], world.now)[0], NoRoomNow)


def test_a_room_nobody_entered_never_begins():
    world, run = opening_soon()
    assert enrolment.room_phase_of(run.pk, now=world.now) == "gathering"
    assert enrolment.room_phase_of(run.pk, now=run.enrol_opens_at) == "none"


def test_the_order_is_fair_and_does_not_depend_on_the_arrival():
    """Shares of places equal shares of people within 2 % over many seeds: early and late, odd and even."""
    world, run = opening_soon(capacity=30)
    crowd = people(60)
    enter(run, crowd, world.now)
    position = {p.pk: n for n, p in enumerate(crowd)}
    draws, winners = 400, Counter()
    for _ in range(draws):
        Opening.objects.filter(pk=run.pk).update(seed=None, numbered_at=None, last_number=0)
        arrivals(run).update(number=None)
        rooms.number_arrivals(run.pk, os.urandom(32), now=world.now)
        for person_id in arrivals(run).filter(number__lte=15).values_list("person_id", flat=True):
            winners[position[person_id]] += 1
    places = 15 * draws
    first_half = sum(count for n, count in winners.items() if n < 30) / places
    even = sum(count for n, count in winners.items() if n % 2 == 0) / places
    assert abs(first_half - 0.5) < 0.02
    assert abs(even - 0.5) < 0.02
    # chi-square with 59 degrees of freedom; a fair draw of 15 out of 60 stays below this but once in a million
    expected = places / 60
    assert sum((winners[n] - expected) ** 2 / expected for n in range(60)) < 135


def test_an_order_by_arrival_would_be_seen(monkeypatch):
    """The control: numbers by arrival give the first half everything."""
    world, run = opening_soon()
    crowd = people(40)
    enter(run, crowd, world.now)
    by_arrival = list(arrivals(run).order_by("pk").values_list("person_id", flat=True))[:15]
    share = sum(1 for n, p in enumerate(crowd) if p.pk in by_arrival and n < 20) / 15
    assert share == 1.0


def test_phases_refreshing_and_waiting_are_plain_rules():
    (run,) = facts_of([small_county().run.pk]).values()
    now = run.enrol_opens_at - timedelta(minutes=29)
    ask = {"is_live": False, "policy": "opening", "minutes_before": 30}
    assert room_phase(run, now=now, **ask) == "gathering"
    assert room_phase(run, now=now - timedelta(minutes=2), **ask) == "none"
    assert room_phase(run, now=run.enrol_opens_at, **ask | {"is_live": True}) == "queue"
    assert room_phase(run, now=run.enrol_closes_at, **ask | {"is_live": True}) == "none"
    assert refresh_seconds(ahead=None, seconds_to_opening=600, seats_left=3) == 45
    assert refresh_seconds(ahead=None, seconds_to_opening=10, seats_left=3) == 12
    assert [refresh_seconds(ahead=n, seconds_to_opening=0, seats_left=9) for n in (3, 50, 500)] == [5, 15, 45]
    assert wait_minutes(ahead=30, called_per_minute=10) == 3
    assert wait_minutes(ahead=30, called_per_minute=0) is None
