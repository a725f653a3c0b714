"""现金日结: the clerk's own box of today, and the boxes of colleagues that wait for a second person."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.centre.counter import yuan_typed
from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.steps import IN_WORDS
from xueqiao.domains.payments import api as payments
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused
from xueqiao.foundation.regions import api as regions


@open_to(STAFF("centre_clerk"))
@require_http_methods(["GET", "HEAD", "POST"])
def box(request: HttpRequest) -> HttpResponse:
    """My box of today: change in the morning, what came and went, counting; and whose box I should confirm."""
    actor, now = actor_of(request), clock.now()
    refusal, status = "", 200
    if request.method == "POST":
        try:
            return _act(request)
        except Refused as refused:
            if refused.status >= 500:
                raise
            refusal, status = refused.message, refused.status
    mine = payments.find_my_cash_day(actor=actor, now=now)
    due = payments.access_cash_days_due(actor=actor, now=now)
    context = {
        "mine": mine,
        "today": clock.local_date(now),
        "others": [each for each in due if each.clerk_id != actor.person_id],
        "forgotten": [each for each in due if each.clerk_id == actor.person_id and each != mine],
        "refusal": refusal,
        "typed": request.POST,
    }
    return render(request, "centre/cash.html", context, status=status)


@open_to(STAFF("centre_clerk", "county_officer", "city_officer", "province_officer"))
@require_http_methods(["GET", "HEAD", "POST"])
def day(request: HttpRequest, day_uuid: UUID) -> HttpResponse:
    """One box on one day, as a slip to print and sign; the second person confirms it here."""
    actor, now = actor_of(request), clock.now()
    refusal, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("step") == "close":
                payments.close_cash_day(actor=actor, day_uuid=day_uuid, now=now)
                messages.success(request, _("已日结。这一天的账不能再改。"))
            else:
                _count(request, day_uuid)
            return redirect("centre_cash_day", day_uuid=day_uuid)
        except Refused as refused:
            if refused.status not in IN_WORDS:
                raise
            refusal, status = refused.message, refused.status
    shown = payments.access_cash_day(actor=actor, day_uuid=day_uuid)
    context = {
        "box": shown,
        "unit": regions.full_name(shown.region),
        "is_mine": shown.clerk_id == actor.person_id,
        "refusal": refusal,
        "typed": request.POST,
    }
    return render(request, "centre/cash_day.html", context, status=status)


def _act(request: HttpRequest) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    step = request.POST.get("step", "")
    if step == "opening":
        payments.open_cash_day(actor=actor, opening_fen=yuan_typed(request.POST.get("opening_yuan", "")), now=now)
        messages.success(request, _("备用金已记下。"))
        return redirect("centre_cash")
    mine = payments.find_my_cash_day(actor=actor, now=now)
    if mine is None:
        raise InvalidInput(what=_("今天还没有现金，先记备用金或先收钱"))
    _count(request, mine.uuid)
    return redirect("centre_cash_day", day_uuid=mine.uuid)


def _count(request: HttpRequest, day_uuid: UUID) -> None:
    """Count a box, or open it again."""
    again = request.POST.get("step") == "again"
    counted = None if again else yuan_typed(request.POST.get("counted_yuan", ""))
    payments.count_cash_day(
        actor=actor_of(request),
        day_uuid=day_uuid,
        counted_fen=counted,
        reason=request.POST.get("reason", ""),
        now=clock.now(),
    )
    messages.success(request, _("已重新打开。") if again else _("已点好，请另一个人来确认。"))
