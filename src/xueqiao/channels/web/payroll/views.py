"""课酬: who taught what in a month, slips made by one and released by another, the list for the bank."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import StringIO
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.payroll.forms import month_typed, number_typed
from xueqiao.channels.web.payroll.words import FIX, LINES, STATES, TAGS, WHY
from xueqiao.channels.web.payroll.workbook import COLUMNS, pay_rows, pay_workbook
from xueqiao.channels.web.steps import say_why_not
from xueqiao.domains.classes import api as classes
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused

DESK = STAFF(*classes.PAY_ROLES)
_READ_ON = {"nothing_to_pay", "month_not_over", "own_contract", "slip_needs_another", "slip_outdated", "reason_needed"}
SHOWN = 50


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def month(request: HttpRequest) -> HttpResponse:
    """One month: each teacher's meetings and pay, what cannot be paid and why, slips to make and to release."""
    actor, now = actor_of(request), clock.now()
    today = clock.local_date(now)
    if request.method == "POST":
        return _make(request)
    shown = month_typed(request.GET.get("month", ""), today)
    rows = classes.access_pay_of_month(actor=actor, month=shown)
    unpaid = classes.access_unpaid_sessions(actor=actor, month=shown, limit=SHOWN)
    slips = [row.slip for row in rows if row.slip is not None]
    after = classes.month_after(shown)
    context = {
        "here": "finance",
        "month": shown,
        "before": classes.month_of(shown - timedelta(days=1)),
        "after": after if after <= today else None,
        "is_over": after <= today,
        "rows": [
            {
                "view": row,
                "state": STATES[row.slip.state] if row.slip else "",
                "tag": TAGS[row.slip.state] if row.slip else "",
                "can_make": row.slip is None and row.open_fen > 0 and after <= today,
            }
            for row in rows
        ],
        "unpaid": [{"view": each, "why": WHY[each.why], "fix": FIX[each.why]} for each in unpaid],
        "gross_fen": sum(slip.gross_fen for slip in slips),
        "tax_fen": sum(slip.tax_fen for slip in slips),
        "net_fen": sum(slip.net_fen for slip in slips),
        "waiting": sum(slip.state == "made" for slip in slips),
        "open_fen": sum(row.open_fen for row in rows),
    }
    return render(request, "payroll/month.html", context)


def _make(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    first = month_typed(request.POST.get("month", ""), clock.local_date(now))
    try:
        made = classes.make_pay_slip(
            actor=actor,
            teacher_id=number_typed(request.POST, "teacher", _("老师")),
            institution_id=number_typed(request.POST, "centre", _("单位")),
            month=first,
            now=now,
        )
    except Refused as refused:
        if refused.code not in _READ_ON:
            raise
        say_why_not(request, refused)
        return redirect(f"{reverse('payroll_month')}?month={first:%Y-%m}")
    messages.success(request, _("{name} 的课酬单做好了，请另一位同事核对后发放。").format(name=made.teacher_name))
    return redirect("payroll_slip", slip_uuid=made.uuid)


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def slip(request: HttpRequest, slip_uuid: UUID) -> HttpResponse:
    """One slip, line by line, to print and sign; a second person releases it here."""
    actor, now = actor_of(request), clock.now()
    if request.method == "POST":
        try:
            if request.POST.get("step") == "back":
                classes.take_back_pay_slip(
                    actor=actor, slip_uuid=slip_uuid, reason=request.POST.get("reason", ""), now=now
                )
                messages.success(request, _("已撤回。里面的课等着做下一张课酬单。"))
            else:
                classes.release_pay_slip(actor=actor, slip_uuid=slip_uuid, now=now)
                messages.success(request, _("已发放，老师会收到通知。"))
        except Refused as refused:
            if refused.code not in _READ_ON:
                raise
            say_why_not(request, refused)
        return redirect("payroll_slip", slip_uuid=slip_uuid)
    shown = classes.access_slip(actor=actor, slip_uuid=slip_uuid)
    is_mine = actor.person_id in {shown.made_by_id, shown.teacher_id}
    context = {
        **slip_context(shown),
        "is_desk": True,
        "may_release": shown.state == "made" and actor.has_role(*classes.RELEASE_ROLES) and not is_mine,
        "may_take_back": shown.state != "taken_back"
        and actor.person_id != shown.teacher_id
        and (shown.state == "made" or actor.has_role(*classes.RELEASE_ROLES)),
    }
    return render(request, "payroll/slip.html", context)


def slip_context(shown: classes.PaySlipView) -> dict[str, object]:
    """What the template of a slip needs, for the desk and for the teacher."""
    return {
        "slip": shown,
        "state": STATES[shown.state],
        "tag": TAGS[shown.state],
        "lines": [{"view": line, "kind": LINES[line.kind]} for line in shown.lines],
    }


@open_to(DESK)
@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """The month's slips as an Excel file, for the bank and the tax office."""
    shown, rows = _listed(request)
    content = pay_workbook(month=shown, rows=rows, asked_at=clock.now())
    answer = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    answer["Content-Disposition"] = f'attachment; filename="pay-{shown:%Y-%m}.xlsx"'
    return answer


@open_to(DESK)
@require_safe
def csv_file(request: HttpRequest) -> HttpResponse:
    """The same as CSV. Text that begins like a formula is kept from being one."""
    shown, rows = _listed(request)
    buffer = StringIO()
    writer = csv.writer(buffer)
    writer.writerow([str(label) for label in COLUMNS])
    for row in pay_rows(rows):
        writer.writerow([_harmless(cell) for cell in row])
    answer = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="pay-{shown:%Y-%m}.csv"'
    return answer


def _listed(request: HttpRequest) -> tuple[date, list[classes.PayOfMonth]]:
    actor = actor_of(request)
    shown = month_typed(request.GET.get("month", ""), clock.local_date(clock.now()))
    return shown, classes.access_pay_of_month(actor=actor, month=shown)


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
