import pytest

from tests.domains.demand.ordering import CODE, FIRM
from tests.worlds.small_county import HEDE, LINHAI, acting, add_person, on_duty, small_county
from xueqiao.domains.demand import api as demand
from xueqiao.foundation.outbox.models import OutboxEvent as Event
from xueqiao.foundation.reasons import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return small_county()


@pytest.fixture
def firm(world):
    return demand.register_enterprise(
        actor=acting(world.rider), name=FIRM, credit_code=CODE, region=HEDE, now=world.now
    )


def answer(world, firm, actor=None, is_verified=True, reason=""):
    return demand.answer_enterprise(
        actor=actor or on_duty(world.clerk, "centre_clerk", HEDE),
        enterprise_uuid=firm.uuid,
        is_verified=is_verified,
        reason=reason,
        now=world.now,
    )


def test_staff_who_saw_the_licence_verify_it_once(world, firm):
    for _ in range(2):
        assert answer(world, firm).state == "verified"
    assert Event.objects.filter(name="demand.EnterpriseVerified").count() == 1
    assert answer(world, firm, is_verified=False, reason="名称不符").state == "verified", "a verified firm stays so"


def test_a_refusal_has_words_and_may_be_made_good(world, firm):
    with pytest.raises(demand.BadOrder):
        answer(world, firm, is_verified=False)
    assert answer(world, firm, is_verified=False, reason="执照过期").reason == "执照过期"
    assert answer(world, firm).state == "verified"


def test_not_by_another_unit_nor_by_who_applied(world, firm):
    own = on_duty(world.rider, "centre_clerk", HEDE)
    for actor, refusal in (
        (on_duty(add_person("外人"), "centre_clerk", LINHAI), demand.EnterpriseNotFound),
        (own, demand.EnterpriseNotFound),
        (acting(world.rider), NotAllowed),
    ):
        with pytest.raises(refusal):
            answer(world, firm, actor=actor)
    assert demand.access_enterprise(actor=acting(world.rider), enterprise_uuid=firm.uuid).state == "applied"
