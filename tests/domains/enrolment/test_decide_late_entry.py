from datetime import timedelta

import pytest

from tests.domains.enrolment.rounds_and_entries import ALL, refused
from tests.domains.enrolment.test_receive_late_entry import AFTER, receive
from tests.worlds.rounds import drawn_classes, enter, open_a_round
from tests.worlds.small_county import COUNTY, HEDE, OTHER_COUNTY, add_person, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.rounds import AlreadyEntered, DecidedByAnother, LateNotFound, RoundNotTaking
from xueqiao.domains.enrolment.models import AdmissionRound, Entry
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db
LATER = AFTER + timedelta(hours=1)


@pytest.fixture
def world():
    return small_county()


@pytest.fixture
def opened(world):
    return open_a_round(world, list(drawn_classes(world)))


@pytest.fixture
def late(world, opened):
    return receive(world, opened)


def decide(world, late, *, accepts=True, actor=None, decision="收件章在截止前"):
    officer = actor or on_duty(world.officer, "county_officer", COUNTY)
    return enrolment.decide_late_entry(
        actor=officer, late_uuid=late.uuid, accepts=accepts, decision=decision, now=LATER
    )


def test_a_second_person_makes_it_an_entry_like_any_other(world, opened, late):
    for _ in range(2):
        accepted = decide(world, late)
    entry = Entry.objects.within(ALL).get()
    assert (accepted.state, accepted.entry_id) == ("accepted", entry.pk)
    assert (entry.leader_id, entry.channel, entry.state) == (world.elder.pk, "paper", "entered")
    assert AuditEntry.objects.filter(verb="decide_late_entry").count() == 1


def test_or_refuses_it_with_a_reason(world, late):
    assert decide(world, late, accepts=False, decision="章看不清").state == "refused"
    refused(LateNotFound, decide, world, late)
    assert not Entry.objects.within(ALL).exists()


def test_who_received_it_does_not_decide(world, late):
    refused(DecidedByAnother, decide, world, late, actor=on_duty(world.clerk, "centre_clerk", HEDE))
    colleague = on_duty(add_person("同事"), "centre_clerk", HEDE)
    assert decide(world, late, actor=colleague).state == "accepted"


def test_strangers_and_silence_decide_nothing(world, late):
    refused(NotAllowed, decide, world, late, actor=on_duty(world.other_officer, "county_officer", OTHER_COUNTY))
    refused(InvalidInput, decide, world, late, decision=" ")


def test_the_rules_of_an_entry_hold(world, opened, late):
    enter(world.elder, opened, [opened_run(opened)], now=opened.wishes_close_at - timedelta(hours=2))
    refused(AlreadyEntered, decide, world, late)


def opened_run(opened):
    from xueqiao.domains.classes.models import ClassRun

    return ClassRun.objects.get(pk=opened.runs[0].run_id)


def test_after_the_freeze_nobody_comes_in(world, opened, late):
    AdmissionRound.objects.filter(pk=opened.id).update(
        state="frozen", frozen_at=LATER, list_hash=b"1" * 32, list_root=b"2" * 32, commitment=b"3" * 32, entry_count=0
    )
    refused(RoundNotTaking, decide, world, late)
