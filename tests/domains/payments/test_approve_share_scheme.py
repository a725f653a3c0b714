from datetime import date

import pytest

from tests.domains.payments.settling import officer_of
from tests.domains.payments.test_make_share_scheme import FOUR, make
from tests.worlds.small_county import CITY, HEDE, LINHAI, add_person, on_duty, small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.errors.quotes import SecondSignatureNeeded
from xueqiao.domains.payments.models import ShareScheme

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 4)


def approve(world, scheme):
    second = on_duty(add_person("张市长"), "city_officer", CITY)
    return payments.approve_share_scheme(actor=second, scheme_id=scheme.scheme_id, now=world.now)


def test_two_signatures_make_it_hold_and_the_shares_follow_it():
    world = small_county()
    approve(world, make(world))
    found = payments.shares_at(
        price_fen=36_000, subsidy_fen=25_200, region=HEDE, institution_id=world.centre.pk, on=DAY
    )
    assert [(s.payer_kind, s.amount_fen) for s in found.shares] == [
        ("government", 14_400),
        ("market", 7_200),
        ("institution", 3_600),
        ("learner", 10_800),
    ]
    assert found.share_source == "夜校四方分担（射财〔2026〕8 号）"


def test_who_wrote_it_does_not_approve_it():
    world = small_county()
    scheme = make(world)
    with pytest.raises(SecondSignatureNeeded):
        payments.approve_share_scheme(actor=officer_of(world), scheme_id=scheme.scheme_id, now=world.now)
    assert ShareScheme.objects.get().approved_by_id is None


def test_the_nearest_unit_then_the_named_programme_wins():
    world = small_county()
    approve(world, make(world))
    approve(world, make(world, title="合德镇的办法", region=HEDE))
    approve(world, make(world, title="锡青夜校", region=HEDE, programme="night-school"))
    titles = [
        payments.share_scheme_at(region=region, on=DAY, programme=programme).title
        for region, programme in ((LINHAI, ""), (HEDE, ""), (HEDE, "night-school"))
    ]
    assert titles == ["夜校四方分担", "合德镇的办法", "锡青夜校"]


def test_it_ends_after_its_last_day():
    world = small_county()
    approve(world, make(world, valid_to=date(2026, 3, 3), percents=FOUR))
    assert payments.share_scheme_at(region=HEDE, on=date(2026, 3, 3)) is not None
    assert payments.share_scheme_at(region=HEDE, on=DAY) is None
