"""The journey's steps at the credit bank, walked over HTTP in the small county: seconds instead of a whole region."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.channels.visit import signed_in
from tests.domains.credits.completed import SYSTEM, Completed, completed
from tests.worlds.small_county import PROVINCE, acting, add_person, give_role
from xueqiao.channels.console.journey.bank import BankSteps
from xueqiao.channels.console.journey.bearings import ELDER_NAME
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.actions import adopt_shipped_rules
from xueqiao.domains.people.models import Person
from xueqiao.foundation import clock

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]


class County:
    """The region of the steps: the site a test serves, at the moment its class was over."""

    def __init__(self, address: str, moment: datetime) -> None:
        self.address, self.moment = address, moment

    def now(self) -> datetime:
        return self.moment

    def demo_people(self) -> Mapping[str, Any]:
        return {}


def test_a_claim_is_recognised_and_credit_converted_through_the_pages(live_server: Any, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    done = a_deposit()
    world = done.room.world
    province = add_person("赵卫国")
    give_role(province, "province_officer", PROVINCE)
    with clock.frozen(done.now):
        steps: Any = BankSteps(County(live_server.url, done.now))  # type: ignore[arg-type]
        walkers: list[tuple[str, Person, bool]] = [
            ("elder", done.person, False),
            ("clerk", world.clerk, True),
            ("county_officer", world.officer, True),
            ("province_officer", province, True),
        ]
        for who, person, is_staff in walkers:
            cookies = signed_in(person, staff=is_staff).cookies
            for name, morsel in cookies.items():
                steps.visitor(who)._client.cookies.set(name, morsel.value)
        assert "three people" in steps.claim_is_recognised()
        assert steps.credit_is_converted()
        steps.close()


def a_deposit() -> Completed:
    """The journey's elder with the credit of one class, where the sample rules are in force as in a demo region."""
    done = completed()
    done.person.name = ELDER_NAME
    done.person.save(update_fields=["name"])
    adopt_shipped_rules(actor=SYSTEM, now=done.now, samples_in_force=True)
    offered = credit_bank.propose_credit(actor=SYSTEM, completion_id=done.completion.pk, now=done.now)
    credit_bank.deposit_credit(actor=acting(done.person), proposal_uuid=offered.uuid, now=done.now)
    return done
