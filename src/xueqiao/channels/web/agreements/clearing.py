"""院校往来: a month of an institution as a page and as CSV."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.payroll.forms import month_typed
from xueqiao.domains.credits import api as credit_bank
from xueqiao.foundation import clock

READERS = STAFF(*credit_bank.READING_ROLES)
KINDS = {"book": _("转换"), "reverse": _("撤销转换"), "settle": _("年终结清")}
LINES_SHOWN_MAX = 60
PARTIES_SHOWN_MAX = 200


@open_to(READERS)
@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """Where an institution stands with each other one, and every entry of a month."""
    parties, shown = _asked(request)
    context: dict[str, Any] = {"parties": parties[:PARTIES_SHOWN_MAX], "statement": shown, "month": _month(request)}
    if shown is not None:
        context |= {
            "rows": [{"each": each, "state": _standing(each.after_hundredths)} for each in shown.counterparts],
            "lines": [{"line": each, "kind": KINDS[each.kind]} for each in shown.lines[:LINES_SHOWN_MAX]],
            "more": max(0, len(shown.lines) - LINES_SHOWN_MAX),
        }
    return render(request, "agreements/clearing.html", context)


@open_to(READERS)
@require_safe
def csv_file(request: HttpRequest) -> HttpResponse:
    """The same month, every entry."""
    _parties, shown = _asked(request)
    body = credit_bank.statement_csv(shown) if shown is not None else b""
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    code = shown.institution_code if shown is not None else "none"
    answer["Content-Disposition"] = f'attachment; filename="clearing-{code}-{_month(request):%Y-%m}.csv"'
    return answer


def _month(request: HttpRequest) -> date:
    """The month that was asked for; without one, this one."""
    today = clock.local_date(clock.now())
    text = request.GET.get("month", "")
    return month_typed(text, today) if text else today.replace(day=1)


def _asked(request: HttpRequest) -> tuple[tuple[Any, ...], credit_bank.ClearingStatement | None]:
    """The institutions to choose from, and the statement of the chosen one: the reader's own without a choice."""
    actor, now = actor_of(request), clock.now()
    parties = credit_bank.access_clearing_parties(actor=actor, now=now)
    code = request.GET.get("institution", "") or (parties[0].code if parties else "")
    if not code:
        return parties, None
    month = _month(request)
    return parties, credit_bank.access_clearing_statement(actor=actor, institution_code=code, month=month, now=now)


def _standing(hundredths: int) -> tuple[str, str, str]:
    """A tag, its words and the amount without its sign."""
    amount = credit_bank.credits_text(abs(hundredths))
    if hundredths > 0:
        return "good", str(_("应收")), amount
    return ("warn", str(_("应付")), amount) if hundredths else ("", str(_("两清")), amount)
