"""What somebody pays: subsidy, concession and vouchers by themselves, to the fen."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domains.payments.settling import concession, learning_scheme
from tests.worlds.small_county import COUNTY, small_county
from xueqiao.domains.payments import api as payments
from xueqiao.domains.payments.rules.quotes import concession_fen, shares_quoted, subsidy_by_scheme, vouchers_applied
from xueqiao.domains.payments.values.quotes import VoucherOffer, VoucherPart

LAST = date(2026, 12, 31)


def offer(number, kind, left, budget=10**6, last=LAST):
    return VoucherOffer(number, number, kind, f"券{number}", left, budget, last)


def quote(world, person, price=36_000, subsidy=12_000):
    return payments.quote_bill(
        person_id=person.pk,
        institution_id=world.centre.pk,
        region=world.centre.region,
        price_fen=price,
        subsidy_fen=subsidy,
        on=date(2026, 3, 4),
    )


def amounts(given_quote):
    return {share.payer_kind: share.amount_fen for share in given_quote.shares}


def test_vouchers_go_in_the_written_order_never_two_of_a_kind():
    offers = [
        offer(1, "learning", 500),
        offer(2, "enterprise", 300),
        offer(3, "enterprise", 900, last=date(2026, 6, 1)),
    ]
    order = ["enterprise", "campaign", "learning"]
    assert vouchers_applied(1000, offers, order=order, count_max=2) == (
        VoucherPart(3, 3, "券3", 900),
        VoucherPart(1, 1, "券1", 100),
    )
    assert vouchers_applied(1000, offers, order=order, count_max=1) == (VoucherPart(3, 3, "券3", 900),)
    assert vouchers_applied(1000, offers, order=["campaign"], count_max=2) == ()


def test_a_voucher_pays_no_more_than_its_budget_has():
    assert vouchers_applied(1000, [offer(1, "learning", 500, budget=7)], order=["learning"], count_max=2) == (
        VoucherPart(1, 1, "券1", 7),
    )


def test_a_concession_is_rounded_for_the_learner():
    assert concession_fen(after_subsidy_fen=101, percent=50) == 51
    assert concession_fen(after_subsidy_fen=101, percent=100) == 101
    with pytest.raises(ValueError, match="percent"):
        concession_fen(after_subsidy_fen=1, percent=101)


@given(
    price=st.integers(1, 10**7),
    subsidy=st.integers(0, 10**7),
    percent=st.integers(0, 100),
    weights=st.tuples(*[st.integers(0, 5)] * 3).filter(any),
    lefts=st.lists(st.integers(1, 10**7), max_size=3),
)
def test_shares_add_up_to_the_price_to_the_fen(price, subsidy, percent, weights, lefts):
    subsidy %= price + 1
    named = dict(zip(("government", "market", "institution"), weights, strict=True))
    off = concession_fen(after_subsidy_fen=price - subsidy, percent=percent)
    kinds = ("learning", "campaign", "enterprise")
    offers = [offer(n + 1, kinds[n], left) for n, left in enumerate(lefts)]
    parts = vouchers_applied(price - subsidy - off, offers, order=kinds, count_max=3)
    shares = shares_quoted(
        price_fen=price,
        subsidy_fen=subsidy,
        subsidy_weights=named,
        concession=off,
        concession_weights=named,
        vouchers=parts,
    )
    assert sum(share.amount_fen for share in shares) == price
    assert all(share.amount_fen > 0 for share in shares[:-1])
    assert shares[-1].payer_kind == "learner"


def test_a_written_split_gives_the_odd_fen_to_the_largest_remainder():
    percents = {"government": 40, "market": 20, "institution": 10, "learner": 30}
    assert subsidy_by_scheme(36_000, percents) == 25_200
    assert subsidy_by_scheme(101, percents) == 71  # 40.4, 20.2, 10.1, 30.3: the odd fen is government's


@pytest.mark.django_db
def test_nothing_personal_leaves_the_price_as_it_is():
    world = small_county()
    assert amounts(quote(world, world.rider)) == {"government": 12_000, "learner": 24_000}


@pytest.mark.django_db
def test_a_concession_and_a_voucher_apply_by_themselves_in_this_order():
    world = small_county()
    learning_scheme(world)
    concession(world, world.rider)
    given_quote = quote(world, world.rider)
    assert amounts(given_quote) == {"government": 24_000, "voucher": 10_000, "learner": 2_000}
    assert (given_quote.concession.percent, given_quote.concession_fen) == (50, 12_000)
    assert [part.title for part in given_quote.vouchers] == ["2026 年学习券"]


@pytest.mark.django_db
@pytest.mark.parametrize("limits", [{"age_min": 60}, {"needs_concession": True}, {"valid_to": date(2026, 3, 3)}])
def test_who_is_not_entitled_has_no_voucher(limits):
    world = small_county()
    learning_scheme(world, **limits)
    assert amounts(quote(world, world.rider)) == {"government": 12_000, "learner": 24_000}


@pytest.mark.django_db
def test_an_empty_budget_promises_nothing():
    world = small_county()
    learning_scheme(world, budget_fen=0)
    assert amounts(quote(world, world.rider)) == {"government": 12_000, "learner": 24_000}


@pytest.mark.django_db
def test_a_scheme_counts_for_its_own_unit_and_from_its_day():
    world = small_county()
    assert payments.share_scheme_at(region=COUNTY, on=date(2026, 3, 4)) is None
    assert quote(world, world.rider).share_source.startswith("省级报告")
