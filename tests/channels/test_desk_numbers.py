"""Numbers of a waiting room taken at the desk: the same queue, and there as long as the clerk's page is open."""

from datetime import timedelta

import pytest

from tests import signing_in
from tests.domains.enrolment.openings_and_arrivals import ALL, arrivals, enter, opening_soon, people
from tests.domains.enrolment.seats_and_places import pool
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.models import Place
from xueqiao.domains.enrolment.rules.openings import SEEN_SECONDS
from xueqiao.foundation import clock
from xueqiao.foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
COUNTER, NUMBERS = "/centre/counter/", "/centre/numbers/"


def at_the_desk(world, run, person):
    """A clerk who has chosen the class and the person."""
    desk = signing_in.signed_in(world.clerk)
    desk.post(COUNTER, {"step": "class", "run": run.code})
    desk.post(COUNTER, {"step": "person", "person": person.code})
    return desk


def test_from_the_window_to_the_seat_with_the_same_odds():
    world, run = opening_soon(capacity=1)
    with clock.frozen(world.now):
        desk = at_the_desk(world, run, world.elder)
        page = desk.get(COUNTER).content.decode()
        assert "取号排队" in page
        assert "counter-enrol" not in page
        assert desk.post(COUNTER, {"step": "number"})["Location"] == NUMBERS
        assert "还没开始" in desk.get(NUMBERS).content.decode()
        assert "已经排上队" in desk.get(COUNTER).content.decode()
    mine = arrivals(run).get()
    assert (mine.person_id, mine.channel) == (world.elder.pk, "counter")
    deed = AuditEntry.objects.get(verb="enter_room")
    assert (deed.actor_kind, deed.actor_person_id, deed.acting_for_id) == ("staff", world.clerk.pk, world.elder.pk)
    with clock.frozen(run.enrol_opens_at):
        page = desk.get(NUMBERS).content.decode()
        assert "轮到了" in page
        assert "1 号" in page
        serve = {"step": "serve", "number": mine.pk}
        assert desk.post(NUMBERS, serve)["Location"] == COUNTER
        page = desk.get(COUNTER).content.decode()
        assert "counter-enrol-free" in page
        desk.post(COUNTER, {"step": "enrol", "form_key": "k", "pays": "free"})
    place = Place.objects.within(ALL).get(run=run)
    assert (place.person_id, place.channel) == (world.elder.pk, "counter")
    assert arrivals(run).get().state == "used"
    assert sum(pool(run)) == 1


def test_an_open_page_keeps_people_at_the_window_present_and_a_closed_one_loses_no_number():
    world, run = opening_soon(capacity=1)
    crowd = people(1)
    with clock.frozen(world.now):
        desk = at_the_desk(world, run, world.elder)
        desk.post(COUNTER, {"step": "number"})
        enter(run, crowd, world.now)
    opened = run.enrol_opens_at
    with clock.frozen(opened):
        enrolment.call_next(now=opened)  # everybody was seen ten minutes ago: nobody is called
    late = opened + timedelta(seconds=SEEN_SECONDS + 1)
    assert {row.state for row in arrivals(run)} == {"waiting"}
    with clock.frozen(late):
        assert "轮到了" in desk.get(NUMBERS).content.decode()
    assert arrivals(run).get(person=world.elder).state == "called"
    assert arrivals(run).get(person=crowd[0]).state == "waiting"


def test_the_desk_gives_a_number_back_and_touches_no_number_of_a_stranger():
    world, run = opening_soon()
    (stranger,) = enter(run, people(1), world.now)
    with clock.frozen(world.now):
        desk = at_the_desk(world, run, world.elder)
        desk.post(COUNTER, {"step": "number"})
        mine = arrivals(run).get(person=world.elder)
        page = desk.get(NUMBERS).content.decode()
        assert "居民0" not in page
        assert desk.post(NUMBERS, {"step": "leave", "number": stranger.id}).status_code == 422
        assert desk.post(NUMBERS, {"step": "leave", "number": mine.pk})["Location"] == NUMBERS
    assert dict(arrivals(run).values_list("pk", "state")) == {stranger.id: "waiting", mine.pk: "left"}
