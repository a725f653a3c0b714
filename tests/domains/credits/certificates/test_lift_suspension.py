import pytest

from tests.domains.credits.standing import WHY, issued
from tests.worlds.small_county import OTHER_COUNTY, on_duty
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.standing import NotSuspended, WordsMissing
from xueqiao.domains.credits.models import StatusChange
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def test_what_was_looked_into_has_its_standing_again() -> None:
    made = issued()
    lift = {"certificate_uuid": made.view.uuid, "now": made.now}
    with pytest.raises(NotSuspended):
        credit_bank.lift_suspension(actor=made.first, words="没有问题", **lift)
    credit_bank.suspend_certificate(actor=made.first, **lift, **WHY)
    with pytest.raises(WordsMissing):
        credit_bank.lift_suspension(actor=made.first, words="", **lift)
    other = on_duty(made.done.room.world.other_officer, "county_officer", OTHER_COUNTY)
    with pytest.raises(NotAllowed):
        credit_bank.lift_suspension(actor=other, words="没有问题", **lift)
    assert made.state() == "suspended"
    credit_bank.lift_suspension(actor=made.first, words="没有问题", **lift)
    assert made.state() == "valid"
    assert list(StatusChange.objects.order_by("pk").values_list("kind", flat=True)) == ["suspend", "lift"]
