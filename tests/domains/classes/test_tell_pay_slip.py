import pytest

from tests.domains.classes.teaching import APRIL_2, teaching
from tests.worlds.small_county import acting
from xueqiao.domains.classes.actions.tell_pay_slip import tell_pay_slip
from xueqiao.domains.classes.models import PaySlip
from xueqiao.domains.people import api as people
from xueqiao.foundation.scope import Scope
from xueqiao.gateways.messages.texts import text_of

pytestmark = pytest.mark.django_db


def test_the_teacher_hears_once_with_the_sum_she_gets(deliver_due):
    case = teaching(deliver_due)
    case.sign()
    case.hold(1, 2, 3, 4)
    slip = case.release(case.slip())
    row = PaySlip.objects.within(Scope.everything("test")).get(uuid=slip.uuid)
    assert tell_pay_slip(slip_id=row.pk, now=APRIL_2) == 0, "the event has told her"
    (notice,) = people.notices_of(acting(case.world.teacher))
    assert notice.text == "2026 年 3 月的课酬 1,120 元已发放，扣税 80 元。"
    assert notice.path == f"/mine/pay/{slip.uuid}/"
    words = text_of("pay_released", {"month": "2026 年 3 月", "net": "1,120"})
    assert len(words) <= 70
