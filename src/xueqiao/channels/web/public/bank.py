"""The credit bank in figures, open to anybody: how many people it serves, how many converted, how long they waited."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xueqiao.channels.web.gate import EVERYBODY, open_to
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation.region_code import COUNTY, RegionCode
from xueqiao.foundation.regions.api import lineage_of, names_of


@open_to(EVERYBODY)
@require_safe
def bank(request: HttpRequest) -> HttpResponse:
    """A unit and the units below it, down to the county. `?region=` chooses one; the province without it."""
    typed = request.GET.get("region", "")[:12]
    figures = credit_bank.bank_figures(region=int(RegionCode.parse(typed)) if typed else None)
    context: dict[str, Any] = {"figures": figures}
    if figures is not None:
        own = RegionCode(figures.own.region)
        names = names_of([figures.own.region, *(each.region for each in figures.below)])
        context |= {
            "own": figures.own,
            "code": own.short,
            "name": names.get(figures.own.region, own.short),
            "lineage": [each for each in lineage_of(own) if each.code != own],
            "rows": [
                {
                    "counts": each,
                    "code": RegionCode(each.region).short,
                    "name": names.get(each.region, RegionCode(each.region).short),
                    "opens": RegionCode(each.region).level < COUNTY,
                }
                for each in figures.below
            ],
        }
    return render(request, "public/bank.html", context)
