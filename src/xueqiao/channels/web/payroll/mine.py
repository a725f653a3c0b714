"""我的课酬: what a teacher is paid, by which contract, and what is not paid and why."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.channels.web.payroll.views import slip_context
from xueqiao.channels.web.payroll.words import BANDS, KINDS, STATES, TAGS, WHY
from xueqiao.domains.classes import api as classes
from xueqiao.foundation import clock

DAYS_BACK = 92


@open_to(RESIDENT)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Slips, contracts, and meetings of the last three months that earned nothing. A teacher needs no second factor."""
    actor, today = actor_of(request), clock.local_date(clock.now())
    unpaid = classes.access_my_unpaid_sessions(actor=actor, since=today - timedelta(days=DAYS_BACK))
    context = {
        "slips": [
            {"view": each, "state": STATES[each.state], "tag": TAGS[each.state]}
            for each in classes.access_my_slips(actor=actor)
        ],
        "contracts": [
            {"view": each, "kind": KINDS[each.kind], "band": BANDS[each.band], "is_over": each.valid_to < today}
            for each in classes.access_my_contracts(actor=actor)
        ],
        "unpaid": [{"view": each, "why": WHY[each.why]} for each in unpaid],
    }
    return render(request, "mine/pay.html", context)


@open_to(RESIDENT)
@require_safe
def slip(request: HttpRequest, slip_uuid: UUID) -> HttpResponse:
    """One slip, once it was released, line by line."""
    shown = classes.access_slip(actor=actor_of(request), slip_uuid=slip_uuid)
    return render(request, "payroll/slip.html", {**slip_context(shown), "is_desk": False})
