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
from xueqiao.domains.people.errors import ConsentMissing, LinkNotFound, NotAGuardian
from xueqiao.domains.people.models import Consent
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")


@pytest.fixture
def child(world):
    return add_person("李小宝", born=date(2018, 6, 1), phone=None)


@pytest.fixture
def link(world, child):
    return link_family(agent=world.daughter, subject=child, relation="parent")


def test_nothing_happens_for_a_child_without_a_live_consent(world, child, link):
    mother = as_actor(world.daughter)
    assert child.id not in mother.scope.person_ids
    with pytest.raises(GuardianConsentMissing):
        require_may_act_for(mother, child.id, now=NOW)
    give_guardian_consent(actor=mother, link_uuid=link.uuid, has_consented=True, now=NOW)
    assert require_may_act_for(mother, child.id, now=NOW) == "guardian"
    assert child.id in as_actor(world.daughter).scope.person_ids


def test_consent_is_given_once_and_can_be_given_again_after_withdrawal(world, child, link):
    mother = as_actor(world.daughter)
    for _ in range(2):
        give_guardian_consent(actor=mother, link_uuid=link.uuid, has_consented=True, now=NOW)
    assert Consent.objects.within(ALL).filter(subject=child).count() == 1
    withdraw_guardian_consent(actor=mother, link_uuid=link.uuid, now=NOW)
    give_guardian_consent(actor=mother, link_uuid=link.uuid, has_consented=True, now=NOW)
    assert Consent.objects.within(ALL).filter(subject=child).count() == 2
    assert require_may_act_for(mother, child.id, now=NOW) == "guardian"
    assert len(deeds("give_guardian_consent")) == 3


def test_no_tick_no_stranger_no_other_relation(world, child, link):
    with pytest.raises(ConsentMissing):
        give_guardian_consent(actor=as_actor(world.daughter), link_uuid=link.uuid, has_consented=False, now=NOW)
    with pytest.raises(LinkNotFound):
        give_guardian_consent(actor=as_actor(world.rider), link_uuid=link.uuid, has_consented=True, now=NOW)
    uncle = link_family(agent=world.rider, subject=child, relation="other")
    with pytest.raises(NotAGuardian):
        give_guardian_consent(actor=as_actor(world.rider), link_uuid=uncle.uuid, has_consented=True, now=NOW)
    assert not Consent.objects.within(ALL).filter(subject=child).exists()
