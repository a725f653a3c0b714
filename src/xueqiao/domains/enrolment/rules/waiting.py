"""Pure rules of waiting lists and offers: until when a seat is offered, who is next, what a pass costs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from xueqiao.domains.enrolment.rules.seats import hold_end, when
from xueqiao.domains.enrolment.values.waiting import OfferWindow
from xueqiao.foundation.clock import at_local, local

STEP = 1 << 10  # between neighbours in a line, so that somebody can be put between them
JOINED_BASE = 1 << 50  # those who were drawn stand before those who joined


def may_tell_at(moment: datetime, *, from_hour: int, until_hour: int) -> datetime:
    """Return the first moment from `moment` on at which people may be told: by day, in the region's own time."""
    there = local(moment)
    if there.hour < from_hour:
        return at_local(there.date(), from_hour)
    if there.hour >= until_hour:
        return at_local(there.date() + timedelta(days=1), from_hour)
    return moment


def offer_window(
    *,
    now: datetime,
    hours: int,
    shortest_hours: int,
    from_hour: int,
    until_hour: int,
    starts: Sequence[datetime],
    sessions_left: int,
) -> OfferWindow | None:
    """Return when an offer is told and until when it holds, or None when it is too late to offer this class at all.

    starts: starts of the meetings that are not cancelled, in order. The clock of the offer starts when it may be told.
    It ends after `hours`, or when the next meeting begins, whichever is first, but never before `shortest_hours`: with
    the next meeting nearer than that, it ends at the one after. Too late: fewer than `sessions_left` meetings (or all
    of a shorter class) would be left at the time of telling, or none would follow the offer.
    """
    tell_at = may_tell_at(now, from_hour=from_hour, until_hour=until_hour)
    ahead = [start for start in starts if start > tell_at]
    if not ahead or len(ahead) < min(sessions_left, len(starts)):
        return None
    full = hold_end(now=tell_at, minutes=60 * hours)
    reachable = [start for start in ahead if start >= tell_at + timedelta(hours=shortest_hours)]
    if not reachable:
        return None
    if full <= reachable[0]:
        return OfferWindow(tell_at, full)
    return OfferWindow(tell_at, reachable[0], f"{when(reachable[0])} 就上课，所以只留到那时")


def key_for_joiner(last: int | None) -> int:
    """Return the place at the end of a line whose last living place is `last` (None: nobody is in it)."""
    return max(last or 0, JOINED_BASE) + STEP


def key_for_drawn(position: int, *, after: int = 0) -> int:
    """Return the place of a drawn position (from 1); `after`: the last place of an earlier draw of the same class."""
    return after + position * STEP


def key_between(before: int | None, after: int | None) -> int | None:
    """Return a place between two neighbours (None: an end of the line), or None when there is no room between them."""
    if after is None:
        return key_for_joiner(before)
    low = before if before is not None else after - 2 * STEP
    middle = (low + after) // 2
    return middle if low < middle < after else None


def after_pass(*, passes_used: int, passes_allowed: int, was_declined: bool) -> str:
    """Return what happens to an entry whose offer was not taken: "stays" in its place, goes to the "end", or "left".

    The first passes are free. After that, who said no goes to the end; who did not answer leaves the line, so that
    seats do not wait for somebody who does not come.
    """
    if passes_used < passes_allowed:
        return "stays"
    return "end" if was_declined else "left"
