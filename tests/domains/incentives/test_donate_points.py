import pytest

from tests.domains.incentives.pointing import ALL, balance, pointing, stranger, trace
from tests.worlds.small_county import acting, add_person
from xueqiao.domains.incentives import api as incentives
from xueqiao.domains.incentives.models import PointsYear
from xueqiao.domains.people import api as people
from xueqiao.foundation.reasons import InvalidInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    made = pointing()
    made.give(300, year=2025)
    made.give(500)
    return made


def give(case, hundredths=400, to="", key="k", actor=None):
    return incentives.donate_points(
        actor=actor or case.me,
        person_id=case.elder.pk,
        hundredths=hundredths,
        receiver_code=to,
        request_key=key,
        now=case.now,
    )


def test_to_another_resident_the_oldest_first_and_they_keep_their_year(case):
    give(case, to=case.other.code)
    assert [(y.year, y.available) for y in case.points(case.other).years] == [(2025, 300), (2026, 100)]
    assert case.available() == 400
    assert set(PointsYear.objects.within(ALL).filter(person=case.other).values_list("year", flat=True)) == {2025, 2026}


def test_to_the_community(case):
    give(case)
    assert balance("pot:320924000000") == 400
    assert case.available() == 400


def test_pressed_twice_it_is_one_gift(case):
    give(case)
    give(case)
    assert case.available() == 400
    before = trace()
    for other in ({"hundredths": 300}, {"to": case.other.code}):
        with pytest.raises(InvalidInput):
            give(case, **other)
    assert trace() == before


def test_the_daughter_gives_for_her_mother(case):
    daughter = acting(case.room.world.daughter, acts_for=(case.elder,))
    give(case, actor=daughter)
    assert case.available() == 400


def test_gifts_to_people_have_a_yearly_most_and_those_to_the_community_have_none(case):
    case.set("points_give_year_most", 450)
    give(case, 400, to=case.other.code, key="1")
    before = trace()
    with pytest.raises(incentives.GiftTooLarge) as refused:
        give(case, 100, to=case.other.code, key="2")
    assert "0.5" in refused.value.message
    assert trace() == before
    give(case, 400, key="3")


def test_what_is_refused_leaves_nothing(case):
    before = trace()
    for wrong in (0, -1, 10**9):
        with pytest.raises(InvalidInput):
            give(case, wrong)
    with pytest.raises(incentives.NotEnoughPoints) as refused:
        give(case, 801)
    assert "8.01" in refused.value.message
    with pytest.raises(incentives.ReceiverNotFound):
        give(case, to="nobody")
    with pytest.raises(incentives.GiftToOneself):
        give(case, to=case.elder.code)
    with pytest.raises(people.MayNotActFor):
        give(case, actor=stranger())
    with pytest.raises(people.MayNotActFor):
        give(case, to=case.other.code, actor=acting(add_person("冒名")))
    assert trace() == before
