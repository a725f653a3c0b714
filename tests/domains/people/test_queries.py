from datetime import timedelta

import pytest

from tests.domains.people.conftest import VISITOR, as_actor
from tests.worlds.small_county import (
    CITY,
    COUNTY,
    HEDE,
    HEDE_VILLAGE,
    LINHAI,
    NOW,
    OTHER_COUNTY,
    PROVINCE,
    add_person,
    give_role,
    link_family,
)
from xueqiao.domains.people.api import (
    MayNotActFor,
    access_person,
    access_persons,
    account_of_session,
    actor_of_account,
    find_persons_by_phone,
    require_may_act_for,
    require_role,
)
from xueqiao.domains.people.models import Account, Person, StaffRole
from xueqiao.foundation.reasons import NotAllowed, NotFound
from xueqiao.foundation.scope import ScopeMissing


def test_an_actor_is_read_in_one_query(world, django_assert_num_queries):
    account = Account.objects.get(person=world.daughter)
    with django_assert_num_queries(1):
        actor = actor_of_account(account_of_session(account.pk), now=NOW, channel="web", factor_passed=True)
    assert actor.scope.person_ids == {world.daughter.id, world.elder.id}
    assert (actor.kind, actor.roles, actor.scope.ranges) == ("resident", frozenset(), ())


def test_duties_count_only_after_the_factor_and_between_their_dates(world):
    assert as_actor(world.clerk, factor=False).roles == frozenset()
    clerk = as_actor(world.clerk)
    assert (clerk.kind, clerk.roles) == ("staff", {"centre_clerk"})
    assert clerk.scope.has_region(HEDE) and not clerk.scope.has_region(LINHAI)
    StaffRole.objects.filter(person=world.clerk).update(valid_to=(NOW - timedelta(days=1)).date())
    assert as_actor(world.clerk).roles == frozenset()
    StaffRole.objects.filter(person=world.clerk).update(valid_from=(NOW + timedelta(days=1)).date(), valid_to=None)
    assert as_actor(world.clerk).roles == frozenset()


def test_teachers_and_operators_see_no_residents_by_their_duty(world):
    give_role(world.rider, "operator", PROVINCE)
    for person in (world.teacher, world.rider):
        assert as_actor(person).scope.ranges == ()


def test_a_role_in_one_place_is_no_role_in_another(world):
    give_role(world.clerk, "county_officer", OTHER_COUNTY)
    actor = as_actor(world.clerk)
    require_role(actor, "centre_clerk", region=HEDE_VILLAGE)
    require_role(actor, "county_officer", region=OTHER_COUNTY)
    for role, region in (
        ("centre_clerk", OTHER_COUNTY),
        ("county_officer", HEDE),
        ("centre_clerk", COUNTY),  # the parent
        ("centre_clerk", LINHAI),  # the sibling
        ("county_officer", CITY),
    ):
        with pytest.raises(NotAllowed):
            require_role(actor, role, region=region)
    with pytest.raises(NotAllowed):
        require_role(VISITOR, "centre_clerk")


@pytest.mark.parametrize(
    ("who", "channel", "authority"),
    [
        ("elder", "web", "self"),
        ("daughter", "web", "family"),
        ("clerk", "counter", "staff:centre_clerk"),
        ("clerk", "phone", "staff:centre_clerk"),
        ("clerk", "paper", "staff:centre_clerk"),
        ("clerk", "web", None),
        ("teacher", "counter", None),
        ("officer", "counter", None),
        ("other_officer", "counter", None),
        ("rider", "web", None),
    ],
)
def test_who_may_act_for_the_elder(world, who, channel, authority):
    actor = as_actor(getattr(world, who), channel=channel)
    if authority is None:
        with pytest.raises(MayNotActFor):
            require_may_act_for(actor, world.elder.id, now=NOW)
    else:
        assert require_may_act_for(actor, world.elder.id, now=NOW) == authority


def test_acting_for_is_not_passed_on(world):
    link_family(agent=world.rider, subject=world.daughter, relation="spouse")
    with pytest.raises(MayNotActFor):
        require_may_act_for(as_actor(world.rider), world.elder.id, now=NOW)


def test_persons_leave_only_within_scope(world):
    assert access_person(as_actor(world.daughter), world.elder.id).name == "张桂兰"
    for who in (world.rider, world.teacher, world.other_officer):
        with pytest.raises(NotFound):
            access_person(as_actor(who), world.elder.id)
        assert find_persons_by_phone(as_actor(who), world.elder.phone) == []
    seen = access_persons(as_actor(world.clerk), [world.elder.id, world.rider.id, 10**12])
    assert set(seen) == {world.elder.id}  # the courier lives in another town
    with pytest.raises(ScopeMissing):
        list(Person.objects.all())


def test_a_merged_or_closed_account_ends_its_sessions(world):
    account = Account.objects.get(person=world.rider)
    world.rider.merged_into = add_person("王小骑")
    world.rider.save()
    assert account_of_session(account.pk) is None
