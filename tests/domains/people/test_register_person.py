from datetime import date

import pytest

from tests.domains.people.conftest import as_actor, deeds
from tests.worlds.small_county import HEDE_VILLAGE, LINHAI_VILLAGE, NOW
from xueqiao.domains.people.api import MayNotActFor, register_person, require_may_act_for
from xueqiao.domains.people.errors import ConsentMissing, GuardianConsentMissing, NotAGuardian, TooManyLinks
from xueqiao.domains.people.models import FamilyLink, Person
from xueqiao.foundation.reasons import NotAllowed
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")
FIELDS = {"name": "吴秀英", "birth_date": "1950-03-05", "region": HEDE_VILLAGE, "has_consented": True}
CHILD = {"name": "李小宝", "birth_date": "2018-06-01", "region": HEDE_VILLAGE, "has_consented": True}


def count():
    return Person.objects.within(ALL).count()


def test_a_clerk_writes_down_a_resident_without_a_phone(world):
    card = register_person(actor=as_actor(world.clerk, channel="counter"), now=NOW, **FIELDS)
    assert (card.name, card.phone, card.region) == ("吴秀英", None, HEDE_VILLAGE)
    assert len(card.code) == 10 and card.code.isdigit()
    assert deeds("register_person")[0].channel == "counter"


def test_the_same_id_number_is_the_same_person_and_is_never_kept(world):
    clerk = as_actor(world.clerk, channel="counter")
    first = register_person(actor=clerk, now=NOW, id_number="32092419500305123x", **FIELDS)
    again = register_person(actor=clerk, now=NOW, id_number="32092419500305123X", **FIELDS)
    assert first.id == again.id
    kept = bytes(Person.objects.within(ALL).get(pk=first.id).person_key)
    assert len(kept) == 32 and b"320924" not in kept


@pytest.mark.parametrize("who", ["elder", "teacher", "officer", "other_officer", "rider"])
def test_nobody_but_a_clerk_of_the_unit_writes_down_residents(world, who):
    before = count()
    with pytest.raises(NotAllowed):
        register_person(actor=as_actor(getattr(world, who)), now=NOW, **FIELDS)
    with pytest.raises(NotAllowed):  # nor a clerk for another town
        register_person(actor=as_actor(world.clerk), now=NOW, **(FIELDS | {"region": LINHAI_VILLAGE}))
    with pytest.raises(NotAllowed):  # nor before the second factor
        register_person(actor=as_actor(world.clerk, factor=False), now=NOW, **FIELDS)
    assert count() == before


def test_without_the_signed_paper_nothing_is_written(world):
    before = count()
    with pytest.raises(ConsentMissing):
        register_person(actor=as_actor(world.clerk), now=NOW, **(FIELDS | {"has_consented": False}))
    assert count() == before


def test_a_mother_writes_down_her_child_and_waits_for_the_counter(world):
    mother = as_actor(world.daughter)
    child = register_person(actor=mother, relation="parent", now=NOW, **CHILD)
    link = FamilyLink.objects.within(ALL).get(subject_id=child.id)
    assert (link.state, link.agent_id) == ("waiting", world.daughter.id)
    with pytest.raises(MayNotActFor):
        require_may_act_for(mother, child.id, now=NOW)


@pytest.mark.parametrize(
    ("relation", "born"), [("other", "2018-06-01"), ("child", "2018-06-01"), ("parent", "2005-01-01")]
)
def test_only_a_parent_or_guardian_and_only_a_child_under_fourteen(world, relation, born):
    before = count()
    with pytest.raises(NotAGuardian):
        register_person(actor=as_actor(world.daughter), relation=relation, now=NOW, **(CHILD | {"birth_date": born}))
    assert count() == before


def test_a_minor_is_nobodys_guardian(world):
    world.rider.birth_date = date(2009, 1, 1)
    world.rider.save()
    with pytest.raises(NotAGuardian):
        register_person(actor=as_actor(world.rider), relation="parent", now=NOW, **CHILD)


def test_five_children_wait_at_most(world):
    for number in "一二三四五":
        register_person(actor=as_actor(world.daughter), relation="parent", now=NOW, **(CHILD | {"name": f"李{number}"}))
    with pytest.raises(TooManyLinks):
        register_person(actor=as_actor(world.daughter), relation="parent", now=NOW, **CHILD)


def test_a_child_written_down_at_the_counter_needs_a_guardian_before_anything_happens(world):
    clerk = as_actor(world.clerk, channel="counter")
    child = register_person(actor=clerk, now=NOW, **CHILD)
    with pytest.raises(GuardianConsentMissing):
        require_may_act_for(clerk, child.id, now=NOW)
