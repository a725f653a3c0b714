import pytest

from tests.domains.payments.paying import ALL
from tests.domains.payments.test_resolve_difference import planted, resolve
from tests.worlds.small_county import COUNTY, NOW, OTHER_COUNTY, on_duty, small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.reconciliation import DifferenceNotFound, DifferenceResolved
from xueqiao.domains.payments.models import Difference

pytestmark = pytest.mark.django_db


def test_an_officer_takes_it_upon_herself_and_strangers_cannot():
    world = small_county()
    row, officer = planted(), on_duty(world.officer, "county_officer", COUNTY)
    stranger = on_duty(world.other_officer, "county_officer", OTHER_COUNTY)
    with pytest.raises(DifferenceNotFound):
        payments.own_difference(actor=stranger, difference_id=row.pk, now=NOW)
    payments.own_difference(actor=officer, difference_id=row.pk, now=NOW)
    assert Difference.objects.within(ALL).get().owner_id == world.officer.pk
    assert payments.access_differences(actor=officer)[0].owner == "陈明"
    resolve(officer, row)
    with pytest.raises(DifferenceResolved):
        payments.own_difference(actor=officer, difference_id=row.pk, now=NOW)
