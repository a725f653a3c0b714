from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from xueqiao.domains.institutions.actions._locked import locked, require_open
from xueqiao.domains.institutions.errors import HasDependants
from xueqiao.domains.institutions.events import InstitutionClosedDown
from xueqiao.domains.institutions.models import InstitutionArea, InstitutionParent
from xueqiao.domains.institutions.queries import view_of
from xueqiao.domains.institutions.values import InstitutionView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def close_institution(*, actor: Actor, institution_id: int, closed_on: date, now: datetime) -> InstitutionView:
    """Close a body from a day on; its parents and the units it covers end that day, its past stays.

    Locks the body's row. Raises HasDependants while others stand below it on that day (assign them elsewhere, or
    merge), InstitutionClosed when it is not open then, InstitutionUnknown, NotAllowed.
    """
    with transaction.atomic():
        row = locked([institution_id], actor=actor)[institution_id]
        require_open(row, closed_on)
        below = InstitutionParent.objects.filter(
            Q(valid_to=None) | Q(valid_to__gt=closed_on), Q(child__closed_on=None) | Q(child__closed_on__gt=closed_on)
        ).filter(parent=row)
        number = below.values("child").distinct().count()
        if number:
            raise HasDependants(name=row.name, count=number)
        end_links(row.pk, closed_on)
        row.closed_on = closed_on
        row.save(update_fields=["closed_on"])
        record_event(InstitutionClosedDown(row.pk, closed_on.isoformat()), region=row.region, now=now)
        record_deed(
            actor=actor,
            verb="close_institution",
            object_kind="institution",
            object_id=row.pk,
            region=row.region,
            now=now,
            detail={"closed_on": closed_on.isoformat()},
        )
    return view_of(row)


def end_links(institution_id: int, on: date) -> None:
    """End the body's own parents and areas on a day; what was only to begin later is taken back."""
    for links in (
        InstitutionParent.objects.filter(child=institution_id),
        InstitutionArea.objects.filter(institution=institution_id),
    ):
        links.filter(valid_from__gte=on).delete()
        links.filter(Q(valid_to=None) | Q(valid_to__gt=on)).update(valid_to=on)
