from datetime import date, timedelta

import pytest

from tests.domains.payments.settling import concession
from tests.domains.payments.test_quotes import amounts, quote
from tests.worlds.small_county import HEDE, LINHAI, acting, on_duty, small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.quotes import OwnConcession
from xueqiao.domains.payments.models import Concession
from xueqiao.foundation.reasons import InvalidInput, NotAllowed
from xueqiao.foundation.scope import Scope

pytestmark = pytest.mark.django_db
ALL = Scope.everything("test")


def grant(world, person, actor=None, **wanted):
    given = {"kind": "hardship", "proof": "低保证 2026 年度", "valid_to": date(2026, 12, 31), "region": HEDE}
    clerk = actor or on_duty(world.clerk, "centre_clerk", HEDE)
    return payments.grant_concession(actor=clerk, person_id=person.pk, now=world.now, **(given | wanted))


def test_a_proof_seen_at_the_desk_lowers_the_price_until_its_last_day():
    world = small_county()
    shown = grant(world, world.elder)
    assert (shown.is_live, shown.proof) == (True, "低保证 2026 年度")
    assert amounts(quote(world, world.elder)) == {"government": 36_000, "learner": 0}
    assert payments.access_concessions(actor=acting(world.elder), person_id=world.elder.pk, now=world.now) == [shown]


def test_the_stronger_of_two_counts():
    world = small_county()
    concession(world, world.rider, days=300)
    concession(world, world.rider, kind="hardship", days=10)
    assert quote(world, world.rider).concession.percent == 100


def test_none_for_oneself_without_a_role_elsewhere_or_for_ever():
    world = small_county()
    with pytest.raises(OwnConcession):
        grant(world, world.clerk)
    with pytest.raises(NotAllowed):
        grant(world, world.elder, actor=acting(world.daughter))
    with pytest.raises(NotAllowed):
        grant(world, world.elder, region=LINHAI)
    for wrong in ({"kind": "friend"}, {"proof": ""}, {"valid_to": world.now.date() - timedelta(days=1)}):
        with pytest.raises(InvalidInput):
            grant(world, world.elder, **wrong)
    assert not Concession.objects.within(ALL).exists()
