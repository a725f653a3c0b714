"""Price by rule: hours x unit cost, bands, a written split of it."""

from datetime import date

import pytest
from django.utils import timezone

from tests.domains.payments.test_approve_share_scheme import approve
from tests.domains.payments.test_make_share_scheme import make
from tests.worlds.small_county import COUNTY, HEDE, small_county
from xueqiao.domains.classes import api as classes
from xueqiao.domains.classes.rules.prices import band_for, unit_cost_fen
from xueqiao.foundation.parameters.models import Parameter

DAY = date(2026, 3, 4)
PARTS = {"teacher": 30_000, "room": 7_500, "materials": 4_500, "platform": 3_000}


def test_the_unit_cost_is_shared_by_the_paying_learners_and_rounded_up():
    assert unit_cost_fen(PARTS, learners=15) == 3_000
    assert unit_cost_fen(PARTS, learners=14) == 3_215
    assert unit_cost_fen(PARTS, learners=15, subsidy_fen=1_000) == 2_000
    assert unit_cost_fen(PARTS, learners=15, subsidy_fen=9_000) == 0
    with pytest.raises(ValueError, match="one learner"):
        unit_cost_fen(PARTS, learners=0)


@pytest.mark.parametrize(("cost", "band"), [(0, 2_000), (2_000, 2_000), (2_001, 3_000), (3_215, 4_000), (9_000, 4_000)])
def test_the_lowest_band_that_covers_the_cost(cost, band):
    assert band_for(cost, [2_000, 3_000, 4_000]) == band


def quote():
    return classes.quote_price(session_count=12, session_minutes=90, region=HEDE, on=DAY)


def record(name, value):
    Parameter.objects.create(
        name=name,
        region=COUNTY,
        value=value,
        valid_from=date(2026, 1, 1),
        source="射价〔2026〕3 号",
        approved_by="陈明",
        recorded_at=timezone.now(),
    )


@pytest.mark.django_db
def test_thirty_yuan_for_24_class_hours_are_720():
    small_county()
    assert (quote().hours_hundredths, quote().unit_cost_fen, quote().price_fen) == (2_400, 3_000, 72_000)


@pytest.mark.django_db
def test_a_dearer_teacher_moves_the_class_into_the_next_band_and_a_recorded_unit_cost_rules():
    small_county()
    record("classes.cost_parts_fen_per_class_hour", PARTS | {"teacher": 36_000})
    assert (quote().unit_cost_fen, quote().price_fen) == (4_000, 96_000)
    record("classes.unit_cost_fen_per_class_hour", 2_500)
    assert quote().price_fen == 60_000
    assert "射价〔2026〕3 号" in quote().source


@pytest.mark.django_db
def test_a_written_split_sets_the_subsidy_to_the_fen():
    world = small_county()
    approve(world, make(world))
    assert (quote().price_fen, quote().subsidy_fen, quote().subsidy_percent) == (72_000, 50_400, 70)
    assert "射财〔2026〕8 号" in quote().source
