"""Give a new certificate its place on a published list."""

import secrets
from datetime import datetime

from django.db.models import F

from xueqiao.domains.credits.models import Certificate, SigningKey, StatusList, StatusPlace
from xueqiao.domains.credits.signing.status_list import PLACES
from xueqiao.foundation.locks import require_transaction

FILLED_MAX = PLACES // 2  # beyond half, a place found by chance would take long to find


def free_place(signing_key: SigningKey, *, now: datetime, known: StatusList | None = None) -> tuple[StatusList, int]:
    """Return the key's open list, locked, and a place in it taken by nobody. Needs an open transaction.

    known: the list this transaction has locked already.

    The place is chosen by chance: its neighbours say nothing of who was issued together with whom.
    """
    require_transaction()
    found = known if known is not None and known.taken < FILLED_MAX else None
    if found is None:
        rows = StatusList.objects.select_for_update().filter(signing_key=signing_key, taken__lt=FILLED_MAX)
        found = rows.order_by("number").first()
    if found is None:
        found = StatusList.objects.create(signing_key=signing_key, opened_at=now)
    while True:
        place = secrets.randbelow(PLACES)
        if not StatusPlace.objects.filter(status_list=found, place=place).exists():
            return found, place


def take_status_place(*, certificate: Certificate, status_list: StatusList, place: int) -> StatusPlace:
    """Write down the place `free_place` found, in the same transaction."""
    require_transaction()
    status_list.taken += 1  # as far as this transaction knows
    StatusList.objects.filter(pk=status_list.pk).update(taken=F("taken") + 1)
    return StatusPlace.objects.create(certificate=certificate, status_list=status_list, place=place)
