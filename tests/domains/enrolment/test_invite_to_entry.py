from datetime import date

import pytest

from tests.domains.enrolment.rounds_and_entries import ALL, refused, states_of
from tests.worlds.rounds import CLOSES, drawn_classes, enter, open_a_round
from tests.worlds.small_county import HEDE, acting, add_person, add_place, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import rounds as errors
from xueqiao.domains.enrolment.errors.seats import AlreadyEnrolled
from xueqiao.domains.people import api as people
from xueqiao.domains.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_county()


@pytest.fixture
def runs(world):
    return list(drawn_classes(world))


@pytest.fixture
def opened(world, runs):
    return open_a_round(world, runs)


@pytest.fixture
def entry(world, runs, opened):
    return enter(world.rider, opened, runs, now=world.now)


def invite(world, entry, who, *, actor=None, now=None):
    return enrolment.invite_to_entry(
        actor=actor or acting(world.rider), entry_uuid=entry.uuid, who=who, now=now or world.now
    )


def test_a_companion_is_found_by_phone_or_number_told_and_does_not_count_until_she_agrees(world, entry):
    Person.objects.within(ALL).filter(pk=world.elder.pk).update(phone="13900000042")
    for _ in range(2):
        asked = invite(world, entry, "139 0000 0042")
    assert states_of(entry.id) == {"王小骑": "agreed", "张桂兰": "invited"}
    assert (asked.size, asked.kind) == (1, "single")
    notices = people.notices_of(acting(world.elder))
    assert len(notices) == 1
    assert notices[0].text.startswith("王小骑请您一起报名：要么都录取，要么都不录取")
    assert invite(world, entry, world.daughter.code).invited[-1].name == "李秀梅"


def test_family_agrees_by_the_same_press(world, runs, opened):
    daughter = acting(world.daughter, acts_for=(world.elder,))
    own = enter(world.daughter, opened, runs, actor=daughter, now=world.now)
    household = invite(world, own, world.elder.code, actor=daughter)
    assert (household.kind, household.size) == ("household", 2)
    refused(errors.AlreadyEntered, enter, world.elder, opened, runs, now=world.now)


def test_a_clerk_enters_a_couple_at_the_desk(world, runs, opened):
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="counter")
    he, she = add_person("孙建国", sex="m", born=date(1954, 1, 2)), add_person("周玉梅", born=date(1956, 3, 4))
    own = enter(he, opened, runs, actor=clerk, channel="counter", now=world.now)
    pair = invite(world, own, she.code, actor=clerk)
    assert (pair.kind, pair.size) == ("companions", 2)


def test_who_cannot_be_asked(world, runs, opened, entry):
    refused(errors.CompanionUnknown, invite, world, entry, "13900099999")
    refused(errors.NotLeader, invite_by_member, world, entry)
    refused(errors.EntryNotFound, invite, world, entry, world.elder.code, actor=acting(world.daughter))
    refused(errors.WishesClosed, invite, world, entry, world.elder.code, now=CLOSES)
    daughter = acting(world.daughter, acts_for=(world.elder,))
    own = enter(world.daughter, opened, runs, actor=daughter, now=world.now)
    add_place(runs[0], world.elder)
    refused(AlreadyEnrolled, invite, world, own, world.elder.code, actor=daughter)


def invite_by_member(world, entry):
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="web")
    return invite(world, entry, world.elder.code, actor=clerk)  # sees the entry, may not act for who filled it in


def test_at_most_four_share(world, entry):
    for number in range(3):
        invite(world, entry, add_person(f"同伴{number}").code)
    assert "4 位" in refused(errors.GroupFull, invite, world, entry, world.elder.code).message


def test_a_phone_that_several_share_is_not_guessed(world, entry):
    people_ids = [world.elder.pk, world.daughter.pk]
    Person.objects.within(ALL).filter(pk__in=people_ids).update(phone="13900000043")
    refused(errors.CompanionUnknown, invite, world, entry, "13900000043")
