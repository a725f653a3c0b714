"""Count anew what the bank publishes about itself: accounts, recognised, converted, and how long decisions take."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Aggregate, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from xueqiao.domains.credits.models import BankFigure, Claim, Conversion, CreditAccount, CreditProposal, Opinion
from xueqiao.foundation.clock import SHANGHAI, local_date
from xueqiao.foundation.region_code import CITY, COUNTY, PROVINCE, SPAN
from xueqiao.foundation.scope import Scope

DECIDED_DAYS = 365  # claims decided within so many days are looked at
COUNTS = ("accounts", "recognised", "converted", "decided", "due", "in_time")


class Median(Aggregate):
    """The middle value that is really there, so that nothing is a fraction of a day."""

    template = "percentile_disc(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    arg_joiner = " - "  # two dates: days between them
    output_field = IntegerField()


def count_bank_figures(*, now: datetime) -> int:
    """Count every unit from province to county and return how many there are. Safe to repeat: the same rows again.

    Reads accounts and claims once a level; nothing is added up from what was counted before.
    """
    units: dict[int, dict[str, Any]] = {}
    for level in (PROVINCE, CITY, COUNTY):
        for row in [*_people(level), *_claims(level, now)]:
            unit = units.setdefault(row.pop("unit"), {"level": level, "median_days": None, **dict.fromkeys(COUNTS, 0)})
            unit.update(row)
    with transaction.atomic():
        BankFigure.objects.exclude(region__in=list(units)).delete()
        BankFigure.objects.bulk_create(
            [BankFigure(region=region, counted_at=now, **values) for region, values in sorted(units.items())],
            update_conflicts=True,
            unique_fields=["region"],
            update_fields=["level", *COUNTS, "median_days", "counted_at"],
        )
    return len(units)


def _people(level: int) -> QuerySet[Any, dict[str, Any]]:
    everything = Scope.everything("counts of people, no person is shown")
    claims = Claim.objects.within(everything).filter(outcome__person=OuterRef("person"), state="recognised")
    deposited = CreditProposal.objects.within(everything).filter(person=OuterRef("person"), state="deposited")
    converted = Conversion.objects.within(everything).filter(person=OuterRef("person"), state="converted")
    return (
        CreditAccount.objects.within(everything)
        .filter(person__merged_into=None)
        .annotate(
            has_recognised=Exists(claims) | Exists(deposited),
            has_converted=Exists(converted),
            unit=F("person__region") - F("person__region") % SPAN[level],
        )
        .values("unit")
        .annotate(
            accounts=Count("pk"),
            recognised=Count("pk", filter=Q(has_recognised=True)),
            converted=Count("pk", filter=Q(has_converted=True)),
        )
        .order_by("unit")
    )


def _claims(level: int, now: datetime) -> QuerySet[Any, dict[str, Any]]:
    """Claims a person made and people decide. What institutions hand in as lists is decided by rule, at once."""
    today = local_date(now)
    decided_on = TruncDate("decided_at", tzinfo=SHANGHAI)
    since = Q(decided_at__gt=now - timedelta(days=DECIDED_DAYS))
    is_late = Q(state="claimed", accept_due__lt=today) | Q(state__in=["accepted", "appealed"], decide_due__lt=today)
    return (
        Claim.objects.within(Scope.everything("counts of claims, no person is shown"))
        .filter(Exists(Opinion.objects.filter(claim=OuterRef("pk"))) | Q(decided_at=None), since | is_late)
        .annotate(
            unit=F("outcome__region") - F("outcome__region") % SPAN[level],
            claimed_on=TruncDate("claimed_at", tzinfo=SHANGHAI),
            decided_on=decided_on,
        )
        .values("unit")
        .annotate(
            decided=Count("pk", filter=since),
            due=Count("pk"),
            in_time=Count("pk", filter=since & Q(decided_on__lte=F("decide_due"))),
            median_days=Median("decided_on", "claimed_on", filter=since),
        )
        .order_by("unit")
    )
