"""订单的名单: whom a firm's seats are for. Paste three lines or send a file, see every problem, add all or none.

The lines travel in the page, signed, between the dry run and the press: nothing of an upload is kept, and what was
checked is what is added (and is checked again, under the same rules, when it is).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from xueqiao.channels.sheets import learner_list, reading
from xueqiao.channels.web.enterprise.words import SHUT_LISTS
from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.channels.web.payroll.forms import number_typed
from xueqiao.domains.classes.api import SheetRefused
from xueqiao.domains.demand import api as demand
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused

SALT, KEPT_SECONDS = "enterprise.learners", 4 * 3600
PASTED_MAX = 20_000
SHOWN_MAX = 60


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def learners(request: HttpRequest, order_uuid: UUID) -> HttpResponse:
    """The list of an order: check lines, take the answers home, add them, take somebody off."""
    actor, now = actor_of(request), clock.now()
    demand.access_named_learners(actor=actor, order_uuid=order_uuid, now=now, only_members=True)
    order = demand.access_order(actor=actor, order_uuid=order_uuid, on=clock.local_date(now))
    lines: list[demand.LearnerLine] = []
    checked: list[demand.CheckedLearner] = []
    refusal, status = "", 200
    if request.method == "POST":
        step = request.POST.get("step", "")
        try:
            if step == "remove":
                learner_id = number_typed(request.POST, "learner", _("名单上的人"))
                demand.unname_learner(actor=actor, order_uuid=order_uuid, learner_id=learner_id, now=now)
                messages.success(request, _("已从名单拿掉，姓名和手机号都删了。"))
                return redirect("enterprise_learners", order_uuid=order_uuid)
            lines = _lines_of(request, order_uuid)
            checked = demand.access_checked_learners(actor=actor, order_uuid=order_uuid, lines=lines, now=now)
            if step == "answers":
                return _file(learner_list.answered(checked), _("名单-查下来"))
            if step == "add":
                added = demand.name_learners(actor=actor, order_uuid=order_uuid, lines=lines, now=now)
                messages.success(request, ngettext("名单加了 {n} 人。", "名单加了 {n} 人。", added).format(n=added))
                return redirect("enterprise_learners", order_uuid=order_uuid)
        except Refused as refused:
            if refused.status >= 500 or refused.status in {403, 404}:
                raise
            refusal, status = refused.message, refused.status
    wrong = [each for each in checked if each.problem is not None]
    context: dict[str, Any] = {
        **list_context(request, order),
        "order": order,
        "refusal": refusal,
        "pasted": request.POST.get("pasted", "")[:PASTED_MAX],
        "checked": bool(checked),
        "wrong": [{"line": each.line, "words": learner_list.answer_words(each)} for each in wrong[:SHOWN_MAX]],
        "wrong_count": len(wrong),
        "fine": [each.line for each in checked if each.problem is None and not each.is_known][:SHOWN_MAX],
        "fine_count": sum(each.problem is None and not each.is_known for each in checked),
        "kept": signing.dumps(_plain(order_uuid, lines), salt=SALT, compress=True) if checked else "",
    }
    return render(request, "enterprise/learners.html", context, status=status)


@open_to(RESIDENT)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty list."""
    return _file(learner_list.template(), _("名单"))


def list_context(request: HttpRequest, order: demand.OrderView) -> dict[str, Any]:
    """What pages say of an order's list: the firm's, and the desk's."""
    named = demand.access_named_learners(actor=actor_of(request), order_uuid=order.uuid, now=clock.now())
    link = reverse("public_class", args=[order.run_code]) if order.run_code else ""
    return {
        "named": named,
        "shut_words": SHUT_LISTS.get(named.shut_because, ""),
        "class_link": request.build_absolute_uri(link) if link else "",
    }


def _lines_of(request: HttpRequest, order_uuid: UUID) -> list[demand.LearnerLine]:
    """The lines of the file, of what was pasted, or of the dry run the page carries. Raises SheetRefused."""
    sent = request.FILES.get("list")
    if sent is not None:
        if sent.size is None or sent.size > reading.BYTES_MAX:
            raise SheetRefused(what=_("文件太大，超过 1 MB"))
        return learner_list.read_list(sent.read())
    kept = request.POST.get("kept", "")
    if not kept:
        return demand.learner_lines_of(request.POST.get("pasted", "")[:PASTED_MAX].replace("\x00", ""))
    try:
        whose, rows = signing.loads(kept, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature as failure:
        raise InvalidInput(what=_("这张表放得太久了，请重新传一次")) from failure
    if whose != str(order_uuid):
        raise InvalidInput(what=_("这张表是另一张订单的，请重新传一次"))
    return [demand.LearnerLine(*row) for row in rows]


def _plain(order_uuid: UUID, lines: list[demand.LearnerLine]) -> tuple[str, list[tuple[int, str, str, str]]]:
    return str(order_uuid), [(each.number, each.name, each.phone, each.post) for each in lines]


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=learner_list.TYPE)
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"learners.xlsx\"; filename*=UTF-8''{quote(name)}.xlsx"
    )
    return response
