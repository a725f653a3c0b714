import pytest

from tests.domains.credits.completed import EVERYTHING
from tests.worlds.small_county import small_county
from xueqiao.domains.credits.actions.accounts.open_credit_account import open_credit_account
from xueqiao.domains.credits.models import CreditAccount
from xueqiao.foundation.ledger.api import find_unit

pytestmark = pytest.mark.django_db


def test_a_person_has_one_account_however_often_it_is_opened() -> None:
    world = small_county()
    first = open_credit_account(person_id=world.elder.pk, now=world.now)
    assert open_credit_account(person_id=world.elder.pk, now=world.now).pk == first.pk
    assert CreditAccount.objects.within(EVERYTHING).count() == 1
    assert world.elder.code in first.code


def test_only_issuers_may_go_below_zero() -> None:
    world = small_county()
    open_credit_account(person_id=world.elder.pk, now=world.now)
    unit = find_unit("CREDIT.community")
    assert unit is not None
    assert (unit.scale, unit.sources) == (2, ("issuer:",))
