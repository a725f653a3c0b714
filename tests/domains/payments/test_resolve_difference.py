from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.domains.payments.paying import ALL, books
from tests.worlds.small_county import COUNTY, HEDE, NOW, OTHER_COUNTY, on_duty, small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.reconciliation import DifferenceNotFound, DifferenceResolved
from xueqiao.domains.payments.models import Difference, Statement
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_county()


def planted(region=HEDE, key="A"):
    statement, _ = Statement.objects.get_or_create(
        gateway="wechat",
        day=date(2026, 3, 3),
        defaults={"line_count": 1, "paid_fen": 100, "refunded_fen": 0, "fee_fen": 0, "taken_at": NOW},
    )
    return Difference.objects.create(
        statement=statement, kind="amount", line_kind="payment", key=key, order_code=key, region=region, found_at=NOW
    )


def resolve(actor, row, words="付款人在别处退了一分钱，已核对"):
    payments.resolve_difference(actor=actor, difference_id=row.pk, resolution=words, now=NOW)


def test_the_last_one_in_words_settles_the_list(world):
    officer = on_duty(world.officer, "county_officer", COUNTY)
    first, second = planted(key="A"), planted(region=0, key="B")
    resolve(officer, first)
    assert books() == {}
    resolve(officer, second)
    assert books() == {"bank:wechat": -100, "gateway:wechat:clearing": 100}
    first.refresh_from_db()
    assert (first.resolved_by_id, first.owner_id) == (world.officer.pk, world.officer.pk)


def test_it_is_closed_once_and_in_words(world):
    officer, row = on_duty(world.officer, "county_officer", COUNTY), planted()
    with pytest.raises(InvalidInput):
        resolve(officer, row, "  好 ")
    resolve(officer, row)
    with pytest.raises(DifferenceResolved):
        resolve(officer, row, "换一个说法再写一遍")
    assert Difference.objects.within(ALL).get().resolution.startswith("付款人")


def test_only_officers_of_the_unit(world):
    row = planted()
    for actor, refusal in (
        (on_duty(world.clerk, "centre_clerk", HEDE), NotAllowed),
        (on_duty(world.other_officer, "county_officer", OTHER_COUNTY), DifferenceNotFound),
    ):
        with pytest.raises(refusal):
            resolve(actor, row)
    assert Difference.objects.within(ALL).get().resolved_at is None


def test_the_table_refuses_a_closing_without_words(world):
    row = planted()
    with pytest.raises(IntegrityError), transaction.atomic():
        Difference.objects.within(ALL).filter(pk=row.pk).update(resolved_at=NOW)
