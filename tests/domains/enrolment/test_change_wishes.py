from datetime import timedelta

import pytest

from tests.domains.enrolment.rounds_and_entries import refused, states_of
from tests.worlds.rounds import CLOSES, drawn_classes, enter, open_a_round
from tests.worlds.small_county import acting, add_place, add_run, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import rounds as errors
from xueqiao.domains.enrolment.errors.seats import TimeClash
from xueqiao.domains.people import api as people
from xueqiao.foundation.audit.models import AuditEntry

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


def change(world, entry, runs, *, actor=None, now=None):
    return enrolment.change_wishes(
        actor=actor or acting(world.rider),
        entry_uuid=entry.uuid,
        run_ids=[run.pk for run in runs],
        now=now or world.now,
    )


def test_wishes_may_be_changed_as_often_as_one_likes(world, runs, opened):
    drum, zither = runs
    entry = enter(world.rider, opened, [drum, zither], now=world.now, key="form")
    changed = change(world, entry, [zither])
    assert [wish.title for wish in changed.wishes] == ["古筝入门"]
    assert change(world, entry, [zither]) == changed  # the same press again
    assert AuditEntry.objects.filter(verb="change_wishes").count() == 1
    # The first form arriving once more is still the same ticket, not an error and not the old wishes.
    again = enter(world.rider, opened, [drum, zither], now=world.now, key="form")
    assert [wish.title for wish in again.wishes] == ["古筝入门"]


def test_who_agreed_to_the_old_wishes_is_asked_anew(world, runs, opened):
    entry = enter(world.rider, opened, runs, now=world.now)
    for person in (world.elder, world.daughter):
        enrolment.invite_to_entry(actor=acting(world.rider), entry_uuid=entry.uuid, who=person.code, now=world.now)
        enrolment.answer_invitation(
            actor=acting(person), entry_uuid=entry.uuid, person_id=person.pk, agrees=True, now=world.now
        )
    changed = change(world, entry, runs[:1])
    assert states_of(entry.id) == {"王小骑": "agreed", "张桂兰": "invited", "李秀梅": "invited"}
    assert (changed.size, changed.kind) == (1, "single")
    assert people.notices_of(acting(world.elder))[0].text.startswith("王小骑改了和您一起报的志愿")


def test_family_that_the_actor_may_act_for_stays_in(world, runs, opened):
    daughter = acting(world.daughter, acts_for=(world.elder,))
    entry = enter(world.daughter, opened, runs, actor=daughter, now=world.now)
    enrolment.invite_to_entry(actor=daughter, entry_uuid=entry.uuid, who=world.elder.code, now=world.now)
    changed = change(world, entry, runs[1:], actor=daughter)
    assert states_of(entry.id) == {"李秀梅": "agreed", "张桂兰": "agreed"}
    assert (changed.size, changed.kind) == (2, "household")


def test_everybody_must_be_eligible_for_the_new_wishes(world, runs, opened):
    daughter = acting(world.daughter, acts_for=(world.elder,))
    entry = enter(world.daughter, opened, runs[:1], actor=daughter, now=world.now)
    enrolment.invite_to_entry(actor=daughter, entry_uuid=entry.uuid, who=world.elder.code, now=world.now)
    busy, _, _ = add_run(world, hour=14, first_day=runs[1].starts_on)
    add_place(busy, world.elder)
    refused(TimeClash, change, world, entry, runs, actor=daughter)


def test_strangers_members_and_late_hands_change_nothing(world, runs, opened):
    entry = enter(world.rider, opened, runs, now=world.now)
    refused(errors.EntryNotFound, change, world, entry, runs[:1], actor=acting(world.elder))
    enrolment.invite_to_entry(actor=acting(world.rider), entry_uuid=entry.uuid, who=world.elder.code, now=world.now)
    refused(errors.NotLeader, change, world, entry, runs[:1], actor=acting(world.elder))
    refused(errors.WishesClosed, change, world, entry, runs[:1], now=CLOSES)
    enrolment.leave_round(
        actor=acting(world.rider), entry_uuid=entry.uuid, person_id=world.rider.pk, now=CLOSES - timedelta(hours=1)
    )
    refused(errors.EntryNotFound, change, world, entry, runs[:1], now=CLOSES - timedelta(minutes=1))
