from datetime import date
from typing import Any

import pytest

from tests.worlds.small_county import COUNTY, OTHER_COUNTY, SmallCounty, on_duty, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.rulesets import AgreementWrong
from xueqiao.domains.credits.models import Agreement
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def sign(world: SmallCounty, **wanted: Any) -> int:
    """One direction, where an authority has brought the sample rules into force."""
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=world.now, samples_in_force=True)
    values: dict[str, Any] = {
        "actor": on_duty(world.officer, "county_officer", COUNTY),
        "code": "industry-training",
        "title": "产业实训互认",
        "giver_id": world.centre.pk,
        "receiver_id": world.college.pk,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2029, 1, 1),
        "now": world.now,
    }
    return credit_bank.sign_agreement(**(values | wanted))


def test_one_direction_is_one_agreement() -> None:
    world = small_county()
    sign(world)
    sign(world, code="back", giver_id=world.college.pk, receiver_id=world.centre.pk)
    assert Agreement.objects.filter(state="active").count() == 2


def test_what_makes_no_sense_is_refused() -> None:
    world = small_county()
    for wanted in (
        {"giver_id": world.college.pk},
        {"ends_on": date(2026, 1, 1)},
        {"ends_on": date(2046, 1, 1)},
        {"cap_hundredths": -1},
        {"sample_percent": 101},
        {"code": " "},
    ):
        with pytest.raises(AgreementWrong):
            sign(world, **wanted)
    with pytest.raises(NotAllowed):
        sign(world, actor=on_duty(world.other_officer, "county_officer", OTHER_COUNTY))
    assert Agreement.objects.count() == 0
    sign(world)
    with pytest.raises(AgreementWrong):
        sign(world)


def test_a_new_version_ends_the_one_before_and_only_the_next_number_is_taken() -> None:
    world = small_county()
    sign(world, rule_code="industry-training", cap_hundredths=1200)
    sign(world, version=2, rule_code="industry-training", cap_hundredths=1000)
    rows = list(Agreement.objects.order_by("version").values_list("version", "state", "cap_hundredths"))
    assert rows == [(1, "ended", 1200), (2, "active", 1000)]
    for wanted in (
        {"version": 2},
        {"version": 4},
        {"version": 3, "giver_id": world.other_centre.pk},
        {"version": 3, "rule_code": "no-such-rules"},
        {"version": 3, "rule_code": "industry-training", "programmes": ["cooking"]},
    ):
        with pytest.raises(AgreementWrong):
            sign(world, **wanted)
    assert list(Agreement.objects.order_by("version").values_list("state", flat=True)) == ["ended", "active"]


def test_a_sample_that_nobody_brought_into_force_carries_no_agreement() -> None:
    world = small_county()
    credit_bank.adopt_shipped_rules(actor=Actor.system("test"), now=world.now)
    with pytest.raises(AgreementWrong, match="施行中"):
        sign(world, rule_code="industry-training")
    assert Agreement.objects.count() == 0
