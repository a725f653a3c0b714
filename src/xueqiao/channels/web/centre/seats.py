"""More seats for a class, or fewer: what is taken, what the room holds, who waits, and what a change would do."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.centre.changes import own_run
from xueqiao.channels.web.centre.views import DESK
from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused

CHANGEABLE = {"draft", "awaiting", "published"}


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def seats_page(request: HttpRequest, code: str) -> HttpResponse:
    """One number to change, with its bounds and their reasons beside it."""
    actor, now = actor_of(request), clock.now()
    centre, run = own_run(actor, code, now)
    typed, refusal, status = request.POST.get("capacity", ""), "", 200
    limits = enrolment.access_seat_limits(actor=actor, run_id=run.run_id, now=now)
    if request.method == "POST":
        try:
            counted = enrolment.change_seats(actor=actor, run_id=run.run_id, capacity=_number(typed), now=now)
        except Refused as refused:
            if refused.status >= 500:
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _done(limits, counted.capacity))
            return redirect("centre_run", code=code)
    context = {
        "centre": centre,
        "run": run,
        "limits": limits,
        "places_held": limits.held - limits.kept,
        "typed": typed or str(limits.capacity),
        "refusal": refusal,
        "may_change": run.state in CHANGEABLE,
    }
    return render(request, "centre/seats.html", context, status=status)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise InvalidInput(what=_("座位数要是一个数字"))
    return int(text)


def _done(before: enrolment.SeatLimits, capacity: int) -> str:
    """What changed, and who hears of it first."""
    words = _("座位改好了：从 {before} 个改到 {after} 个。").format(before=before.capacity, after=capacity)
    if capacity <= before.capacity or not before.waiting:
        return words
    return words + ngettext(
        "多出来的座位先问候补的 {n} 位，她马上会收到通知。",
        "多出来的座位先按次序问候补的 {n} 位，她们会收到通知。",
        before.waiting,
    ).format(n=before.waiting)
