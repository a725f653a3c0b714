from datetime import timedelta

import pytest

from tests.domains.people.test_notify import ALL, tell
from xueqiao.domains.people import api as people
from xueqiao.domains.people.models import Notice


def states():
    return sorted(Notice.objects.within(ALL).values_list("sms_state", flat=True))


def test_each_reader_gets_one_message_however_often_the_job_runs(world, outbox):
    tell(world, world.elder)
    assert people.send_notices(now=world.now) == 2
    assert people.send_notices(now=world.now) == 0
    assert sorted(phone for _, phone, _, _ in outbox.sent) == sorted([world.elder.phone, world.daughter.phone])
    assert {template for _, _, template, _ in outbox.sent} == {"session_moved"}


def test_nothing_goes_out_before_its_time(world, outbox):
    later = world.now + timedelta(hours=2)
    tell(world, world.rider, send_at=later)
    assert people.send_notices(now=world.now) == 0
    assert people.send_notices(now=later) == 1


def test_a_broken_gateway_is_tried_three_times(world, outbox):
    tell(world, world.rider)
    outbox.is_broken = True
    for _ in range(4):
        assert people.send_notices(now=world.now) == 0
    outbox.is_broken = False
    assert (people.send_notices(now=world.now), states()) == (0, ["failed"])


def test_a_process_that_dies_while_sending_does_not_send_twice(world, outbox, monkeypatch):
    tell(world, world.rider)

    def die(*_args):
        outbox.sent.append(("sms", "", "", {}))
        raise KeyboardInterrupt

    monkeypatch.setattr(outbox, "send", die)
    with pytest.raises(KeyboardInterrupt):
        people.send_notices(now=world.now)
    monkeypatch.undo()
    assert (people.send_notices(now=world.now), states(), len(outbox.sent)) == (0, ["sending"], 1)
