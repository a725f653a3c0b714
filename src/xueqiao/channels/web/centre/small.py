"""Classes about to begin with too few learners: open anyway, merge with everybody's yes, or cancel."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xueqiao.channels.web.centre.changes import own_run
from xueqiao.channels.web.centre.views import DESK, centre_of
from xueqiao.channels.web.gate import actor_of, open_to
from xueqiao.domains.classes import api as classes
from xueqiao.domains.enrolment import api as enrolment
from xueqiao.foundation import clock
from xueqiao.foundation.reasons import InvalidInput, Refused

ANSWER_DAYS = 3  # what the form proposes; the clerk may choose another time


@open_to(DESK)
@require_safe
def small(request: HttpRequest) -> HttpResponse:
    """Decisions due, soonest start first, and mergers that are being asked."""
    actor, now = actor_of(request), clock.now()
    centre = centre_of(actor, clock.local_date(now))
    context = {
        "centre": centre,
        "due": enrolment.small_classes(institution_id=centre.id, now=now),
        "running": enrolment.mergers_running(institution_id=centre.id, now=now),
    }
    return render(request, "centre/small.html", context)


@open_to(DESK)
@require_POST
def open_anyway(request: HttpRequest, code: str) -> HttpResponse:
    """The class opens although it has too few learners."""
    actor, now = actor_of(request), clock.now()
    _centre, run = own_run(actor, code, now)
    enrolment.open_small_class(actor=actor, code=run.code, now=now)
    messages.success(request, _("定了：《{title}》照常开课。").format(title=run.card.title))
    return redirect("centre_small")


@open_to(DESK)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the class to merge into and until when learners answer; then they are asked."""
    actor, now = actor_of(request), clock.now()
    centre, run = own_run(actor, code, now)
    refusal = ""
    until = _until(request.POST.get("until", "")) if request.method == "POST" else _proposal(run, now)
    if request.method == "POST":
        try:
            asked = enrolment.ask_merge(
                actor=actor, code=code, target_code=request.POST.get("target", "")[:20], until=until, now=now
            )
        except Refused as refused:
            refusal = refused.message
        else:
            messages.success(request, _("已问 {asked} 位学员。座位都留着，到时间没答复的退钱。").format(asked=asked))
            return redirect("centre_small")
    context = {
        "centre": centre,
        "run": run,
        "targets": enrolment.merge_targets(actor=actor, code=code, now=now),
        "taken": enrolment.seats_of(run.run_id).taken,
        "until": clock.local(until),
        "chosen": request.POST.get("target", ""),
        "refusal": refusal,
    }
    return render(request, "centre/merge.html", context, status=422 if refusal else 200)


def _proposal(run: classes.ClassDetail, now: datetime) -> datetime:
    """Six in the evening some days ahead, but before the class begins."""
    day = clock.local_date(now) + timedelta(days=ANSWER_DAYS)
    first = next((s.starts_at for s in run.sessions if s.state != "cancelled"), now)
    return min(clock.at_local(day, 18), first - timedelta(hours=12))


def _until(text: str) -> datetime:
    """The moment of a datetime-local field, as clocks in the region show it. Raises InvalidInput."""
    try:
        there = datetime.fromisoformat(text)
    except ValueError as failure:
        raise InvalidInput(what=_("答复截止时间")) from failure
    return clock.at_local(there.date(), there.hour, there.minute)
