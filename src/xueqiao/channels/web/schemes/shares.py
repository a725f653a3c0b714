"""费用分担办法: who carries how much of a price, written by one officer and approved by another."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.payroll.forms import day_typed, number_typed
from xueqiao.channels.web.schemes.vouchers import unit_of
from xueqiao.domains.payments import api as payments
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import Refused
from xueqiao.foundation.regions import api as regions

OFFICERS = STAFF(*payments.FINANCE_ROLES)
PAYERS = ("government", "market", "institution", "learner")
_READ_ON = {"invalid_input", "percents_not_whole", "second_signature_needed"}


@open_to(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """Schemes of the officer's units, those that wait for a second signature first; a form for a new one."""
    actor, now = actor_of(request), clock.now()
    refusal, status = "", 200
    if request.method == "POST":
        form = request.POST
        try:
            payments.make_share_scheme(
                actor=actor,
                title=form.get("title", ""),
                source=form.get("source", ""),
                region=unit_of(actor),
                percents={payer: number_typed(form, payer, _("百分比")) for payer in PAYERS},
                valid_from=day_typed(form, "valid_from", _("开始日期")),
                valid_to=day_typed(form, "valid_to", _("最后一天")) if form.get("valid_to") else None,
                programme=form.get("programme", "").strip(),
                now=now,
            )
        except Refused as refused:
            if refused.code not in _READ_ON:
                raise
            refusal, status = refused.message, refused.status
        else:
            messages.success(request, _("写好了。请另一位同事批准，批准后才生效。"))
            return redirect("scheme_shares")
    rows = payments.access_share_schemes(actor=actor)
    names = regions.names_of([row.view.region for row in rows])
    context = {
        "rows": [{"row": row, "unit": names.get(row.view.region, "")} for row in rows],
        "today": clock.local_date(now),
        "typed": request.POST,
        "refusal": refusal,
    }
    return render(request, "schemes/shares.html", context, status=status)


@open_to(OFFICERS)
@require_POST
def approve(request: HttpRequest, scheme_id: int) -> HttpResponse:
    """The second signature."""
    try:
        payments.approve_share_scheme(actor=actor_of(request), scheme_id=scheme_id, now=clock.now())
    except Refused as refused:
        if refused.code not in _READ_ON:
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, _("已批准，从生效日起照这个分担。"))
    return redirect("scheme_shares")
