"""A class becomes by list, or its list changes, in the instant between judging a person and taking the seat.

Whoever was judged by another list than the class has is judged again: the pool row knows the list's number, and every
way to a seat asks it under the row's lock. Each mutant is the same way without that question.
"""

import sys
from contextlib import suppress
from dataclasses import replace

import pytest
from django.db import transaction

from tests.clean_slate import delete_what_was_committed
from tests.domains.enrolment.listing import by_list, entry, hold
from tests.domains.enrolment.seats_and_places import ALL
from tests.races.test_seats import contend
from tests.worlds.small_county import acting, add_person, add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.admission import seats
from xueqiao.domains.enrolment.api import HoldRequest
from xueqiao.domains.enrolment.errors.lists import NotOnTheList
from xueqiao.domains.enrolment.models import Place, SeatPool, WaitingEntry

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]
PROMOTION = sys.modules["xueqiao.domains.enrolment.actions.offer_freed_seats"]


class Ground:
    """A class of one seat, open or with a stranger on its list, and a firm that writes a list without her."""

    def __init__(self, *, was_by_list):
        self.world = small_county()
        self.run, _, _ = add_run(self.world, capacity=1)
        self.stranger = add_person("陌生人", phone="13900000777")
        with transaction.atomic():
            seats.open_pool(self.run.pk)
        if was_by_list:
            by_list(self.world, self.run, entry(self.stranger), entry(self.world.rider))
        self.is_written = False

    def write_list(self):
        """Once, on a connection of its own, committed when it returns."""
        if not self.is_written:
            self.is_written = True
            (failure,) = contend([lambda: by_list(self.world, self.run, entry(self.world.rider))])
            assert failure is None, failure

    def press(self):
        with suppress(NotOnTheList):
            hold(self.world, self.run, self.stranger)

    def press_in_a_group(self):
        wish = HoldRequest(self.stranger.pk, self.stranger.pk, self.run.pk, "group")
        (answer,) = enrolment.hold_seats(requests=[wish], now=self.world.now)
        assert answer.place or answer.refusal.code == "not_on_the_list"

    def wait_in_line(self):
        """The class is full, the stranger joins its line, the seat comes back and is kept for the line."""
        place = hold(self.world, self.run, self.world.rider)
        enrolment.join_waiting_list(
            actor=acting(self.stranger),
            run_id=self.run.pk,
            person_ids=[self.stranger.pk],
            request_key="line",
            channel="web",
            now=self.world.now,
        )
        with transaction.atomic():  # as a hold that ends; the line is not walked by itself before we do
            seats.free_held(self.run.pk)
            Place.objects.within(ALL).filter(pk=place.id).update(state="released", ended_at=self.world.now)

    def walk_the_line(self):
        if not enrolment.offer_freed_seats(run_id=self.run.pk, now=self.world.now):
            assert WaitingEntry.objects.within(ALL).get(run=self.run).skip_code == "not_on_the_list"

    def strangers(self):
        """Seats in the hands of people who are not on the list."""
        assert self.is_written
        return Place.objects.within(ALL).filter(run=self.run, person=self.stranger, state="held").count()


def by_pressing(ground, patch, *, is_asked):
    real = seats.hold_one

    def hold_one(run_id, list_version=0):
        ground.write_list()
        return real(run_id, list_version if is_asked else SeatPool.objects.get(pk=run_id).list_version)

    patch.setattr(seats, "hold_one", hold_one)
    ground.press()


def by_group(ground, patch, *, is_asked):
    real = seats.lock_pools

    def lock_pools(run_ids, list_versions=None):
        ground.write_list()
        return real(run_ids, list_versions if is_asked else None)

    patch.setattr(seats, "lock_pools", lock_pools)
    ground.press_in_a_group()


def by_line(ground, patch, *, is_asked):
    ground.wait_in_line()
    judge, lock_line = PROMOTION._judge, seats.lock_line
    before = SeatPool.objects.get(pk=ground.run.pk).list_version

    def judge_and_wait(*asked):
        judged = judge(*asked)
        ground.write_list()
        return judged

    patch.setattr(PROMOTION, "_judge", judge_and_wait)
    if not is_asked:
        patch.setattr(seats, "lock_line", lambda run_id: replace(lock_line(run_id), list_version=before))
    ground.walk_the_line()


WAYS = {"a press": by_pressing, "a group": by_group, "the line": by_line}


@pytest.mark.parametrize("was_by_list", [False, True], ids=["everybody's", "by list"])
@pytest.mark.parametrize("name", list(WAYS))
def test_nobody_takes_a_seat_by_a_list_that_is_no_more(name, was_by_list, mutants):
    for is_asked in (True, False):
        ground = Ground(was_by_list=was_by_list)
        with pytest.MonkeyPatch.context() as patch:
            WAYS[name](ground, patch, is_asked=is_asked)
        if is_asked:
            assert ground.strangers() == 0
        else:
            kind = "a list changed" if was_by_list else "a class became by list"
            mutants.tell("lists", f"{kind} under {name}, not asked again", caught=ground.strangers() == 1)
        delete_what_was_committed()
