"""A learner is asked whether she moves to another class of the same course."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from xueqiao.channels.web.enrol.words import place_words, time_words
from xueqiao.channels.web.gate import RESIDENT, actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.domains.people import api as people
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput


@open_to(RESIDENT)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, ask_uuid: UUID) -> HttpResponse:
    """Both classes side by side, what becomes of the money, and two buttons."""
    actor, now = actor_of(request), clock.now()
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer not in {"yes", "no"}:
            raise InvalidInput(what=_("去或不去"))
        enrolment.answer_merge(actor=actor, ask_uuid=ask_uuid, agrees=answer == "yes", now=now)
        if answer == "yes":
            messages.success(request, _("办好了，您换到了新的班。报名编号不变。"))
        else:
            messages.success(request, _("办好了，交的钱全部原路退回，最迟 15 天到账。"))
        return redirect("mine_learning")
    ask = enrolment.access_merge_ask(actor=actor, ask_uuid=ask_uuid)
    old, new = (classes.get_class_by_id(run_id, now=now) for run_id in (ask.run_id, ask.target_run_id))
    context = {
        "here": "mine",
        "ask": ask,
        "person": people.access_person(actor, ask.person_id),
        "is_open": ask.state == "asked" and now < ask.ask_until and new.state == "published",
        "old": old,
        "new": new,
        "rows": [
            {"label": _("原来的班"), "value": f"{old.card.title} · {time_words(old, now)}"},
            {"label": _("请您去的班"), "value": f"{new.card.title} · {time_words(new, now)}"},
            {"label": _("地点"), "value": place_words(new)},
            {"label": _("老师"), "value": new.teacher_name},
        ],
    }
    return render(request, "mine/merge.html", context)
