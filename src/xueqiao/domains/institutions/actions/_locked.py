"""Taking the rows of a change, in id order."""

from collections.abc import Iterable
from datetime import date

from xueqiao.domains.institutions import rules
from xueqiao.domains.institutions.errors import InstitutionClosed, InstitutionUnknown
from xueqiao.domains.institutions.models import Institution
from xueqiao.foundation.audit.api import Actor
from xueqiao.foundation.locks import require_transaction


def locked(ids: Iterable[int], *, actor: Actor) -> dict[int, Institution]:
    """Lock institutions in id order and return them. Needs the open transaction.

    Raises InstitutionUnknown for an id nobody has, NotAllowed when one lies outside the actor's range.
    """
    require_transaction()
    wanted = sorted(set(ids))
    rows = {row.pk: row for row in Institution.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    if len(rows) != len(wanted):
        raise InstitutionUnknown
    for row in rows.values():
        rules.require_may_govern(actor, row.region)
    return rows


def require_open(row: Institution, on: date) -> None:
    """Raise InstitutionClosed unless the body is open on the day."""
    if not rules.is_in_force(row.opened_on, row.closed_on, on):
        raise InstitutionClosed(name=row.name)
