from datetime import date

import pytest

from tests.domains.people.conftest import as_actor, deeds
from tests.worlds.small_county import LINHAI_VILLAGE, NOW, add_person, link_family
from xueqiao.domains.people.api import merge_persons
from xueqiao.domains.people.errors import PersonsDiffer, ReasonMissing
from xueqiao.domains.people.models import Account, FamilyLink, Person
from xueqiao.foundation.reasons import NotAllowed, NotFound
from xueqiao.foundation.scope import Scope

ALL = Scope.everything("test")


@pytest.fixture
def double(world):
    return add_person("张桂兰", born=date(1957, 9, 12))


def merge(world, gone, who="clerk", reason="同一人，核对了身份证"):
    merge_persons(actor=as_actor(getattr(world, who)), kept_id=world.elder.id, gone_id=gone.id, reason=reason, now=NOW)


def test_the_gone_record_points_to_the_kept_one_and_nothing_is_lost(world, double):
    link_family(agent=world.rider, subject=double, relation="other")
    before = Person.objects.within(ALL).count()
    merge(world, double)
    double.refresh_from_db()
    assert double.merged_into_id == world.elder.id and Person.objects.within(ALL).count() == before
    spare = Account.objects.get(phone=double.phone)
    assert not spare.is_active and spare.session_epoch == 1
    assert FamilyLink.objects.within(ALL).get(subject=double).state == "ended"
    assert deeds("merge_persons")[0].detail["gone"] == double.id


def test_an_account_moves_over_when_the_kept_record_has_none(world, double):
    Account.objects.filter(person=world.elder).delete()
    merge(world, double)
    assert Account.objects.get(phone=double.phone).person_id == world.elder.id


def test_another_birth_date_or_another_id_number_is_another_person(world, double):
    other = add_person("张桂兰", born=date(1958, 9, 12))
    with pytest.raises(PersonsDiffer):
        merge(world, other)
    world.elder.person_key, double.person_key = b"a" * 32, b"b" * 32
    world.elder.save()
    double.save()
    with pytest.raises(PersonsDiffer):
        merge(world, double)
    double.person_key = None
    double.save()
    merge(world, double)
    with pytest.raises(PersonsDiffer):  # it is merged already
        merge(world, double)


@pytest.mark.parametrize(
    ("who", "reason"), [("other_officer", NotFound), ("rider", NotFound), ("teacher", NotFound), ("elder", NotFound)]
)
def test_only_staff_of_the_place_merge(world, double, who, reason):
    with pytest.raises((reason, NotAllowed)):
        merge(world, double, who)
    double.refresh_from_db()
    assert double.merged_into_id is None


def test_a_clerk_reaches_no_record_of_another_town_and_says_why(world, double):
    double.region = LINHAI_VILLAGE
    double.save()
    with pytest.raises(NotFound):
        merge(world, double)
    with pytest.raises(ReasonMissing):
        merge(world, double, reason=" ")
    merge(world, double, "officer")
