"""The officer's inbox of classes with a price: approve, or return with a reason (F10)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.foundation import clock

APPROVERS = STAFF("county_officer", "city_officer", "province_officer")
_SHOWN_MAX = 50


@open_to(APPROVERS)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Classes that wait in the officer's units, longest waiting first."""
    now = clock.now()
    waiting = [
        card
        for low, _high in actor_of(request).scope.ranges
        for card in classes.runs_awaiting_approval(low, now=now, limit=_SHOWN_MAX)
    ]
    runs = [classes.get_class(card.code, now=now) for card in waiting[:_SHOWN_MAX]]
    return render(request, "authority/approvals.html", {"runs": runs, "here": "authority"})


@open_to(APPROVERS)
@require_POST
def approve(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the class."""
    made = classes.approve_class_run(actor=actor_of(request), code=code, now=clock.now())
    messages.success(request, _("已批准，{title}现在能报名了。").format(title=made.card.title))
    return redirect("authority_approvals")


@open_to(APPROVERS)
@require_POST
def give_back(request: HttpRequest, code: str) -> HttpResponse:
    """Return the class to its centre with a reason."""
    reason = request.POST.get("reason", "")[:200]
    made = classes.return_class_run(actor=actor_of(request), code=code, reason=reason, now=clock.now())
    messages.info(request, _("已退回中心：{title}。").format(title=made.card.title))
    return redirect("authority_approvals")
