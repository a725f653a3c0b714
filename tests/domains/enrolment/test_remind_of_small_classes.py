from datetime import timedelta

import pytest

from tests.domains.enrolment.merging import ALL, merging
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people.models import Notice

pytestmark = pytest.mark.django_db


def test_the_clerk_is_reminded_once_a_day_and_nobody_of_another_town(deliver_due):
    case = merging(deliver_due)
    assert enrolment.remind_of_small_classes(now=case.world.now) == 1
    assert enrolment.remind_of_small_classes(now=case.world.now + timedelta(hours=1)) == 0
    assert enrolment.remind_of_small_classes(now=case.world.now + timedelta(days=1)) == 1
    reminders = Notice.objects.within(ALL).filter(template="small_classes")
    assert {each.recipient_id for each in reminders} == {case.world.clerk.pk}
    assert "有 2 个班" in reminders[0].text and "《古筝甲班》" in reminders[0].text
