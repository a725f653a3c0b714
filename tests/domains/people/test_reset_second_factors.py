import pytest

from tests.domains.people.conftest import as_actor, deeds
from tests.domains.people.test_add_totp import setting_up
from tests.worlds.small_county import NOW, PROVINCE, add_person, give_role
from xueqiao.domains.people.api import reset_second_factors
from xueqiao.domains.people.errors import ReasonMissing
from xueqiao.domains.people.models import Account, SecondFactor
from xueqiao.foundation.reasons import NotAllowed, NotFound


@pytest.fixture
def operator(world):
    person = add_person("孙工")
    give_role(person, "operator", PROVINCE)
    return person


def reset(world, who, phone, reason="手机丢失，已核对工作证"):
    return reset_second_factors(actor=as_actor(who), phone=phone, reason=reason, now=NOW)


def test_an_operator_resets_and_every_session_ends(world, operator):
    setting_up(world)
    assert reset(world, operator, world.clerk.phone) == 1
    assert not SecondFactor.objects.exists()
    assert Account.objects.get(person=world.clerk).session_epoch == 1
    assert deeds("reset_second_factors")[0].detail["reason"] == "手机丢失，已核对工作证"


def test_nobody_else_never_for_herself_never_without_a_reason(world, operator):
    setting_up(world)
    for who in (world.clerk, world.officer, world.elder):
        with pytest.raises(NotAllowed):
            reset(world, who, world.clerk.phone)
    with pytest.raises(NotFound):
        reset(world, operator, operator.phone)
    with pytest.raises(ReasonMissing):
        reset(world, operator, world.clerk.phone, " ")
    assert SecondFactor.objects.count() == 1
