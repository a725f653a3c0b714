from datetime import date

import pytest

from tests.domains.payments.settling import officer_of
from tests.worlds.small_county import COUNTY, HEDE, OTHER_COUNTY, on_duty, small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.quotes import PercentsNotWhole
from xueqiao.domains.payments.models import ShareScheme
from xueqiao.foundation.reasons import InvalidInput, NotAllowed

pytestmark = pytest.mark.django_db
FOUR = {"government": 40, "market": 20, "institution": 10, "learner": 30}


def make(world, actor=None, **wanted):
    given = {
        "title": "夜校四方分担",
        "source": "射财〔2026〕8 号",
        "region": COUNTY,
        "percents": FOUR,
        "valid_from": date(2026, 1, 1),
    }
    return payments.make_share_scheme(actor=actor or officer_of(world), now=world.now, **(given | wanted))


def test_it_holds_only_after_the_second_signature():
    world = small_county()
    scheme = make(world)
    assert scheme.percents == FOUR
    assert payments.share_scheme_at(region=HEDE, on=date(2026, 3, 4)) is None


def test_percents_add_up_to_a_hundred():
    world = small_county()
    with pytest.raises(PercentsNotWhole) as refusal:
        make(world, percents=FOUR | {"learner": 31})
    assert "101" in refusal.value.message
    with pytest.raises(InvalidInput):
        make(world, percents={"government": 100})
    assert not ShareScheme.objects.exists()


def test_only_an_officer_of_the_unit_writes_one():
    world = small_county()
    for actor in (
        on_duty(world.clerk, "centre_clerk", HEDE),
        on_duty(world.other_officer, "county_officer", OTHER_COUNTY),
    ):
        with pytest.raises(NotAllowed):
            make(world, actor)
    assert not ShareScheme.objects.exists()
