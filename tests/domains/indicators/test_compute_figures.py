"""Three rates on every level they mean something on, from whole counts."""

from datetime import date

import pytest

from tests.domains.learning.classroom import classroom
from tests.worlds.small_county import COUNTY, FARM, HEDE, HEDE_VILLAGE, LINHAI, OTHER_COUNTY, PROVINCE
from xueqiao.domains.indicators.api import (
    STANDARD_CENTRES,
    TOWNSHIP_COVERAGE,
    NoFigureYet,
    compute_figures,
    figure_of,
)
from xueqiao.domains.institutions.models import StandardCertificate
from xueqiao.foundation.audit.models import AuditEntry
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.clock import at_local
from xueqiao.foundation.region_code import RegionCode

pytestmark = pytest.mark.django_db

JOB = Actor.system("tests")
LATER = at_local(date(2026, 6, 1), 12)  # eight weekly sessions have been held at 合德镇, none at 临海镇


def parts(indicator: str, unit: int) -> tuple[int, int]:
    view = figure_of(indicator=indicator, region=RegionCode(unit), year=2026)
    return view.numerator, view.denominator


def test_a_town_is_covered_once_its_centre_teaches_and_quasi_units_do_not_count() -> None:
    classroom(1, session_count=12)
    compute_figures(actor=JOB, year=2026, now=LATER)
    assert parts(TOWNSHIP_COVERAGE, HEDE) == (1, 1)
    assert parts(TOWNSHIP_COVERAGE, LINHAI) == (0, 1)
    assert parts(TOWNSHIP_COVERAGE, COUNTY) == (1, 2)
    assert parts(TOWNSHIP_COVERAGE, PROVINCE) == (1, 2)
    assert parts(TOWNSHIP_COVERAGE, FARM) == (0, 0)


def test_a_registered_school_that_teaches_too_little_covers_nothing() -> None:
    classroom(1, session_count=3)
    compute_figures(actor=JOB, year=2026, now=at_local(date(2026, 3, 5), 9))
    assert parts(TOWNSHIP_COVERAGE, COUNTY) == (0, 2)


def test_an_expired_certificate_takes_a_centre_out_of_the_numerator() -> None:
    room = classroom(1)
    compute_figures(actor=JOB, year=2026, now=LATER)
    assert parts(STANDARD_CENTRES, COUNTY) == (2, 2)
    StandardCertificate.objects.filter(institution=room.world.other_centre).update(valid_to=date(2026, 5, 31))
    compute_figures(actor=JOB, year=2026, now=LATER)
    assert parts(STANDARD_CENTRES, COUNTY) == (1, 2)
    assert parts(STANDARD_CENTRES, LINHAI) == (0, 1)


def test_a_unit_without_centres_has_no_rate_rather_than_zero() -> None:
    classroom(1)
    compute_figures(actor=JOB, year=2026, now=LATER)
    view = figure_of(indicator=STANDARD_CENTRES, region=RegionCode(OTHER_COUNTY), year=2026)
    assert (view.denominator, view.percent) == (0, None)


def test_a_rate_of_townships_has_no_figure_for_a_village() -> None:
    classroom(1)
    compute_figures(actor=JOB, year=2026, now=LATER)
    with pytest.raises(NoFigureYet):
        figure_of(indicator=TOWNSHIP_COVERAGE, region=RegionCode(HEDE_VILLAGE), year=2026)


def test_a_recount_twice_leaves_one_figure_each_and_a_trace() -> None:
    classroom(1)
    first = compute_figures(actor=JOB, year=2026, now=LATER)
    second = compute_figures(actor=JOB, year=2026, now=LATER)
    assert [r.figures for r in first] == [r.figures for r in second] == [10, 8, 8]
    assert [r.drifted for r in second] == [0, 0, 0]
    assert AuditEntry.objects.filter(verb="compute_figures").count() == 2
