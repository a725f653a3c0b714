import pytest

from tests.domains.enrolment.desk_devices import a_desk
from tests.worlds.rounds import drawn_classes, open_a_round
from tests.worlds.small_county import HEDE, add_person, on_duty, small_county
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.enrolment.errors.rounds import DeviceUnknown
from xueqiao.domains.enrolment.models import Entry
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db


def test_nothing_a_lost_device_sends_counts():
    world = small_county()
    runs = list(drawn_classes(world))
    opened = open_a_round(world, runs)
    desk = a_desk(world, now=world.now)
    for _ in range(2):
        enrolment.withdraw_device(actor=desk.clerk, device_uuid=desk.view.uuid, now=world.now)
    assert AuditEntry.objects.filter(verb="withdraw_device").count() == 1
    with pytest.raises(DeviceUnknown):
        desk.send(desk.sign(1, opened.code, world.elder.code, [runs[0].code], world.now), now=world.now)
    assert not Entry.objects.within(Scope.everything("test")).exists()


def test_another_clerk_does_not_withdraw_it():
    world = small_county()
    desk = a_desk(world, now=world.now)
    other = on_duty(add_person("另一位"), "centre_clerk", HEDE)
    with pytest.raises(DeviceUnknown):
        enrolment.withdraw_device(actor=other, device_uuid=desk.view.uuid, now=world.now)
    assert enrolment.devices_of(actor=desk.clerk)[0].is_live
