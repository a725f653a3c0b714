from datetime import date

import pytest

from tests.domains.credits.agreements.test_sign_agreement import sign
from tests.worlds.small_county import COUNTY, OTHER_COUNTY, on_duty, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.rulesets import AgreementUnknown
from xueqiao.domains.credits.models import Agreement
from xueqiao.domains.credits.queries.rulesets import closed_agreements
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def test_a_suspended_agreement_carries_nothing_new_and_may_go_on() -> None:
    world = small_county()
    officer, code = on_duty(world.officer, "county_officer", COUNTY), "industry-training"
    day = date(2026, 3, 4)
    assert closed_agreements(on=day, codes=[code]) == {code}, "never signed"
    sign(world)
    assert closed_agreements(on=day, codes=[code]) == frozenset()
    for is_suspended, closed in ((True, {code}), (True, {code}), (False, set())):
        credit_bank.suspend_agreement(actor=officer, code=code, is_suspended=is_suspended, now=world.now)
        assert closed_agreements(on=day, codes=[code]) == closed
    assert closed_agreements(on=date(2029, 1, 1), codes=[code]) == {code}, "out of date"


def test_only_the_receivers_officer_suspends() -> None:
    world = small_county()
    sign(world)
    other = on_duty(world.other_officer, "county_officer", OTHER_COUNTY)
    with pytest.raises(NotAllowed):
        credit_bank.suspend_agreement(actor=other, code="industry-training", is_suspended=True, now=world.now)
    with pytest.raises(AgreementUnknown):
        credit_bank.suspend_agreement(
            actor=on_duty(world.officer, "county_officer", COUNTY), code="none", is_suspended=True, now=world.now
        )
    assert Agreement.objects.get().state == "active"
