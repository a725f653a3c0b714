from datetime import date
from importlib import import_module
from typing import Any

import pytest

from tests.worlds.small_county import COUNTY, SmallCounty, acting, on_duty, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.models import RecognitionUnit
from xueqiao.foundation.locks import LockSpace
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db


def publish(world: SmallCounty, **wanted: Any) -> int:
    values: dict[str, Any] = {
        "actor": on_duty(world.officer, "county_officer", COUNTY),
        "code": "PHOTO-1",
        "title": "手机摄影",
        "level": 1,
        "learning_outcomes": ["会构图", "会修图"],
        "notional_minutes": 960,
        "amount_hundredths": 100,
        "assessment": "交三张作品",
        "owner_id": world.college.pk,
        "effective_from": date(2026, 1, 1),
        "now": world.now,
    }
    return credit_bank.publish_unit(**(values | wanted))


def test_a_new_version_ends_the_one_before() -> None:
    world = small_county()
    assert publish(world) == 1
    assert publish(world, effective_from=date(2026, 9, 1)) == 2
    periods = list(
        RecognitionUnit.objects.order_by("version").values_list("version", "effective_from", "effective_until")
    )
    assert periods == [(1, date(2026, 1, 1), date(2026, 9, 1)), (2, date(2026, 9, 1), None)]


def test_levels_are_one_to_ten_and_only_officers_publish() -> None:
    world = small_county()
    for wanted in ({"level": 0}, {"level": 11}, {"notional_minutes": 0}, {"learning_outcomes": [" "]}, {"title": ""}):
        with pytest.raises(InvalidInput):
            publish(world, **wanted)
    with pytest.raises(NotAllowed):
        publish(world, actor=acting(world.elder))
    assert RecognitionUnit.objects.count() == 0


def test_publishing_has_a_lock_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """It used to stand in the queue of opening ledger units."""
    taken: list[tuple[LockSpace, list[int]]] = []
    monkeypatch.setattr(
        import_module("xueqiao.domains.credits.actions.claims.publish_unit"), "lock", lambda *a: taken.append(a)
    )
    publish(small_county())
    assert taken == [(LockSpace.RECOGNITION_UNIT, [0])]
