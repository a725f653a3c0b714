import pytest

from tests.domains.enrolment.rounds_and_entries import ALL, refused, states_of
from tests.worlds.rounds import CLOSES, drawn_classes, enter, open_a_round
from tests.worlds.small_county import acting, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import rounds as errors
from xueqiao.domains.enrolment.models import Entry
from xueqiao.domains.people.api import MayNotActFor
from xueqiao.foundation.outbox.models import OutboxEvent

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
def trio(world, runs, opened):
    """王小骑 leads, 张桂兰 agreed, 李秀梅 has not answered."""
    entry = enter(world.rider, opened, runs, now=world.now)
    for person in (world.elder, world.daughter):
        enrolment.invite_to_entry(actor=acting(world.rider), entry_uuid=entry.uuid, who=person.code, now=world.now)
    enrolment.answer_invitation(
        actor=acting(world.elder), entry_uuid=entry.uuid, person_id=world.elder.pk, agrees=True, now=world.now
    )
    return entry


def leave(world, entry, person, *, actor=None, now=None):
    return enrolment.leave_round(
        actor=actor or acting(person), entry_uuid=entry.uuid, person_id=person.pk, now=now or world.now
    )


def test_who_left_may_enter_again(world, runs, opened):
    entry = enter(world.rider, opened, runs, now=world.now)
    for _ in range(2):
        assert leave(world, entry, world.rider).state == "withdrawn"
    assert OutboxEvent.objects.filter(name="enrolment.RoundLeft").count() == 1
    assert enter(world.rider, opened, runs[:1], now=world.now).id != entry.id


def test_when_the_leader_leaves_the_next_carries_the_entry_on(world, trio):
    left = leave(world, trio, world.rider)
    assert states_of(trio.id) == {"王小骑": "left", "张桂兰": "agreed", "李秀梅": "invited"}
    assert (left.state, left.leader_id, left.size, left.kind) == ("entered", world.elder.pk, 1, "single")


def test_when_nobody_who_agreed_is_left_the_entry_is_over(world, trio):
    leave(world, trio, world.elder)
    over = leave(world, trio, world.rider)
    assert (over.state, over.end_reason) == ("withdrawn", "left")
    assert set(states_of(trio.id).values()) == {"left"}
    assert Entry.objects.within(ALL).get(pk=trio.id).ended_at == world.now


def test_nobody_is_taken_out_by_strangers_or_after_the_close(world, trio):
    refused(MayNotActFor, leave, world, trio, world.elder, actor=acting(world.rider))
    refused(errors.WishesClosed, leave, world, trio, world.elder, now=CLOSES)
    refused(errors.EntryNotFound, leave, world, trio, world.teacher)
