import pytest

from tests.domains.people.conftest import as_actor, deeds
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import set_spending_cap
from xueqiao.domains.people.errors import CapInvalid, LinkNotFound
from xueqiao.domains.people.models import FamilyLink
from xueqiao.foundation.scope import Scope


@pytest.fixture
def link(world):
    return FamilyLink.objects.within(Scope.everything("test")).get(agent=world.daughter)


def set_(world, link, who, amount):
    set_spending_cap(actor=as_actor(getattr(world, who)), link_uuid=link.uuid, amount_fen=amount, now=NOW)
    link.refresh_from_db()
    return link.spending_cap_fen


def test_the_subject_decides_and_the_agent_may_only_lower(world, link):
    assert set_(world, link, "daughter", 30000) == 30000  # from no cap to a cap is lowering
    for higher in (30001, None):
        with pytest.raises(LinkNotFound):
            set_(world, link, "daughter", higher)
    link.refresh_from_db()
    assert link.spending_cap_fen == 30000
    assert set_(world, link, "elder", None) is None
    assert [d.detail for d in deeds("set_spending_cap")] == [
        {"from_fen": None, "to_fen": 30000},
        {"from_fen": 30000, "to_fen": None},
    ]


@pytest.mark.parametrize("amount", [-1, 10_000_001])
def test_caps_have_bounds(world, link, amount):
    with pytest.raises(CapInvalid):
        set_(world, link, "elder", amount)


def test_strangers_touch_no_cap(world, link):
    with pytest.raises(LinkNotFound):
        set_(world, link, "rider", 1)
