"""财务页: what came in and went out, what does not agree, and who waits for money."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xueqiao.channels.web.finance.words import DIFFERENCES, HINTS, LINES, WAYS
from xueqiao.channels.web.finance.workbook import money_workbook
from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.domains.payments import api as payments
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput

FINANCE = STAFF(*payments.FINANCE_ROLES)
SHOWN = 20


@open_to(FINANCE)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """One page: a day's money, open differences, refunds and cash boxes that wait, the lists of the last days."""
    actor, now = actor_of(request), clock.now()
    today = clock.local_date(now)
    day = _day(request, today)
    money = payments.access_money_of_day(actor=actor, day=day)
    open_differences = payments.access_differences(actor=actor, limit=SHOWN)
    return render(
        request,
        "finance/desk.html",
        {
            "here": "finance",
            "day": day,
            "today": today,
            "before": day - timedelta(days=1),
            "after": day + timedelta(days=1) if day < today else None,
            "money": [{"view": each, "way": WAYS.get(each.gateway, each.gateway)} for each in money],
            "paid_fen": sum(each.paid_fen for each in money),
            "refunded_fen": sum(each.refunded_fen for each in money),
            "net_fen": sum(each.paid_fen - each.refunded_fen for each in money),
            "differences": [
                {
                    "view": each,
                    "way": WAYS.get(each.gateway, each.gateway),
                    "kind": DIFFERENCES[each.kind],
                    "hint": HINTS[each.kind],
                    "line": LINES[each.line_kind],
                    "is_mine": each.owner_id is not None and each.owner_id == actor.person_id,
                }
                for each in open_differences
            ],
            "difference_count": payments.count_differences(actor=actor),
            "refunds": payments.access_refunds_waiting(actor=actor, now=now, limit=SHOWN),
            "boxes": payments.access_cash_days_due(actor=actor, now=now, limit=SHOWN),
            "statements": [
                {"view": each, "way": WAYS.get(each.gateway, each.gateway)}
                for each in payments.access_statements(actor=actor, limit=SHOWN)
            ],
        },
    )


@open_to(FINANCE)
@require_POST
def difference(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Take a difference upon oneself, or close it with words."""
    actor, now = actor_of(request), clock.now()
    if request.POST.get("step") == "own":
        payments.own_difference(actor=actor, difference_id=difference_id, now=now)
        messages.success(request, _("这条差异由您处理。"))
    else:
        words = request.POST.get("resolution", "")
        payments.resolve_difference(actor=actor, difference_id=difference_id, resolution=words, now=now)
        messages.success(request, _("已写下处理结果。"))
    return redirect("finance_desk")


@open_to(FINANCE)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same figures and differences as an Excel file. No names of residents are in it."""
    actor, now = actor_of(request), clock.now()
    day = _day(request, clock.local_date(now))
    content = money_workbook(
        day=day,
        money=payments.access_money_of_day(actor=actor, day=day),
        statements=payments.access_statements(actor=actor, limit=60),
        differences=[
            *payments.access_differences(actor=actor, limit=5000),
            *payments.access_differences(actor=actor, is_open=False, limit=1000),
        ],
        asked_at=now,
    )
    response = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = f'attachment; filename="money-{day:%Y-%m-%d}.xlsx"'
    return response


def _day(request: HttpRequest, today: date) -> date:
    """The day asked for, today at the latest. Raises InvalidInput."""
    text = request.GET.get("day", "")
    if not text:
        return today
    try:
        return min(today, max(date.fromisoformat(text), today - timedelta(days=3660)))
    except ValueError as failure:
        raise InvalidInput(what=_("日期要写成 2026-03-05 这样")) from failure
