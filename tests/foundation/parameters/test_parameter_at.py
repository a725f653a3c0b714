"""parameter_at: the nearest place wins, then the latest day; a default says that nobody confirmed it."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from xueqiao.foundation.parameters import api
from xueqiao.foundation.parameters.models import Parameter

pytestmark = pytest.mark.django_db
PROVINCE, COUNTY, TOWN = 320000000000, 320924000000, 320924100000
DAY = date(2026, 3, 4)


@pytest.fixture
def hours():
    spec = api.declare("tests.hours", default=16, unit="hours", source="test", check=lambda value: value > 0)
    yield spec
    del api.declared["tests.hours"]


def _set(value, region, *, valid_from=date(2025, 1, 1), valid_to=None, institution_id=None):
    return Parameter.objects.create(
        name="tests.hours",
        region=region,
        institution_id=institution_id,
        value=value,
        valid_from=valid_from,
        valid_to=valid_to,
        source=f"文件 {value}",
        approved_by="测试",
        recorded_at=datetime(2025, 1, 1, tzinfo=UTC),
    )


def test_without_a_row_the_default_is_used_and_marked_unconfirmed(hours):
    found = api.parameter_at("tests.hours", region=TOWN, on=DAY)
    assert (found.value, found.confirmed, found.valid_from) == (16, False, None)


def test_the_nearest_place_wins_over_the_province_and_the_institution_over_all(hours):
    _set(18, PROVINCE)
    _set(20, COUNTY)
    _set(24, PROVINCE, institution_id=7)
    _set(99, 320509000000)
    assert api.parameter_at("tests.hours", region=TOWN, on=DAY).value == 20
    assert api.parameter_at("tests.hours", region=PROVINCE, on=DAY).value == 18
    assert api.parameter_at("tests.hours", region=TOWN, on=DAY, institution_id=7).value == 24
    assert api.parameter_at("tests.hours", region=TOWN, on=DAY, institution_id=8).value == 20


def test_several_at_once_are_what_each_is_alone_for_one_query(hours, django_assert_num_queries):
    api.declare("tests.other", default=3, unit="times", source="test")
    try:
        _set(18, PROVINCE)
        _set(20, COUNTY)
        _set(24, PROVINCE, institution_id=7)
        for region, institution in ((TOWN, None), (PROVINCE, None), (TOWN, 7)):
            place = {"region": region, "on": DAY, "institution_id": institution}
            alone = {name: api.parameter_at(name, **place) for name in ("tests.hours", "tests.other")}
            with django_assert_num_queries(1):
                assert api.parameters_at(["tests.hours", "tests.other"], **place) == alone
    finally:
        del api.declared["tests.other"]


def test_a_value_counts_from_its_first_day_until_the_day_before_its_last(hours):
    _set(18, COUNTY, valid_to=date(2026, 3, 4))
    _set(20, COUNTY, valid_from=date(2026, 3, 4))
    values = [api.parameter_at("tests.hours", region=TOWN, on=day).value for day in (date(2026, 3, 3), DAY)]
    assert values == [18, 20]
    assert api.parameter_at("tests.hours", region=TOWN, on=date(2024, 12, 31)).value == 16
    assert api.parameter_at("tests.hours", region=TOWN, on=DAY).source == "文件 20"


def test_the_same_place_and_day_twice_is_refused_by_the_database(hours):
    _set(18, COUNTY)
    with pytest.raises(IntegrityError, match="parameter_once_per_day"), transaction.atomic():
        _set(19, COUNTY)


def test_a_name_is_declared_once_and_its_default_must_pass_its_own_check(hours):
    with pytest.raises(ValueError, match="declared twice"):
        api.declare("tests.hours", default=1, unit="hours", source="test")
    with pytest.raises(ValueError, match="bad default"):
        api.declare("tests.other", default=0, unit="hours", source="test", check=lambda value: value > 0)
    with pytest.raises(KeyError):
        api.parameter_at("tests.unknown", region=TOWN, on=DAY)
