"""银行到账: the bank's file, what it said, what waits for a person, money sent back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xueqiao.channels.web.enterprise.words import LINE_STATES, LINES
from xueqiao.channels.web.gate import STAFF, actor_of, open_to
from xueqiao.channels.web.steps import say_why_not
from xueqiao.domains.demand import api as demand
from xueqiao.foundation import clock
from xueqiao.foundation.audit.values import Actor
from xueqiao.foundation.reasons import InvalidInput, NotAllowed, Refused

OFFICERS = STAFF(*demand.FINANCE_ROLES)
_READ_ON = {
    "invalid_input",
    "bank_file_broken",
    "bank_line_changed",
    "bank_line_settled",
    "order_not_found",
    "enterprise_refund_needs_another",
    "enterprise_refund_settled",
    "enterprise_refund_too_much",
}
SHOWN = 60


@open_to(OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: HttpRequest) -> HttpResponse:
    """Take a file; below, the lines nobody could place, then the last ones."""
    actor = actor_of(request)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            done = _take(request, actor)
        except Refused as refused:
            if refused.code not in _READ_ON:
                raise
            refusal, status = refused.message, refused.status
        else:
            words = _("新到账 {taken} 笔，以前收过 {known} 笔，要您认领 {unknown} 笔。")
            counts = {"taken": done.taken, "known": done.known, "unknown": done.counts.get("unknown", 0)}
            messages.success(request, words.format(**counts))
            return redirect("demand_bank")
    waiting = demand.access_bank_lines(actor=actor, state="waiting", limit=SHOWN)
    latest = [each for each in demand.access_bank_lines(actor=actor, limit=SHOWN) if each.state != "waiting"]
    context = {
        "waiting": waiting,
        "latest": [{"view": each, "kind": LINES[each.kind], "state": LINE_STATES[each.state]} for each in latest],
        "account": request.POST.get("account", ""),
        "refusal": refusal,
    }
    return render(request, "enterprise/bank.html", context, status=status)


@open_to(OFFICERS)
@require_POST
def resolve(request: HttpRequest, line_id: int) -> HttpResponse:
    """Say which order an unclear line is for, or that the bank sent it back."""
    is_back = request.POST.get("step") == "back"
    try:
        code = "" if is_back else request.POST.get("order", "").strip()
        if not is_back and not code:
            raise InvalidInput(what=_("写上是哪张订单，或者按“已退回付款人”"))
        demand.resolve_bank_line(
            actor=actor_of(request),
            line_id=line_id,
            order_code=code,
            words=request.POST.get("words", ""),
            now=clock.now(),
        )
    except Refused as refused:
        if refused.code not in _READ_ON:
            raise
        say_why_not(request, refused)
    else:
        messages.success(request, _("已写下处理结果。"))
    return redirect("demand_bank")


@open_to(OFFICERS)
@require_POST
def refund(request: HttpRequest, refund_uuid: UUID) -> HttpResponse:
    """The money was sent to the firm's account, or the request is dropped."""
    try:
        demand.send_refund(
            actor=actor_of(request),
            refund_uuid=refund_uuid,
            bank_reference=request.POST.get("bank_reference", ""),
            is_dropped=request.POST.get("step") == "drop",
            now=clock.now(),
        )
    except Refused as refused:
        if refused.code not in _READ_ON:
            raise
        say_why_not(request, refused)
    else:
        messages.success(request, _("已记下。"))
    return redirect("demand_desk")


def _take(request: HttpRequest, actor: Actor) -> demand.BankFileView:
    file = request.FILES.get("file")
    if file is None:
        raise InvalidInput(what=_("先选银行导出的 CSV 文件"))
    return demand.take_bank_file(
        actor=actor,
        account=request.POST.get("account", ""),
        content=file.read(demand.BANK_FILE_BYTES_MAX + 1),
        region=_unit_of(actor),
        now=clock.now(),
    )


def _unit_of(actor: Actor) -> int:
    """The unit an officer keeps money for: the largest of her duties."""
    units = [duty for duty in actor.duties if duty.role in demand.FINANCE_ROLES]
    if not units:
        raise NotAllowed
    return max(units, key=lambda duty: duty.high - duty.low).low
