"""Keep the running figures true after one signature: recount one person, move only the units she enters or leaves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from xueqiao.domains.indicators.models import Figure, Participant
from xueqiao.domains.indicators.rules import DEFINITIONS, ELDER_AGE_YEARS, units_gained_and_lost
from xueqiao.domains.indicators.values import ELDERLY_PARTICIPATION
from xueqiao.domains.learning.api import participation_homes
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.locks import LockSpace, lock, lock_shared
from xueqiao.foundation.reasons import NotAllowed


def count_participation(*, actor: Actor, person_id: int, year: int, now: datetime) -> set[int]:
    """Recount one person's year and move the numerators of the units she entered or left. Returns those units.

    Idempotent: the rows of the person are compared with the roll as it stands, so a repeated or reordered event, or a
    corrected signature, ends at the same figures. Locks: the year's recount (shared), the person, then the figure rows
    in unit order. Raises NotAllowed for anybody but the platform itself.
    """
    if not actor.scope.everything_because:
        raise NotAllowed
    with transaction.atomic():
        lock_shared(LockSpace.INDICATOR_RECOUNT, [year])
        lock(LockSpace.INDICATOR_PERSON, [person_id])
        homes = list(participation_homes(year=year, age_from=ELDER_AGE_YEARS, person_id=person_id))
        rows = Participant.objects.filter(indicator=ELDERLY_PARTICIPATION, period=str(year), person_id=person_id)
        before = set(rows.values_list("region", flat=True))
        after = {home.region for home in homes}
        gained, lost = units_gained_and_lost(before, after)
        rows.exclude(region__in=after).delete()
        Participant.objects.bulk_create(
            [
                Participant(
                    indicator=ELDERLY_PARTICIPATION,
                    period=str(year),
                    person_id=person_id,
                    region=home.region,
                    attendance_id=home.attendance_id,
                    first_on=home.first_on,
                )
                for home in homes
            ],
            update_conflicts=True,
            unique_fields=["indicator", "period", "person_id", "region"],
            update_fields=["attendance_id", "first_on"],
        )
        _move(gained, 1, year, now)
        _move(lost, -1, year, now)
    return gained | lost


def _move(units: set[int], step: int, year: int, now: datetime) -> None:
    definition = DEFINITIONS[ELDERLY_PARTICIPATION]
    if not units:
        return
    figures = Figure.objects.filter(
        indicator=definition.name, formula_version=definition.formula_version, period=str(year), region__in=units
    )
    list(figures.order_by("region").select_for_update().values_list("pk", flat=True))
    figures.update(numerator=F("numerator") + step, cut_off_at=now)
