from datetime import timedelta

import pytest

from tests.domains.people.conftest import VISITOR, deeds
from tests.worlds.small_county import NOW
from xueqiao.domains.people.api import EntryLinkSpent, enter_by_link, make_entry_link
from xueqiao.domains.people.errors import OnlyInDemo
from xueqiao.foundation.audit.values import Actor


@pytest.fixture
def token(world):
    return make_entry_link(actor=Actor.system("demo"), person_id=world.clerk.id, now=NOW, hours=1).token


def test_a_link_lets_in_once_and_stands_for_the_factor_of_demo_staff(world, token):
    entered = enter_by_link(actor=VISITOR, token=token, now=NOW)
    assert (entered.person_id, entered.is_staff, entered.factor_passed) == (world.clerk.id, True, True)
    with pytest.raises(EntryLinkSpent):
        enter_by_link(actor=VISITOR, token=token, now=NOW)
    assert len(deeds("enter_by_link")) == 1


def test_late_or_made_up_links_and_links_outside_a_demo_let_nobody_in(world, token, settings):
    for bad, now in ((token, NOW + timedelta(hours=1)), ("made-up", NOW), ("", NOW)):
        with pytest.raises(EntryLinkSpent):
            enter_by_link(actor=VISITOR, token=bad, now=now)
    settings.DEMO = False
    with pytest.raises(OnlyInDemo):
        enter_by_link(actor=VISITOR, token=token, now=NOW)
    assert deeds("enter_by_link") == []
