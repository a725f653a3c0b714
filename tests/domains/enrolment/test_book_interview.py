from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.domains.enrolment.interviewing import AFTER_SLOT, SLOT_AT, Choir, interview_of, taken
from tests.domains.enrolment.seats_and_places import ALL
from tests.worlds.small_county import acting, add_person
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.interviews import InterviewOver, SlotFull, SlotNotFound, SlotPast
from xueqiao.domains.enrolment.errors.rounds import EntryNotFound
from xueqiao.domains.enrolment.models import InterviewSlot

pytestmark = pytest.mark.django_db


def test_a_time_is_taken_and_moved():
    choir = Choir()
    first, second, *_rest = choir.slots()
    person, entry = choir.enter("报名一")
    assert choir.book(person, entry, first).slot.starts_at == SLOT_AT
    choir.book(person, entry, first)  # pressed twice
    assert (taken(first), taken(second)) == (1, 0)
    assert choir.book(person, entry, second).slot.uuid == second.uuid
    assert (taken(first), taken(second)) == (0, 1)


def test_a_full_time_is_refused_and_the_old_one_stays():
    choir = Choir()
    first, second, *_rest = choir.slots()
    choir.booked("先约的", first)
    person, entry, _ = choir.booked("后约的", second)
    with pytest.raises(SlotFull):
        choir.book(person, entry, first)
    assert (taken(first), taken(second)) == (1, 1)
    assert interview_of(entry).slot.uuid == second.uuid


def test_the_database_does_not_overbook():
    slot = Choir().slots(count=1)[0]
    with pytest.raises(IntegrityError, match="slot_not_overbooked"), transaction.atomic():
        InterviewSlot.objects.within(ALL).filter(uuid=slot.uuid).update(taken=2)


def test_only_times_of_the_class_she_wishes_for():
    choir = Choir()
    other = choir.slots(run=1)[0]
    person, entry = choir.enter("报名一", run=0)
    assert enrolment.slots_for(actor=acting(person), entry_uuid=entry.uuid, now=choir.now) == []
    with pytest.raises(SlotNotFound):
        choir.book(person, entry, other)
    assert taken(other) == 0


def test_not_into_the_past_and_not_for_strangers():
    choir = Choir()
    slot = choir.slots(count=1)[0]
    person, entry = choir.enter("报名一")
    with pytest.raises(SlotPast):
        choir.book(person, entry, slot, now=SLOT_AT)
    with pytest.raises(EntryNotFound):
        choir.book(person, entry, slot, actor=acting(add_person("外人")))
    assert taken(slot) == 0


def test_who_did_not_come_is_given_another_time_by_the_desk_alone():
    choir = Choir()
    first, _second, _third, last = choir.slots()
    person, entry, interview = choir.booked("没来的", first)
    enrolment.miss_interview(actor=choir.clerk, interview_uuid=interview.uuid, now=AFTER_SLOT)
    with pytest.raises(InterviewOver):
        choir.book(person, entry, last, now=AFTER_SLOT)
    counter = type(choir.clerk)(**{**choir.clerk.__dict__, "channel": "counter"})
    choir.book(person, entry, last, now=AFTER_SLOT, actor=counter)
    assert (interview_of(entry).state, taken(first), taken(last)) == ("booked", 0, 1)


def test_after_a_sheet_the_time_still_moves_but_not_after_both():
    choir = Choir()
    first, *_rest, last = choir.slots()
    person, entry, interview = choir.booked("报名一", first)
    choir.judged(interview, (20, 10))
    with pytest.raises(InterviewOver):
        choir.book(person, entry, last, now=AFTER_SLOT + timedelta(minutes=1))
