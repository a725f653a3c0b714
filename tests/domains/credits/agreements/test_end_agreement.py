import pytest

from tests.domains.credits.claiming import held_by
from tests.domains.credits.trainees import CODE, UNIT, a_line, agreed, deposit, officer_of
from tests.worlds.small_county import OTHER_COUNTY, on_duty, small_county
from xueqiao.domains.credits import api as credit_bank
from xueqiao.domains.credits.errors.agreements import AgreementOver
from xueqiao.domains.credits.errors.rulesets import AgreementUnknown
from xueqiao.domains.credits.models import Agreement
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


def test_an_ended_agreement_stays_ended_and_what_it_carried_stays() -> None:
    world = small_county()
    agreed(world)
    deposit(world, a_line(world.rider))
    assert credit_bank.end_agreement(actor=officer_of(world), code=CODE, now=world.now)
    assert not credit_bank.end_agreement(actor=officer_of(world), code=CODE, now=world.now)
    with pytest.raises(AgreementOver):
        deposit(world, a_line(world.elder))
    suspended = credit_bank.suspend_agreement(actor=officer_of(world), code=CODE, is_suspended=False, now=world.now)
    assert (suspended, held_by(world.rider, UNIT), held_by(world.elder, UNIT)) == ("ended", 300, 0)


def test_only_the_receivers_officer_ends_it() -> None:
    world = small_county()
    agreed(world)
    with pytest.raises(NotAllowed):
        credit_bank.end_agreement(
            actor=on_duty(world.other_officer, "county_officer", OTHER_COUNTY), code=CODE, now=world.now
        )
    with pytest.raises(AgreementUnknown):
        credit_bank.end_agreement(actor=officer_of(world), code="none", now=world.now)
    assert Agreement.objects.get().state == "active"
