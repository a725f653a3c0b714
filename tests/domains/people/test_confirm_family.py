from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.domains.people.conftest import as_actor, deeds, wrong
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import (
    CodeUsedUp,
    CodeWrong,
    SignInCodeExpired,
    confirm_family,
    link_family,
    register_person,
    require_may_act_for,
)
from xueqiao.domains.people.errors import LinkNotFound, LinkNotWaiting, MayNotActFor, ReasonMissing
from xueqiao.domains.people.models import Consent, FamilyLink
from xueqiao.foundation.outbox.models import OutboxEvent
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")


@pytest.fixture
def asked(world, outbox):
    return link_family(
        actor=as_actor(world.rider), name=world.elder.name, phone=world.elder.phone, relation="other", now=NOW
    )


@pytest.fixture
def child(world):
    return register_person(
        actor=as_actor(world.daughter),
        name="李小宝",
        birth_date="2018-06-01",
        region=world.elder.region,
        relation="parent",
        has_consented=True,
        now=NOW,
    )


def state(uuid):
    return FamilyLink.objects.within(ALL).get(uuid=uuid).state


def test_the_code_read_out_by_the_subject_gives_authority(world, outbox, asked):
    rider = as_actor(world.rider)
    confirm_family(actor=rider, link_uuid=asked.link_uuid, code=outbox.code_for(world.elder.phone), now=NOW)
    assert require_may_act_for(rider, world.elder.id, now=NOW) == "family"
    assert world.elder.id in as_actor(world.rider).scope.person_ids
    assert Consent.objects.within(ALL).filter(subject=world.elder, purpose__startswith="act_for_me").count() == 1
    assert deeds("confirm_family")[0].detail["how"] == "code"
    assert OutboxEvent.objects.filter(name="people.FamilyConfirmed").count() == 1


def test_wrong_codes_are_counted_and_give_nothing(world, outbox, asked):
    bad = wrong(outbox.code_for(world.elder.phone))
    for _ in range(4):
        with pytest.raises(CodeWrong):
            confirm_family(actor=as_actor(world.rider), link_uuid=asked.link_uuid, code=bad, now=NOW)
    with pytest.raises(CodeUsedUp):
        confirm_family(actor=as_actor(world.rider), link_uuid=asked.link_uuid, code=bad, now=NOW)
    assert state(asked.link_uuid) == "waiting"


def test_a_link_that_never_was_answers_like_a_code_that_ran_out(world, outbox, asked):
    for uuid, actor, now in (
        (uuid4(), as_actor(world.rider), NOW),
        (asked.link_uuid, as_actor(world.teacher, factor=False), NOW),  # somebody else's link, with its right code
        (asked.link_uuid, as_actor(world.rider), NOW + timedelta(minutes=6)),
    ):
        with pytest.raises(SignInCodeExpired):
            confirm_family(actor=actor, link_uuid=uuid, code=outbox.code_for(world.elder.phone), now=now)
    assert state(asked.link_uuid) == "waiting"


def test_a_clerk_confirms_at_the_counter_and_says_which_papers(world, outbox, asked):
    clerk = as_actor(world.clerk, channel="counter")
    with pytest.raises(ReasonMissing):
        confirm_family(actor=clerk, link_uuid=asked.link_uuid, now=NOW)
    with pytest.raises(NotAllowed):  # not from her sofa
        confirm_family(actor=as_actor(world.clerk), link_uuid=asked.link_uuid, papers_seen="身份证", now=NOW)
    assert state(asked.link_uuid) == "waiting"
    confirm_family(actor=clerk, link_uuid=asked.link_uuid, papers_seen="双方身份证", now=NOW)
    assert state(asked.link_uuid) == "active"
    with pytest.raises(LinkNotWaiting):
        confirm_family(actor=clerk, link_uuid=asked.link_uuid, papers_seen="双方身份证", now=NOW)


@pytest.mark.parametrize("who", ["teacher", "officer", "other_officer", "elder"])
def test_nobody_else_confirms(world, outbox, asked, who):
    with pytest.raises((NotAllowed, LinkNotFound)):
        confirm_family(
            actor=as_actor(getattr(world, who), channel="counter"),
            link_uuid=asked.link_uuid,
            papers_seen="身份证",
            now=NOW,
        )
    assert state(asked.link_uuid) == "waiting"


def test_a_mother_acts_for_her_child_from_the_counter_until_the_eighteenth_birthday(world, child):
    link = FamilyLink.objects.within(ALL).get(subject_id=child.id)
    confirm_family(actor=as_actor(world.clerk, channel="counter"), link_uuid=link.uuid, papers_seen="户口簿", now=NOW)
    mother = as_actor(world.daughter)
    assert require_may_act_for(mother, child.id, now=NOW) == "guardian"
    birthday = NOW.replace(year=2036, month=6, day=1)
    assert require_may_act_for(mother, child.id, now=birthday - timedelta(days=2)) == "guardian"
    with pytest.raises(MayNotActFor):
        require_may_act_for(mother, child.id, now=birthday)
    assert child.birth_date == date(2018, 6, 1)
