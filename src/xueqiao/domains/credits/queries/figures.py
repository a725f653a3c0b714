"""Reads of the bank's public figures."""

from __future__ import annotations

from xueqiao.domains.credits import parameters
from xueqiao.domains.credits.models import BankFigure
from xueqiao.domains.credits.rules.figures import published
from xueqiao.domains.credits.values.figures import BankCounts, BankFigures
from xueqiao.foundation.clock import local_date
from xueqiao.foundation.parameters.api import parameter_at
from xueqiao.foundation.region_code import COUNTY, PROVINCE, RegionCode


def bank_figures(*, region: int | None = None) -> BankFigures | None:
    """Return a unit from province to county with the units one level below, small counts withheld; the province when
    none is named. None where nothing was counted. For anybody; two small reads.
    """
    own = BankFigure.objects.filter(level__lte=COUNTY, region=region).first() if region else None
    if region is None:
        own = BankFigure.objects.filter(level=PROVINCE).order_by("-accounts", "region").first()
    if own is None:
        return None
    unit = RegionCode(own.region)
    below = BankFigure.objects.filter(level=own.level + 1, region__range=(unit.low, unit.high)).order_by("region")
    threshold = int(
        parameter_at(parameters.publish_persons_min.name, region=own.region, on=local_date(own.counted_at)).value
    )
    shown, rows = published(_counts(own), [_counts(each) for each in below if own.level < COUNTY], threshold)
    return BankFigures(shown, rows, threshold, own.counted_at)


def _counts(row: BankFigure) -> BankCounts:
    return BankCounts(
        region=row.region,
        accounts=row.accounts,
        recognised=row.recognised,
        converted=row.converted,
        decided=row.decided,
        due=row.due,
        in_time=row.in_time,
        median_days=row.median_days,
    )
