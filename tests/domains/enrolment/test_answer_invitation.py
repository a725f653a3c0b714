import pytest

from tests.domains.enrolment.rounds_and_entries import refused, states_of
from tests.worlds.rounds import CLOSES, drawn_classes, enter, open_a_round
from tests.worlds.small_county import HEDE, acting, add_place, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors import rounds as errors
from xueqiao.domains.enrolment.errors.seats import AlreadyEnrolled
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
def entry(world, runs, opened):
    """王小骑 asked 张桂兰."""
    own = enter(world.rider, opened, runs, now=world.now)
    return enrolment.invite_to_entry(
        actor=acting(world.rider), entry_uuid=own.uuid, who=world.elder.code, now=world.now
    )


def answer(world, entry, *, agrees=True, actor=None, person=None, now=None):
    person = person or world.elder
    return enrolment.answer_invitation(
        actor=actor or acting(person), entry_uuid=entry.uuid, person_id=person.pk, agrees=agrees, now=now or world.now
    )


def test_with_her_yes_the_two_are_one_wish(world, entry):
    for _ in range(2):
        agreed = answer(world, entry)
    assert (agreed.size, agreed.kind) == (2, "companions")
    assert states_of(entry.id) == {"王小骑": "agreed", "张桂兰": "agreed"}
    assert OutboxEvent.objects.filter(name="enrolment.InvitationAnswered").count() == 1


def test_a_no_leaves_the_other_alone_and_she_may_be_asked_again(world, entry):
    declined = answer(world, entry, agrees=False)
    assert (declined.state, declined.size) == ("entered", 1)
    refused(errors.NotInvited, answer, world, entry)
    enrolment.invite_to_entry(actor=acting(world.rider), entry_uuid=entry.uuid, who=world.elder.code, now=world.now)
    assert answer(world, entry).size == 2


def test_her_daughter_or_her_centre_may_answer_for_her(world, entry, runs, opened):
    assert answer(world, entry, actor=acting(world.daughter, acts_for=(world.elder,))).size == 2
    other = enter(world.teacher, opened, runs, now=world.now)
    enrolment.invite_to_entry(
        actor=acting(world.teacher), entry_uuid=other.uuid, who=world.daughter.code, now=world.now
    )
    clerk = on_duty(world.clerk, "centre_clerk", HEDE, channel="phone")
    assert answer(world, other, actor=clerk, person=world.daughter).size == 2


def test_a_yes_is_checked_like_an_entry_of_ones_own(world, entry, runs, opened):
    add_place(runs[0], world.elder)
    refused(AlreadyEnrolled, answer, world, entry)


def test_a_ticket_of_her_own_must_be_left_first(world, entry, runs, opened):
    own = enter(world.elder, opened, runs, now=world.now)
    refused(errors.AlreadyEntered, answer, world, entry)
    enrolment.leave_round(actor=acting(world.elder), entry_uuid=own.uuid, person_id=world.elder.pk, now=world.now)
    assert answer(world, entry).size == 2


def test_only_the_asked_answer_and_only_before_the_close(world, entry):
    refused(MayNotActFor, answer, world, entry, actor=acting(world.rider))
    refused(errors.EntryNotFound, answer, world, entry, person=world.teacher)
    refused(errors.WishesClosed, answer, world, entry, now=CLOSES)


def test_who_has_not_agreed_by_the_close_is_left_out_and_the_rest_stay(world, entry, opened):
    from xueqiao.domains.enrolment.queries.round_facts import entry_rows

    rows = list(entry_rows(opened.id))
    assert [(each.entry_id, len(each.party.members)) for each in rows] == [(entry.id, 1)]
