from __future__ import annotations

from collections.abc import Mapping

from xueqiao.domains.classes.models import ClassListing
from xueqiao.foundation.arrays import array
from xueqiao.foundation.locks import require_transaction
from xueqiao.foundation.prepared import prepared_rows


def show_seats_left(*, run_id: int, seats: int) -> None:
    """Show how many seats a listed class has left; in the transaction that moved the seat.

    A run that is not listed is no error.
    """
    require_transaction()
    ClassListing.objects.filter(run_id=run_id).update(seats_left_shown=max(0, min(seats, 32_767)))


def show_seats_left_of(seats_by_run: Mapping[int, int]) -> None:
    """The same for many classes, in one statement: after a load or a reconciliation."""
    require_transaction()
    prepared_rows(
        "UPDATE classes_classlisting l SET seats_left_shown = greatest(0, least(given.seats, 32767))"
        " FROM unnest(%s::bigint[], %s::int[]) AS given(run_id, seats) WHERE l.run_id = given.run_id",
        [array(seats_by_run), array(seats_by_run.values())],
    )
