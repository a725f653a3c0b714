from datetime import date

import pytest

from tests.domains.people.conftest import as_actor, deeds
from tests.worlds.small_county import NOW, add_person, link_family
from xueqiao.domains.people.api import (
    GuardianConsentMissing,
    give_guardian_consent,
    require_may_act_for,
    withdraw_guardian_consent,
)
from xueqiao.domains.people.errors import LinkNotFound


def test_withdrawal_works_at_once_for_family_and_counter_alike(world):
    child = add_person("李小宝", born=date(2018, 6, 1), phone=None)
    link = link_family(agent=world.daughter, subject=child, relation="parent")
    mother, clerk = as_actor(world.daughter), as_actor(world.clerk, channel="counter")
    give_guardian_consent(actor=mother, link_uuid=link.uuid, has_consented=True, now=NOW)
    assert require_may_act_for(clerk, child.id, now=NOW) == "staff:centre_clerk"
    with pytest.raises(LinkNotFound):
        withdraw_guardian_consent(actor=as_actor(world.rider), link_uuid=link.uuid, now=NOW)
    assert require_may_act_for(mother, child.id, now=NOW) == "guardian"
    withdraw_guardian_consent(actor=mother, link_uuid=link.uuid, now=NOW)
    for actor in (mother, clerk):
        with pytest.raises(GuardianConsentMissing):
            require_may_act_for(actor, child.id, now=NOW)
    assert deeds("withdraw_guardian_consent")[0].detail == {"withdrawn": 1}
