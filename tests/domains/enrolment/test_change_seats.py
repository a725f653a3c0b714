from datetime import timedelta

import pytest
from django.db.models import F

from tests.domains.classes.planning import open_class
from tests.domains.enrolment import rounds_to_draw
from tests.domains.enrolment.lines import FullClass
from tests.domains.enrolment.seats_and_places import trace
from tests.worlds.rounds import drawn_classes, open_a_round
from tests.worlds.small_county import COUNTY, HEDE, LINHAI, acting, on_duty, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.models import ClassRun, Session
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.seats import SeatsInUse, SeatsPromised
from xueqiao.domains.enrolment.models import AdmissionRound, SeatPool
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def change(case, capacity, actor=None):
    return enrolment.change_seats(
        actor=actor or on_duty(case.world.officer, "county_officer", COUNTY),
        run_id=case.run.pk,
        capacity=capacity,
        now=case.now,
    )


def limits(case):
    return enrolment.access_seat_limits(
        actor=on_duty(case.world.clerk, "centre_clerk", HEDE), run_id=case.run.pk, now=case.now
    )


def test_without_a_line_new_seats_are_for_everybody():
    case = FullClass()
    counted = change(case, 5)
    assert (counted.capacity, counted.left) == (5, 3)


def test_the_class_itself_and_its_page_say_the_new_number_too():
    case = FullClass()
    change(case, 5)
    card = classes.get_class(case.run.code, now=case.now).card
    assert (card.capacity, ClassRun.objects.get(pk=case.run.pk).capacity) == (5, 5)


def test_with_a_line_new_seats_are_kept_for_it():
    case = FullClass()
    case.join(case.person("候补一"))
    assert change(case, 4).left == 0
    assert case.pool() == (2, 2, 2, 1)
    case.walk()
    assert case.pool() == (1, 2, 0, 0)


def test_fewer_seats_than_are_in_use_are_refused():
    case = FullClass()
    before = trace()
    with pytest.raises(SeatsInUse):
        change(case, 1)
    assert trace() == before
    assert ClassRun.objects.get(pk=case.run.pk).capacity == 2


def test_more_than_the_room_holds_is_refused_and_nothing_moves():
    case = FullClass()
    before = trace()
    with pytest.raises(classes.RoomTooSmall):
        change(case, 201)
    assert trace() == before


def test_strangers_change_nothing():
    case = FullClass()
    before = trace()
    for actor in (acting(case.learners[0]), on_duty(case.world.clerk, "centre_clerk", LINHAI)):
        with pytest.raises(NotAllowed):
            change(case, 5, actor)
        with pytest.raises(NotAllowed):
            enrolment.access_seat_limits(actor=actor, run_id=case.run.pk, now=case.now)
    assert trace() == before


def test_the_bounds_name_what_they_stand_on():
    case = FullClass(learners_min=1)
    case.join(case.person("候补一"))
    change(case, 3)
    found = limits(case)
    assert (found.capacity, found.held, found.taken, found.kept, found.waiting) == (3, 1, 2, 1, 1)
    assert (found.least, found.most, found.room_name) == (3, 200, case.run.room.name)
    assert found.promised_by == ""


def test_a_draft_has_no_pool_and_only_its_plan_changes():
    case = FullClass()
    draft = open_class(case.world)
    counted = enrolment.change_seats(
        actor=on_duty(case.world.clerk, "centre_clerk", HEDE), run_id=draft.run_id, capacity=9, now=case.world.now
    )
    assert (counted.capacity, counted.left) == (9, 9)
    assert not SeatPool.objects.filter(pk=draft.run_id).exists()


def test_a_published_class_nobody_has_looked_at_yet_gets_its_pool():
    case = FullClass()
    SeatPool.objects.filter(pk=case.run.pk).delete()
    ClassRun.objects.filter(pk=case.run.pk).update(capacity=20)
    assert change(case, 7).capacity == 7
    assert SeatPool.objects.get(pk=case.run.pk).capacity == 7


# -- seats that a round has published -----------------------------------------------------------------------------


def drawn_class():
    world = small_county()
    drum, _zither = drawn_classes(world)
    case = type("Case", (), {})()
    case.world, case.run, case.now = world, drum, world.now
    return case


def test_while_a_round_is_open_or_frozen_there_may_be_more_seats_but_not_fewer():
    case = drawn_class()
    opened = open_a_round(case.world, [case.run])
    for state in ("open", "frozen"):
        if state == "frozen":
            AdmissionRound.objects.filter(code=opened.code).update(
                state="frozen",
                frozen_at=case.now,
                list_hash=b"1" * 32,
                list_root=b"1" * 32,
                commitment=b"1" * 32,
                entry_count=0,
            )
        before = SeatPool.objects.get(pk=case.run.pk).capacity
        with pytest.raises(SeatsPromised, match="抽签"):
            change(case, before - 1)
        assert SeatPool.objects.get(pk=case.run.pk).capacity == before
        assert ClassRun.objects.get(pk=case.run.pk).capacity == before
        assert change(case, before + 1).capacity == before + 1
        assert limits(case).promised_by == opened.title


def test_after_the_draw_fewer_only_once_every_winner_has_her_seat():
    world = small_county()
    made = rounds_to_draw.open_round(world, seats=(3,))
    rounds_to_draw.enter_strangers(made, 2)
    rounds_to_draw.drawn(made)
    later = timedelta(weeks=16)
    Session.objects.filter(run=made.runs[0]).update(starts_at=F("starts_at") + later, ends_at=F("ends_at") + later)
    case = type("Case", (), {})()
    case.world, case.run, case.now = world, made.runs[0], made.due + timedelta(hours=1)
    before = trace()
    with pytest.raises(SeatsPromised):
        change(case, 2)
    assert trace() == before
    assert enrolment.offer_drawn_places(round_id=made.row.pk, now=case.now) == 2
    assert change(case, 2).left == 0
    with pytest.raises(SeatsInUse):
        change(case, 1)
