from datetime import date, timedelta

import pytest
from django.db import connection

from tests.domains.people.conftest import as_actor
from tests.worlds.small_county import add_person, link_family
from xueqiao.domains.people import api as people
from xueqiao.domains.people.models import Notice
from xueqiao.foundation.locks import NoTransaction
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")


def tell(world, person, key="moved:1", **more):
    wanted = people.NoticeWanted(person.pk, "周三的课改到周四 19:00。", {"name": person.name}, "/mine/")
    return people.notify([wanted], template="session_moved", key=key, now=world.now, **more)


def test_she_and_who_acts_for_her_are_told_once(world):
    assert tell(world, world.elder) == 2
    assert tell(world, world.elder) == 0
    mine, hers = people.notices_of(as_actor(world.elder)), people.notices_of(as_actor(world.daughter))
    assert [(n.person_name, n.text, n.is_read) for n in mine] == [("", "周三的课改到周四 19:00。", False)]
    assert [(n.person_name, n.path) for n in hers] == [("张桂兰", "/mine/")]
    assert people.notices_of(as_actor(world.rider)) == []


def test_another_cause_is_another_notice(world):
    tell(world, world.rider)
    assert tell(world, world.rider, key="moved:2") == 1


def test_a_child_is_told_through_the_guardian(world):
    child = add_person("小明", born=date(2016, 5, 1), phone=None)
    link_family(agent=world.daughter, subject=child, relation="parent")
    tell(world, child)
    rows = Notice.objects.within(ALL).filter(person=child)
    assert [row.recipient for row in rows] == [world.daughter]


def test_without_a_phone_it_stands_on_the_page_only(world):
    neighbour = add_person("吴阿婆", phone=None)
    tell(world, neighbour)
    assert Notice.objects.within(ALL).get(person=neighbour).sms_state == "none"


def test_an_ended_link_is_not_told(world):
    link_family(agent=world.rider, subject=world.elder, relation="other", state="ended")
    tell(world, world.elder, send_at=world.now + timedelta(hours=1))
    assert not Notice.objects.within(ALL).filter(recipient=world.rider).exists()


def test_what_waits_for_the_morning_does_not_hold_back_what_is_for_now(world):
    morning = world.now + timedelta(hours=10)
    assert tell(world, world.rider, key="offer:1", send_at=morning) == 1
    assert tell(world, world.rider, key="offer:2", send_at=morning) == 1
    assert _queued() == 0
    assert tell(world, world.rider, key="cancelled:3") == 1
    assert _queued() == 1


def _queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'people.send_notices'")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_it_needs_the_transaction_of_the_deed():
    with pytest.raises(NoTransaction):
        people.notify([], template="session_moved", key="k", now=None)  # type: ignore[arg-type]
