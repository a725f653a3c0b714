from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from xueqiao.domains.institutions import rules
from xueqiao.domains.institutions.actions._locked import locked, require_open
from xueqiao.domains.institutions.errors import InstitutionUnknown, PeriodsOverlap, WouldCircle
from xueqiao.domains.institutions.events import ParentAssigned
from xueqiao.domains.institutions.models import Institution, InstitutionParent
from xueqiao.domains.institutions.queries import parents_of
from xueqiao.domains.institutions.values import SIDES, ParentView
from xueqiao.foundation.audit.api import Actor, record_deed
from xueqiao.foundation.outbox.api import record_event
from xueqiao.foundation.reasons import InvalidInput


def assign_parent(
    *, actor: Actor, institution_id: int, parent_id: int, side: str, valid_from: date, now: datetime
) -> list[ParentView]:
    """Put a body under a parent on one side from a day on; the parent before ends that day. Returns both sides.

    The actor must govern the body; the parent may stand higher up than his own range. Locks the body's row. Raises
    UnfitParent, WouldCircle, PeriodsOverlap when a change on that day or later is on record, InstitutionClosed,
    InstitutionUnknown, NotAllowed.
    """
    if side not in SIDES:
        raise InvalidInput(what="管理条线只有教育和政府两种")
    with transaction.atomic():
        child = locked([institution_id], actor=actor)[institution_id]
        parent = Institution.objects.filter(pk=parent_id).first()
        if parent is None:
            raise InstitutionUnknown
        rules.require_fitting_parent(child.kind, parent.kind, side)
        require_open(child, valid_from)
        require_open(parent, valid_from)
        if child.pk in _above(parent.pk, side, valid_from):
            raise WouldCircle
        links = InstitutionParent.objects.filter(child=child, side=side)
        if links.filter(Q(valid_from__gte=valid_from) | Q(valid_to__gt=valid_from)).exists():
            raise PeriodsOverlap
        links.filter(valid_to=None).update(valid_to=valid_from)
        InstitutionParent.objects.create(child=child, parent=parent, side=side, valid_from=valid_from)
        record_event(ParentAssigned(child.pk, parent.pk, side), region=child.region, now=now)
        record_deed(
            actor=actor,
            verb="assign_parent",
            object_kind="institution",
            object_id=child.pk,
            region=child.region,
            now=now,
            detail={"parent": parent.code, "side": side, "valid_from": valid_from.isoformat()},
        )
    return parents_of(child.pk, on=valid_from)


def _above(institution_id: int, side: str, on: date) -> set[int]:
    """The body itself and everybody above it on one side (five levels at most, so a few queries)."""
    seen: set[int] = set()
    step = {institution_id}
    while step - seen:
        seen |= step
        live = Q(valid_to=None) | Q(valid_to__gt=on)
        links = InstitutionParent.objects.filter(live, child__in=step, side=side)
        step = set(links.values_list("parent_id", flat=True))
    return seen
