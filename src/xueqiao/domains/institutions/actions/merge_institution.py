from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from xueqiao.domains.institutions import rules
from xueqiao.domains.institutions.actions._locked import locked, require_open
from xueqiao.domains.institutions.actions.close_institution import end_links
from xueqiao.domains.institutions.events import InstitutionsMerged
from xueqiao.domains.institutions.models import Institution, InstitutionArea, InstitutionParent
from xueqiao.domains.institutions.queries import view_of
from xueqiao.domains.institutions.values import InstitutionView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event


def merge_institution(
    *, actor: Actor, institution_id: int, into_id: int, merged_on: date, now: datetime
) -> InstitutionView:
    """Merge a body into another of its kind from a day on: units and dependants go over, the first one closes.

    Locks both rows in id order. Raises UnfitMerger, InstitutionClosed when one of them is not open on the day,
    InstitutionUnknown, NotAllowed unless both lie in the actor's range. Returns the body that stays.
    """
    rules.require_fitting_merger("", "", same=institution_id == into_id)  # before two locks on one row
    with transaction.atomic():
        rows = locked([institution_id, into_id], actor=actor)
        gone, kept = rows[institution_id], rows[into_id]
        rules.require_fitting_merger(gone.kind, kept.kind, same=False)
        require_open(gone, merged_on)
        require_open(kept, merged_on)
        _hand_over_units(gone, kept, merged_on)
        _hand_over_dependants(gone, kept, merged_on)
        end_links(gone.pk, merged_on)
        gone.closed_on, gone.merged_into = merged_on, kept
        gone.save(update_fields=["closed_on", "merged_into"])
        record_event(InstitutionsMerged(gone.pk, kept.pk, merged_on.isoformat()), region=gone.region, now=now)
        record_deed(
            actor=actor,
            verb="merge_institution",
            object_kind="institution",
            object_id=gone.pk,
            region=gone.region,
            now=now,
            detail={"into": kept.code, "merged_on": merged_on.isoformat()},
        )
    return view_of(kept)


def _hand_over_units(gone: Institution, kept: Institution, on: date) -> None:
    """From the day on `kept` covers what `gone` would have covered, unless it covers it already."""
    live = Q(valid_to=None) | Q(valid_to__gt=on)
    has = set(InstitutionArea.objects.filter(live, institution=kept).values_list("region", flat=True))
    InstitutionArea.objects.bulk_create(
        InstitutionArea(
            institution=kept, region=area.region, valid_from=max(on, area.valid_from), valid_to=area.valid_to
        )
        for area in InstitutionArea.objects.filter(live, institution=gone)
        if area.region not in has
    )


def _hand_over_dependants(gone: Institution, kept: Institution, on: date) -> None:
    live = Q(valid_to=None) | Q(valid_to__gt=on)
    for link in InstitutionParent.objects.filter(live, parent=gone).exclude(child=kept):
        begins, ends = max(on, link.valid_from), link.valid_to
        if link.valid_from >= on:
            link.delete()
        else:
            link.valid_to = on
            link.save(update_fields=["valid_to"])
        InstitutionParent.objects.create(
            child_id=link.child_id, parent=kept, side=link.side, valid_from=begins, valid_to=ends
        )
